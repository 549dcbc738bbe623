"""Scans: each kept once, with what it did to the item its tag is on."""

from uuid import UUID, uuid5

from psycopg2.extensions import cursor
from psycopg2.extras import Json, execute_values

from rentguy.decoding import plain
from rentguy.items import Event, record

from . import statements as sql
from .entry import Entry
from .identify import during

Key = tuple[int, UUID]
DETAILS = ("symbology", "status", "action", "vehicle", "rssi", "antenna", "count")


def store_scans(session: cursor, entries: list[Entry]) -> None:
    """Store scans under (source, id) and let them change their items; a repeated one changes nothing again.

    It is answered with what became of it the first time, or "duplicate" when that was "stored".
    """
    scans = [entry for entry in entries if not entry.rejected and entry.topic.kind == "scan"]
    if not scans:
        return
    session.execute(sql.TAGS, ([*{entry.message.tag for entry in scans}],))
    items = dict(session.fetchall())
    vehicles = _vehicles(session, scans)
    # locked before asking which scans are new: another worker may be bringing the same ones
    session.execute(sql.LOCK_ITEMS, ([*set(items.values())],))
    whereabouts = dict(session.fetchall())
    events = {}
    new = _new(session, scans)
    for entry in new:
        scan = entry.message
        if scan.vehicle and key(entry) not in vehicles:
            entry.reject(f"vehicle: no {scan.vehicle!r} worked for this project then")
        elif scan.tag not in items:
            entry.result = "unknown_tag"
        elif scan.status is None and scan.action in (None, "audit"):
            elsewhere = whereabouts[items[scan.tag]] not in (None, entry.project_id)
            entry.result = "wrong_project" if elsewhere else "stored"
        else:
            events[_event(entry, items[scan.tag], vehicles.get(key(entry)))] = entry
    results = record(session, events) if events else {}
    for event, entry in events.items():
        entry.result = results[event.id]
    rows = [_row(entry, items) for entry in new if not entry.rejected]
    if rows:
        execute_values(session, sql.ADD_SCANS, rows)


def key(entry: Entry) -> Key:
    """What makes a scan the same scan."""
    return entry.source.id, entry.message.id


def _vehicles(session: cursor, scans: list[Entry]) -> dict[Key, int]:
    """The vehicle that a scan names, where it worked for the scan's project at that time; nobody's phone is one."""
    session.execute(sql.VEHICLES, ([*{entry.message.vehicle for entry in scans} - {None}],))
    spans = session.fetchall()
    return {
        key(entry): id
        for entry in scans
        for slug, id, project_id, since, until in spans
        if slug == entry.message.vehicle and project_id == entry.project_id and during(since, until, entry.recorded_at)
    }


def _new(session: cursor, scans: list[Entry]) -> list[Entry]:
    """The scans that are not stored yet, each once; the others get the answer of a scan sent again."""
    session.execute(sql.SCANS_KNOWN, ([*{e.source.id for e in scans}], [*{e.message.id for e in scans}]))
    results = {(source_id, id): result for source_id, id, result in session.fetchall()}
    new = []
    for entry in scans:
        if (before := results.get(key(entry))) is None:
            entry.result = results[key(entry)] = "stored"  # so far; its twins in this batch leave the word to it
            new.append(entry)
        else:
            entry.result = "duplicate" if before == "stored" else before
    return new


def _event(entry: Entry, item_id: int, vehicle_id: int | None) -> Event:
    scan = entry.message
    id = uuid5(scan.id, entry.source.slug)  # two scanners may make the same id
    return Event(
        item_id, entry.recorded_at, id, entry.source.id, entry.project_id, scan.status, scan.action, vehicle_id
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
