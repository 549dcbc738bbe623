"""Fixes: judged, then copied into the history and the latest positions."""

from datetime import UTC, datetime
from io import StringIO

from psycopg2.extensions import cursor

from rentguy.fixes import IMPLAUSIBLE, Flag, Seen, flags

from . import statements as sql
from .entry import Entry


def judge(session: cursor, entries: list[Entry]) -> None:
    """Flag fixes that can't be where they say, each against the last plausible one of its source."""
    fixes = _fixes(entries)
    if not fixes:
        return
    session.execute(sql.LAST_SEEN, ([*{entry.source.id for entry in fixes}],))
    last = {source_id: Seen(*seen) for source_id, *seen in session.fetchall()}
    for entry in sorted(fixes, key=lambda entry: entry.recorded_at):
        fix, source_id = entry.message, entry.source.id
        before = None if entry.flags & Flag.CLOCK else last.get(source_id)  # a wrong clock says nothing about speed
        entry.flags |= flags(fix, entry.recorded_at, before)
        if not entry.flags & IMPLAUSIBLE and (source_id not in last or entry.recorded_at > last[source_id].at):
            last[source_id] = Seen(entry.recorded_at, fix.lat, fix.lon)


def store_positions(session: cursor, entries: list[Entry]) -> None:
    """COPY into a temporary table, then into the history (a duplicate falls on the key) and the latest."""
    fixes = _fixes(entries)
    if not fixes:
        return
    make_partitions(session, {(entry.recorded_at.year, entry.recorded_at.month) for entry in fixes})
    session.execute(sql.FRESH_TABLE)
    session.copy_expert(sql.COPY_FRESH, StringIO("".join(map(_line, fixes))))
    session.execute(sql.ADD_POSITIONS)
    session.execute(sql.SET_LATEST, (int(IMPLAUSIBLE),))


def make_partitions(session: cursor, months: set[tuple[int, int]]) -> None:
    """Attach the months that are missing; ATTACH, unlike PARTITION OF, doesn't wait for readers."""
    for year, month in sorted(months):
        name = f"positions_{year:04}_{month:02}"
        session.execute(sql.PARTITION_KNOWN, (name,))
        if session.fetchone()[0]:
            continue
        session.execute(sql.PARTITION_LOCK)
        session.execute(sql.PARTITION_KNOWN, (name,))
        if session.fetchone()[0]:
            continue
        since = datetime(year, month, 1, tzinfo=UTC)
        until = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)
        session.execute(sql.PARTITION_ADD.format(name=name))
        session.execute(sql.PARTITION_ATTACH.format(name=name), (since, until))


def _fixes(entries: list[Entry]) -> list[Entry]:
    return [entry for entry in entries if not entry.rejected and entry.topic.kind == "position"]


def _line(entry: Entry) -> str:
    """A row of `fresh` as COPY reads it; only numbers and times, so nothing needs escaping."""
    fix = entry.message
    values = (
        entry.source.id,
        entry.recorded_at,
        entry.project_id,
        fix.lon,
        fix.lat,
        fix.accuracy,
        fix.speed,
        fix.heading,
        fix.altitude,
        fix.battery,
        int(entry.flags),
        entry.device_time,
        entry.received.at,
    )
    return "\t".join(["\\N" if value is None else str(value) for value in values]) + "\n"
