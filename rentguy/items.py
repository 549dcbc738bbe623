"""Equipment: an item is the fold of its events in order of their time, whoever made them and whenever they arrived.

Ingest records events for scans, the API for clicks; both through `record`, in their own transaction.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from psycopg2.extensions import cursor
from psycopg2.extras import execute_values

from rentguy.messages import ItemStatus
from rentguy.topics import NO_PROJECT, build

LOCK = """
SELECT id, code, status, project_id, vehicle_id, changed_at, changed_by
  FROM items WHERE id = ANY(%s) ORDER BY id FOR UPDATE
"""
LATE = "SELECT EXISTS (SELECT FROM item_events WHERE item_id = %s AND (at, id) > (%s, %s))"
EVENTS = """
SELECT item_id, at, id, by_id, project_id, status, action, vehicle_id, result
  FROM item_events WHERE item_id = %s ORDER BY at, id
"""
ADD = """
INSERT INTO item_events (item_id, at, id, by_id, project_id, status, action, vehicle_id, result)
VALUES %s
ON CONFLICT (item_id, at, id) DO UPDATE SET result = EXCLUDED.result
"""
SET = "UPDATE items SET status = %s, project_id = %s, vehicle_id = %s, changed_at = %s, changed_by = %s WHERE id = %s"
OWE = "INSERT INTO outbox (topic) SELECT unnest(%s::text[])"
CURRENT = """
SELECT i.code, i.name, i.status, i.changed_at AS at, by.slug AS by, p.slug AS project, v.slug AS vehicle,
       ST_Y(l.geom) AS lat, ST_X(l.geom) AS lon
  FROM items i
  LEFT JOIN sources by ON by.id = i.changed_by
  LEFT JOIN projects p ON p.id = i.project_id
  LEFT JOIN sources v ON v.id = i.vehicle_id
  LEFT JOIN latest_positions l ON l.source_id = i.vehicle_id AND l.project_id = i.project_id
"""


class State(NamedTuple):
    """What events change."""

    status: str = "available"
    project_id: int | None = None
    vehicle_id: int | None = None


class Event(NamedTuple):
    """One change asked of an item. Without a project it was made by somebody who may change it wherever it is."""

    item_id: int
    at: datetime
    id: UUID
    by_id: int | None
    project_id: int | None
    status: str | None = None
    action: str | None = None
    vehicle_id: int | None = None


def apply(state: State, event: Event) -> tuple[State, str]:
    """The state after an event, and what became of it: "stored" or "wrong_project" (which changes nothing)."""
    if event.project_id and state.project_id not in (None, event.project_id):
        return state, "wrong_project"
    match event.action:
        case "out":
            state = State("in_use", event.project_id, state.vehicle_id)
        case "in":
            state = State()
        case "load":
            state = state._replace(vehicle_id=event.vehicle_id)
        case "unload":
            state = state._replace(vehicle_id=None)
    return (state._replace(status=event.status) if event.status else state), "stored"


class Item(NamedTuple):
    """An item in hand: its state, and the time and author of the last event that took."""

    code: str
    state: State
    at: datetime
    by_id: int | None


def record(session: cursor, events: Iterable[Event]) -> dict[UUID, str]:
    """Store events, bring their items up to date, owe the news to MQTT; the result of each event by its id."""
    asked: dict[int, list[Event]] = {}
    for event in events:
        asked.setdefault(event.item_id, []).append(event)
    session.execute(LOCK, ([*asked],))
    items = {id: Item(code, State(*rest[:3]), *rest[3:]) for id, code, *rest in session.fetchall()}
    projects = _slugs(session)
    results, topics = {}, []
    for item_id, before in items.items():
        after, outcome = _settled(session, before, asked[item_id])
        results |= {event.id: result for event, result in outcome}
        if after != before:
            session.execute(SET, (*after.state, after.at, after.by_id, item_id))
            topics += [topic(projects.get(item.state.project_id), item.code) for item in (before, after)]
    owe(session, topics)
    return results


def topic(project: str | None, code: str) -> str:
    """Where an item's current state is retained: under its project, or under none."""
    return build(project or NO_PROJECT, "equipment", code)


def owe(session: cursor, topics: Iterable[str]) -> None:
    """Put topics whose state changed into the outbox, each once, and wake its publisher."""
    if topics := list(dict.fromkeys(topics)):
        session.execute(OWE, (topics,))
        session.execute("NOTIFY outbox")


def current(session: cursor, where: str = "", values: tuple = ()) -> list[ItemStatus]:
    """Items as they are now; `where` narrows and orders the query over `i` (items) and `p` (projects)."""
    session.execute(f"{CURRENT} {where}", values)
    return [ItemStatus(*row) for row in session.fetchall()]


def _order(event: Event) -> tuple[datetime, UUID]:
    return event.at, event.id


def _settled(session: cursor, item: Item, asked: list[Event]) -> tuple[Item, list[tuple[Event, str]]]:
    """The item after new events, and all results; a late one is folded in its place among all the item has seen."""
    first = min(asked, key=_order)
    session.execute(LATE, (first.item_id, first.at, first.id))
    known: dict[Event, str] = {}
    if session.fetchone()[0]:
        session.execute(EVENTS, (first.item_id,))
        known = {Event._make(row): result for *row, result in session.fetchall()}
    after, outcome = _fold(item._replace(state=State()) if known else item, sorted({*known, *asked}, key=_order))
    changed = [(*event, result) for event, result in outcome if known.get(event) != result]
    execute_values(session, ADD, changed)
    return after, outcome


def _fold(item: Item, history: list[Event]) -> tuple[Item, list[tuple[Event, str]]]:
    outcome = []
    for event in history:
        state, result = apply(item.state, event)
        if result == "stored":
            item = Item(item.code, state, event.at, event.by_id)
        outcome.append((event, result))
    return item, outcome


def _slugs(session: cursor) -> dict[int, str]:
    session.execute("SELECT id, slug FROM projects")
    return dict(session.fetchall())
