"""What somebody hasn't read yet: what others said, stored after the message that was read last."""

import re
from uuid import UUID

from flask import Blueprint, Response, jsonify

from . import statements as sql
from .auth import database, project, projects_of, reader, signed_in
from .paging import identifier

unread = Blueprint("unread", __name__, url_prefix="/api/v1")
MOST = 200


@unread.get("/projects/<slug>/chat/unread")
def of_project(slug: str) -> Response:
    """How many, how many mention one, the newest 200 ids, the oldest: since one's mark, or `after` a newer message."""
    (row,) = _unread([project(slug)["slug"]], identifier("after"))
    del row["slug"]
    return jsonify(row)


@unread.get("/unread")
def of_all() -> Response:
    """How many, and how many of them mention one, in each project of one's own."""
    identity = reader()
    rows = _unread([each["slug"] for each in projects_of(identity)])
    return jsonify({row["slug"]: {"count": row["count"], "mentions": row["mentions"]} for row in rows})


def mention(slug: str) -> str:
    """PostgreSQL's regular expression for a text that mentions somebody: "@anouk." does, "@anouk-phone" doesn't."""
    return rf"(?<!\w)@{re.escape(slug)}(?![._-]*\w)"


def _unread(projects: list[str], after: UUID | None = None) -> list[dict]:
    identity, account = signed_in()
    values = {"projects": projects, "me": account.source_id, "mention": mention(identity.slug), "after": after}
    return database().rows(sql.UNREAD, {**values, "most": MOST})
