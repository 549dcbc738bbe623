"""What is answered: a body as JSON."""

from flask import Response

from rentguy.decoding import encode


def answer(body: object, status: int = 200) -> Response:
    return Response(encode(body), status, content_type="application/json")


def shown_once(body: object, status: int = 201) -> Response:
    """The same with a secret in it, of which nobody on the way is to keep a copy."""
    told = answer(body, status)
    told.headers["Cache-Control"] = "no-store"
    return told
