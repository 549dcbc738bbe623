"""Who is connected, and when anything was last heard of whom: even a message that can't be used is proof of life."""

from datetime import datetime

from psycopg2.extensions import cursor
from psycopg2.extras import execute_values

from rentguy.messages import Presence

from . import statements as sql
from .entry import Entry


def store_presence(session: cursor, entries: list[Entry]) -> None:
    """Presence goes by arrival, since a will can't know its time; what is replayed proves no life, nor "offline"."""
    heard, online = {}, {}
    for entry in entries:
        if entry.source is None:
            continue
        said = entry.message if not entry.rejected and isinstance(entry.message, Presence) else None
        if not entry.received.incoming.retained and (said is None or said.online):
            heard[entry.source.id] = max(entry.received.at, heard.get(entry.source.id, entry.received.at))
        if said and (at := _when(entry)):
            _, known, _ = online.get(entry.source.id, (None, at, None))
            if at >= known:
                online[entry.source.id] = (said.online, at, entry.received.at)
    if heard:
        execute_values(session, sql.SET_HEARD, sorted(heard.items()))  # in one order, so that workers don't deadlock
    if online:
        execute_values(session, sql.SET_PRESENCE, [(id, *state) for id, state in sorted(online.items())])


def _when(entry: Entry) -> datetime | None:
    """A live word is about now; a replayed one about the time it gives, or it says nothing new."""
    if not entry.received.incoming.retained:
        return entry.received.at
    return entry.message.at and min(entry.message.at, entry.received.at)
