"""Scans: each kept once, with what it did to the item its tag is on."""

from psycopg2.extensions import cursor
from psycopg2.extras import Json, execute_values

from rentguy.decoding import plain
from rentguy.items import Event, record

from . import statements as sql
from .entry import Entry

DETAILS = ("symbology", "status", "action", "vehicle", "rssi", "antenna", "count")


def store_scans(session: cursor, entries: list[Entry]) -> None:
    """Store scans under (source, id) and let them change their items; a repeated one changes nothing again."""
    scans = [entry for entry in entries if not entry.rejected and entry.topic.kind == "scan"]
    if not scans:
        return
    items = _look_up(session, sql.TAGS, {entry.message.tag for entry in scans})
    vehicles = _look_up(session, sql.VEHICLES, {entry.message.vehicle for entry in scans} - {None})
    session.execute(
        sql.LOCK_ITEMS, ([*set(items.values())],)
    )  # before asking which scans are new: others may bring them
    whereabouts = dict(session.fetchall())
    events = {}
    for entry in _new(session, scans):
        scan = entry.message
        if scan.vehicle and scan.vehicle not in vehicles:
            entry.reject(f"vehicle: nothing is called {scan.vehicle!r}")
        elif scan.tag not in items:
            entry.result = "unknown_tag"
        elif scan.status is None and scan.action in (None, "audit"):
            elsewhere = whereabouts[items[scan.tag]] not in (None, entry.project_id)
            entry.result = "wrong_project" if elsewhere else "stored"
        else:
            events[entry.source.id, scan.id] = entry
    changes = [_event(entry, items, vehicles) for entry in events.values()]
    results = record(session, changes) if changes else {}
    for entry in events.values():
        entry.result = results[entry.message.id]
    rows = [_row(entry, items) for entry in scans if entry.result not in ("duplicate", "rejected")]
    if rows:
        execute_values(session, sql.ADD_SCANS, rows)


def _look_up(session: cursor, query: str, names: set[str]) -> dict[str, int]:
    session.execute(query, ([*names],))
    return dict(session.fetchall())


def _new(session: cursor, scans: list[Entry]) -> list[Entry]:
    """The scans that are not stored yet, each once; the others are marked as duplicates."""
    session.execute(sql.SCANS_KNOWN, ([*{e.source.id for e in scans}], [*{e.message.id for e in scans}]))
    seen = set(session.fetchall())
    new = []
    for entry in scans:
        key = (entry.source.id, entry.message.id)
        if key in seen:
            entry.result = "duplicate"
        else:
            entry.result = "stored"
            seen.add(key)
            new.append(entry)
    return new


def _event(entry: Entry, items: dict[str, int], vehicles: dict[str, int]) -> Event:
    scan = entry.message
    return Event(
        items[scan.tag],
        entry.recorded_at,
        scan.id,
        entry.source.id,
        entry.project_id,
        scan.status,
        scan.action,
        vehicles.get(scan.vehicle),
    )


def _row(entry: Entry, items: dict[str, int]) -> tuple:
    scan = entry.message
    details = {name: value for name, value in plain(scan).items() if name in DETAILS}
    return (
        entry.source.id,
        scan.id,
        entry.recorded_at,
        entry.project_id,
        scan.tag,
        items.get(scan.tag),
        Json(details),
        entry.result,
        entry.device_time,
        entry.received.at,
    )
