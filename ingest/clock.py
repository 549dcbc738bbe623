"""The honest clock: the time a message is recorded at, whatever its device believes."""

from datetime import datetime, timedelta
from hashlib import sha256

from psycopg2.extensions import cursor
from psycopg2.extras import execute_values

from rentguy.decoding import encode
from rentguy.fixes import Flag, trusted

from . import statements as sql
from .entry import Entry

STEP = timedelta(microseconds=1)
Key = tuple[int, bytes]


def settle(session: cursor, entries: list[Entry]) -> None:
    """Set `recorded_at`: the message's own time where it can be true, else our first receipt of that element.

    The same element received again gets the same time, even when its claim can be true by then, so that it becomes the
    same row; two elements of one source never share one.
    """
    dated = [entry for entry in entries if not entry.rejected]
    session.execute(sql.EVER_ADJUSTED, ([*{entry.source.id for entry in dated}],))
    suspects = {source_id for (source_id,) in session.fetchall()}
    wrong, right = [], []
    for entry in dated:
        at = getattr(entry.message, "at", None)
        entry.recorded_at, entry.device_time, entry.flags = at or entry.received.at, None, 0
        if at:
            (right if trusted(at, entry.received.at) else wrong).append(entry)
    suspects |= {entry.source.id for entry in wrong}
    wrong = [(entry, _key(entry)) for entry in wrong]
    again = [(entry, _key(entry)) for entry in right if entry.source.id in suspects]
    if wrong or again:
        _adjust(session, wrong, again)


def _key(entry: Entry) -> Key:
    return entry.source.id, sha256(entry.topic.kind.encode() + encode(entry.message)).digest()


def _adjust(session: cursor, wrong: list[tuple[Entry, Key]], again: list[tuple[Entry, Key]]) -> None:
    """Give each its time: the one it was given before, or the next free one from its receipt on."""
    asked = wrong + again
    sources, digests = [*{key[0] for _, key in asked}], [key[1] for _, key in asked]
    session.execute(sql.ADJUSTED, (sources, digests))
    known: dict[Key, datetime] = {(source, bytes(digest)): at for source, digest, at in session.fetchall()}
    taken = _taken(session, wrong) | {(entry.source.id, entry.recorded_at) for entry, key in again if key not in known}
    new: dict[Key, datetime] = {}
    runs: dict[int, tuple[datetime, datetime]] = {}  # of each source, a span in which all times are taken
    for entry, key in wrong:
        if key not in known:
            since = at = entry.received.at + entry.index * STEP
            start, end = runs.get(key[0], (at, at))
            if start <= at < end:  # not step by step: an array of 500 after another would walk through all before it
                since, at = start, end
            while (key[0], at) in taken:
                at += STEP
            taken.add((key[0], at))
            runs[key[0]] = since, at + STEP
            known[key] = new[key] = at
    for entry, key in asked:
        if key in known:
            entry.recorded_at, entry.device_time = known[key], entry.message.at
            entry.flags = Flag.CLOCK
    if new:
        execute_values(session, sql.ADJUST, [(*key, at) for key, at in new.items()])


def _taken(session: cursor, wrong: list[tuple[Entry, Key]]) -> set[tuple[int, datetime]]:
    """The times about now that these sources have used already."""
    if not wrong:
        return set()
    moments = [entry.received.at for entry, _ in wrong]
    session.execute(
        sql.TAKEN, {"sources": [*{key[0] for _, key in wrong}], "since": min(moments), "until": max(moments)}
    )
    return set(session.fetchall())
