"""Scans: each kept once, with what it did to the item its tag is on."""

from uuid import UUID

from psycopg2.extensions import cursor
from psycopg2.extras import Json, execute_values

from rentguy.decoding import plain
from rentguy.items import Event, record

from . import statements as sql
from .entry import Entry
from .identify import during
from .verdicts import event_id, judge_again, verdicts

Key = tuple[int, UUID]
DETAILS = ("symbology", "status", "action", "vehicle", "rssi", "antenna", "count")


def store_scans(session: cursor, entries: list[Entry]) -> None:
    """Store scans under (source, id) and let them change their items; a repeated one changes nothing again.

    It is answered with what has become of it, or "duplicate" when that is "stored".
    """
    scans = [entry for entry in entries if not entry.rejected and entry.topic.kind == "scan"]
    if not scans:
        return
    session.execute(sql.TAGS, ([*{entry.message.tag for entry in scans}],))
    items = dict(session.fetchall())
    vehicles = _vehicles(session, scans)
    session.execute(sql.LOCK_ITEMS, ([*set(items.values())],))  # nobody clicks while their events are read and written
    new = _new(session, scans)
    for entry in new:
        if entry.message.vehicle and key(entry) not in vehicles:
            entry.reject(f"vehicle: no {entry.message.vehicle!r} worked for this project then")
        elif entry.message.tag not in items:
            entry.result = "unknown_tag"
    judged = {
        _event(entry, items[entry.message.tag], vehicles.get(key(entry))): entry
        for entry in new
        if not entry.rejected and entry.message.tag in items
    }
    changes = [event for event in judged if event.status or event.action not in (None, "audit")]
    results = record(session, changes) if changes else {}
    asked = [(event.item_id, event.at, event.id, event.project_id) for event in judged]
    for entry, verdict in zip(judged.values(), verdicts(session, asked), strict=True):
        entry.result = verdict
    rows = [_row(entry, items) for entry in new if not entry.rejected]
    if rows:
        execute_values(session, sql.ADD_SCANS, rows)
    judge_again(session, [event for event in changes if results[event.id] == "stored"])


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
    id = event_id(scan.id, entry.source.slug)
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
