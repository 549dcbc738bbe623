"""Equipment: what there is, and the status a person gives it."""

from datetime import UTC, datetime
from uuid import uuid4

from flask import Blueprint, Response, request
from psycopg2.extensions import cursor

from rentguy.access import Identity, allowed
from rentguy.decoding import encode, plain, read
from rentguy.items import Event, current, record
from rentguy.messages import Message, Status

from . import statements as sql
from .auth import database, hears, project, projects_of, signed_in
from .paging import page, whole
from .problems import Problem

inventory = Blueprint("inventory", __name__, url_prefix="/api/v1/inventory")
MOST = 5000


class StatusChange(Message, frozen=True):
    """The status an item is to have."""

    status: Status


@inventory.get("/items")
def items() -> Response:
    """Items on one's projects (or on `project`) and on none, by code; `search` looks in name, code and tags."""
    identity, _ = signed_in()
    limit, search = whole("limit", 500, 1, MOST), request.args.get("search", "")[:200]
    named = request.args.get("project")
    mine = [project(named)["slug"]] if named else [each["slug"] for each in projects_of(identity)]
    like = "%" + search.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    values = (mine, request.args.get("after", ""), search, like, like, like, limit)
    with database().transaction() as session:
        found = current(session, sql.ITEMS_OF, values)
        tags = _tags(session, [item.code for item in found])
    rows = [{**plain(item), "tags": tags.get(item.code, [])} for item in found]
    return page(rows, limit, lambda: {"after": rows[-1]["code"]})


@inventory.patch("/items/<code>/status")
def set_status(code: str) -> Response:
    """Give an item a status; everyone concerned hears it as its `equipment_status_update`."""
    change = read(StatusChange, request.get_data())
    identity, account = signed_in()
    with database().transaction() as session:
        item_id = _changeable(session, identity, code)
        record(session, [Event(item_id, datetime.now(UTC), uuid4(), account["id"], None, status=change.status)])
        (item,) = current(session, "WHERE i.id = %s", (item_id,))
    return Response(encode(item), content_type="application/json")


def _changeable(session: cursor, identity: Identity, code: str) -> int:
    """The id of an item that one may change, locked. Raises Problem 404 for what one may not see, 403 otherwise."""
    session.execute(sql.LOCK_ITEM, (code,))
    item_id, where = session.fetchone() or (None, None)
    if item_id is None or (where and not hears(identity, where)):
        raise Problem(404, f"there is no item {code[:80]!r} on a project of yours or on none")
    projects = [where] if where else [*identity.roles, *(["any"] if identity.admin else [])]
    if not any(allowed(identity, "publish", f"rentguy/{each}/scan/{identity.slug}") for each in projects):
        raise Problem(403, "viewers can't change equipment; ask a dispatcher for the role of crew")
    return item_id


def _tags(session: cursor, codes: list[str]) -> dict[str, list[str]]:
    session.execute(sql.TAGS, (codes,))
    tags: dict[str, list[str]] = {}
    for code, value in session.fetchall():
        tags.setdefault(code, []).append(value)
    return tags
