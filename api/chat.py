"""What was said in a project."""

from flask import Blueprint, Response, request

from . import statements as sql
from .auth import database, project
from .paging import page, whole
from .problems import Problem

chat = Blueprint("chat", __name__, url_prefix="/api/v1/projects/<slug>")
MOST, LAST = 500, 2**63 - 1


@chat.get("/chat")
def messages(slug: str) -> Response:
    """Oldest first: the newest page, the one `before` a number, or what was stored `after` a number."""
    if "before" in request.args and "after" in request.args:
        raise Problem(422, "before, after: expected one of them, got both")
    limit = whole("limit", 50, 1, MOST)
    values = {"project": project(slug)["id"], "limit": limit}
    if (number := whole("after", None, 0, LAST)) is not None:
        rows = database().rows(sql.CHAT_AFTER, {**values, "number": number})
        return page(rows, limit, lambda: {"after": rows[-1]["number"]})
    number = whole("before", None, 0, LAST)
    query = sql.CHAT_NEWEST if number is None else sql.CHAT_BEFORE
    rows = database().rows(query, {**values, "number": number})[::-1]
    return page(rows, limit, lambda: {"before": rows[0]["number"]})
