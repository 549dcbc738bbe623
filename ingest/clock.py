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

    The same element received again gets the same time, so that it becomes the same row; two elements of one source
    never share one.
    """
    wrong = []
    for entry in entries:
        if entry.rejected:
            continue
        entry.flags = 0
        at = getattr(entry.message, "at", None)
        entry.recorded_at = at or entry.received.at
        if at and not trusted(at, entry.received.at):
            entry.device_time = at
            entry.flags |= Flag.CLOCK
            wrong.append((entry, (entry.source.id, sha256(entry.topic.kind.encode() + encode(entry.message)).digest())))
    if wrong:
        _adjust(session, wrong)


def _adjust(session: cursor, wrong: list[tuple[Entry, Key]]) -> None:
    sources, digests = [*{key[0] for _, key in wrong}], [key[1] for _, key in wrong]
    session.execute(sql.ADJUSTED, (sources, digests))
    known: dict[Key, datetime] = {(source, bytes(digest)): at for source, digest, at in session.fetchall()}
    session.execute(sql.LAST_ADJUSTED, (sources,))
    last: dict[int, datetime] = dict(session.fetchall())
    new: dict[Key, datetime] = {}
    for entry, key in wrong:
        if key not in known:
            at = entry.received.at + entry.index * STEP
            if key[0] in last:
                at = max(at, last[key[0]] + STEP)
            known[key] = new[key] = last[key[0]] = at
        entry.recorded_at = known[key]
    if new:
        execute_values(session, sql.ADJUST, [(*key, at) for key, at in new.items()])
