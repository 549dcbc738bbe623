"""The status a person gives to equipment: a click is an event of `rentguy/items.py` like a scan, but has no project."""

from datetime import UTC, datetime
from math import ceil
from typing import Annotated
from uuid import UUID, uuid4, uuid5

from flask import Blueprint, Response, request
from msgspec import Meta
from psycopg2.extensions import cursor

from rentguy import audit
from rentguy.access import Identity, allowed
from rentguy.decoding import encode, read
from rentguy.fixes import trusted
from rentguy.items import Event, current, record
from rentguy.messages import ItemStatus, Message, Status, Time
from rentguy.topics import is_slug

from . import statements as sql
from .auth import belongs, database, signed_in
from .database import DOOR
from .limits import Limit
from .problems import Problem
from .sessions import Standing

clicks = Blueprint("clicks", __name__, url_prefix="/api/v1/inventory/items")
limit = Limit(burst=60, per_s=1)
NAMED = 10  # codes that an error names


class StatusChange(Message, frozen=True):
    """The status an item is to have. With an `id` it can be sent again; `at` is when it was clicked."""

    status: Status
    id: UUID | None = None
    at: Time | None = None


class StatusChanges(StatusChange, frozen=True, kw_only=True):
    """The same for several items at once."""

    codes: Annotated[list[str], Meta(min_length=1, max_length=1000)]


@clicks.patch("/<code>/status")
def set_status(code: str) -> Response:
    """Give an item a status; everyone concerned hears it as its `equipment_status_update`."""
    identity, account = _in_turn()
    change = read(StatusChange, request.get_data())
    (item,) = _changed(identity, account.source_id, change, {code: change.id or uuid4()})
    return _answer(item)


@clicks.patch("/status")
def set_statuses() -> Response:
    """Give several items one status, all of them or none; the items in the order asked, each once."""
    identity, account = _in_turn()
    change = read(StatusChanges, request.get_data())
    id = change.id or uuid4()
    return _answer(_changed(identity, account.source_id, change, {code: uuid5(id, code) for code in change.codes}))


def _in_turn() -> tuple[Identity, Standing]:
    """Who asks. Raises Problem 429 for who asks too often."""
    identity, account = signed_in()
    if wait_s := ceil(limit.take(identity.slug)):
        detail = f"more than {limit.burst} changes at once: select several items and change them together, or try again"
        raise Problem(429, f"{detail} in {wait_s} s", **{"Retry-After": str(wait_s)})
    return identity, account


def _changed(identity: Identity, by_id: int, change: StatusChange, clicked: dict[str, UUID]) -> list[ItemStatus]:
    """The items as they are after their events, which are recorded unless they are there already."""
    now = datetime.now(UTC)
    at = change.at if change.at and trusted(change.at, now) else now
    with database().transaction() as session:
        ids = _changeable(session, identity, [*clicked])
        session.execute(sql.EVENTS_KNOWN, ([*ids.values()], [*clicked.values()]))
        known = {id for (id,) in session.fetchall()}
        events = [
            Event(ids[code], at, id, by_id, None, change.status) for code, id in clicked.items() if id not in known
        ]
        if events:
            record(session, events)
            changed = {"codes": [*clicked], "status": change.status}
            audit.note(session, identity.slug, DOOR, "item.status", next(iter(clicked)), **changed)
        items = {item.code: item for item in current(session, sql.ITEMS_NAMED, ([*clicked],))}
    return [items[code] for code in clicked]


def _changeable(session: cursor, identity: Identity, codes: list[str]) -> dict[str, int]:
    """The ids of items that one may change, locked. Raises Problem 404 for what one may not see, 403 otherwise."""
    slugs = [code for code in codes if is_slug(code)]
    session.execute(sql.LOCK_ITEMS, (slugs,))
    session.execute(sql.WHEREABOUTS, (slugs,))
    found = {code: (id, where) for code, id, where in session.fetchall() if not where or belongs(identity, where)}
    if missing := [code for code in codes if code not in found]:
        raise Problem(404, f"there is no item {_listed(missing)} on a project of yours or on none")
    if barred := [code for code in codes if not _may_change(identity, found[code][1])]:
        raise Problem(403, f"viewers can't change {_listed(barred)}; ask a dispatcher for the role of crew")
    return {code: id for code, (id, _) in found.items()}


def _may_change(identity: Identity, where: str | None) -> bool:
    """Whether one may scan on the item's project; for an item on none, on any."""
    projects = [where] if where else [*identity.roles, *(["any"] if identity.admin else [])]
    return any(allowed(identity, "publish", f"rentguy/{each}/scan/{identity.slug}") for each in projects)


def _listed(codes: list[str]) -> str:
    named = ", ".join(f"{code[:80]!r}" for code in codes[:NAMED])
    return f"{named} and {len(codes) - NAMED} more" if len(codes) > NAMED else named


def _answer(body: ItemStatus | list[ItemStatus]) -> Response:
    return Response(encode(body), content_type="application/json")
