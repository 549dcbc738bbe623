"""What can't be used is kept with its reason; the bytes once a message, unless privacy forbids."""

from psycopg2.extensions import cursor
from psycopg2.extras import execute_values

from . import statements as sql
from .entry import Entry


def store_rejects(session: cursor, entries: list[Entry]) -> None:
    kept: set[int] = set()
    rows = []
    for entry in entries:
        if entry.rejected:
            rows.append(_row(entry, id(entry.received) not in kept))
            kept.add(id(entry.received))
    if rows:
        execute_values(session, sql.ADD_REJECTS, rows)


def _row(entry: Entry, first: bool) -> tuple:
    incoming, source = entry.received.incoming, entry.source
    personal = entry.topic and entry.topic.kind == "position" and source and source.whose_shift
    payload = incoming.payload if first and not entry.private and not personal else None
    topic = incoming.topic.replace("\0", "\\0")[:1000]
    return source and source.id, topic, payload, f"[{entry.index}] {entry.rejected}"[:1000], entry.received.at
