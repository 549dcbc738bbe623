"""What was said in a project."""

from typing import Annotated
from uuid import UUID

from flask import Blueprint, Response, request
from msgspec import Meta

from rentguy.decoding import encode

from . import statements as sql
from .auth import database, project
from .openapi import describes
from .paging import limited, page, whole
from .problems import Problem
from .rows import ChatRow

chat = Blueprint("chat", __name__, url_prefix="/api/v1/projects/<slug>")
MOST, LAST = 500, 2**63 - 1
Number = Annotated[int, Meta(ge=0, le=LAST)]


@chat.get("/chat")
@describes(list[ChatRow], query={"before": Number, "after": Number, "limit": limited(MOST)})
def messages(slug: str) -> Response:
    """Oldest first: the newest page, or the one `before` a number; or what has changed `after` a revision, in order."""
    if "before" in request.args and "after" in request.args:
        raise Problem(422, "before, after: expected one of them, got both")
    limit = whole("limit", 50, 1, MOST)
    values = {"project": project(slug)["id"], "limit": limit}
    if (revision := whole("after", None, 0, LAST)) is not None:
        rows = database().rows(sql.CHAT_AFTER, {**values, "revision": revision})
        return page(rows, limit, lambda: {"after": rows[-1]["revision"]})
    number = whole("before", None, 0, LAST)
    query = sql.CHAT_NEWEST if number is None else sql.CHAT_BEFORE
    rows = database().rows(query, {**values, "number": number})[::-1]
    return page(rows, limit, lambda: {"before": rows[0]["number"]})


@chat.get("/chat/<uuid:id>")
@describes(ChatRow)
def message(slug: str, id: UUID) -> Response:
    """One message, with what became of it; the newest, if two authors gave theirs the same id."""
    row = database().row(sql.CHAT_ONE, {"project": project(slug)["id"], "id": id})
    if row is None:
        raise Problem(404, f"there is no message {str(id)!r} in {slug!r}")
    return Response(encode(row), content_type="application/json")
