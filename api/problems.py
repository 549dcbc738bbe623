"""Errors as RFC 9457 has them: `application/problem+json` with a `detail` that says what to do."""

import logging
from http import HTTPStatus

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from rentguy.decoding import encode
from rentguy.errors import MessageError, RegistryError

logger = logging.getLogger(__name__)


class Problem(Exception):
    """What went wrong, for whom asked; `headers` go along."""

    def __init__(self, status: int, detail: str, **headers: str) -> None:
        super().__init__(detail)
        self.status, self.detail, self.headers = status, detail, headers


def install(app: Flask) -> None:
    """Let every error of `app` leave as a problem."""
    app.before_request(_refuse_nul)
    app.register_error_handler(Problem, lambda e: answer(e.status, e.detail, e.headers))
    for refusal in (MessageError, RegistryError):
        app.register_error_handler(refusal, lambda error: answer(422, str(error)))
    app.register_error_handler(HTTPException, lambda e: answer(e.code or 500, e.description or e.name))
    app.register_error_handler(Exception, _unexpected)


def answer(status: int, detail: str, headers: dict[str, str] | None = None) -> Response:
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    return Response(encode(body), status, headers, content_type="application/problem+json")


def _refuse_nul() -> None:
    """PostgreSQL's text can't hold U+0000, so nothing that is asked for may."""
    for name, value in [*(request.view_args or {}).items(), *request.args.items(multi=True)]:
        if "\0" in f"{name}{value}":
            raise Problem(422, f"{name[:40]!r}: expected text without U+0000, got {value[:40]!r}")


def _unexpected(error: Exception) -> Response:
    logger.exception("a request failed")
    return answer(500, "something went wrong here; it has been logged, try again")
