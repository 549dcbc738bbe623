"""Equipment: what there is, and what has become of it."""

from uuid import UUID

from flask import Blueprint, Response, request
from psycopg2.extensions import cursor

from rentguy.access import allowed
from rentguy.decoding import plain
from rentguy.items import current, topic
from rentguy.messages import LATEST
from rentguy.topics import NO_PROJECT, ROOT

from . import statements as sql
from .auth import database, project, projects_of, reader, signed_in
from .paging import containing, page, parse_time, whole
from .problems import Problem

inventory = Blueprint("inventory", __name__, url_prefix="/api/v1/inventory")
MOST, MOST_EVENTS = 5000, 500
NEWEST = f"{LATEST.isoformat()},{UUID(int=2**128 - 1)}"


@inventory.get("/items")
def items() -> Response:
    """Items on one's projects (or on `project`) and on none, by code; `search` looks in name, code and tags."""
    identity = reader()
    limit, search = whole("limit", 500, 1, MOST), request.args.get("search", "")[:200]
    named = request.args.get("project")
    mine = [project(named)["slug"]] if named else [each["slug"] for each in projects_of(identity)]
    like = containing(search)
    if not mine and not allowed(identity, "subscribe", f"{ROOT}/{NO_PROJECT}/equipment/+"):
        return page([], -1, dict)
    values = (mine, request.args.get("after", ""), search, like, like, like, limit)
    with database().transaction() as session:
        found = current(session, sql.ITEMS_OF, values)
        tags = _tags(session, [item.code for item in found])
    rows = [{**plain(item), "tags": tags.get(item.code, [])} for item in found]
    return page(rows, limit, lambda: {"after": rows[-1]["code"]})


@inventory.get("/items/<code>/events")
def events(code: str) -> Response:
    """What was asked of an item, newest first, and where it was then; without what happened on others' projects."""
    limit, (at, id) = whole("limit", 50, 1, MOST_EVENTS), _before()
    mine = [each["slug"] for each in projects_of(reader())]
    values = {"item": _visible(code), "mine": mine, "at": at, "id": id, "limit": limit}
    rows = database().rows(sql.ITEM_EVENTS, values)
    return page(rows, limit, lambda: {"before": f"{rows[-1]['at'].isoformat()},{rows[-1]['id']}"})


def _visible(code: str) -> int:
    """The id of an item on a project of one's own, or on none. Raises Problem 404."""
    identity = signed_in()[0]
    item = database().row(sql.WHEREABOUTS, ([code],))
    if item is None or not allowed(identity, "subscribe", topic(item["project"], code)):
        raise Problem(404, f"there is no item {code[:80]!r} on a project of yours or on none")
    return item["id"]


def _before() -> tuple:
    """The event that a page comes before: its time and id."""
    text = request.args.get("before", NEWEST)
    at, _, id = text.partition(",")
    try:
        return parse_time("before", at), UUID(id)
    except ValueError:
        raise Problem(422, f"before: expected a time and an id, as the Link has them, got {text[:80]!r}") from None


def _tags(session: cursor, codes: list[str]) -> dict[str, list[str]]:
    session.execute(sql.TAGS, (codes,))
    tags: dict[str, list[str]] = {}
    for code, value in session.fetchall():
        tags.setdefault(code, []).append(value)
    return tags
