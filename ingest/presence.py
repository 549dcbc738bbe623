"""Who is connected, and when anything was last heard of whom: even a message that can't be used is proof of life."""

from datetime import datetime

from psycopg2.extensions import cursor
from psycopg2.extras import execute_values

from rentguy.messages import Presence
from rentguy.topics import STORER

from . import statements as sql
from .entry import Entry


def store_presence(session: cursor, entries: list[Entry]) -> None:
    """Presence goes by arrival, since a will can't know its time; what is replayed proves no life, nor "offline".

    What we have published ourselves comes back too. If it is no longer true when it does, its topic is owed again.
    """
    heard, online, ours = {}, {}, {}
    for entry in entries:
        if entry.source is None:
            continue
        id = entry.source.id
        said = entry.message if not entry.rejected and isinstance(entry.message, Presence) else None
        if said and said.by == STORER:
            ours[id] = (id, entry.project_id, str(entry.topic), said.online)
            continue
        if not entry.received.incoming.retained and (said is None or said.online):
            heard[id] = max(entry.received.at, heard.get(id, entry.received.at))
        if said and (at := _when(entry)):
            _, known, _ = online.get(id, (None, at, None))
            if at >= known:
                online[id] = (said.online, at, entry.received.at)
    # in one order, so that workers don't deadlock
    if heard:
        execute_values(session, sql.SET_HEARD, sorted(heard.items()))
    if online:
        execute_values(session, sql.SET_PRESENCE, [(id, *state) for id, state in sorted(online.items())])
    if ours:
        execute_values(session, sql.OWE_OTHERWISE, list(ours.values()))


def _when(entry: Entry) -> datetime | None:
    """A live word is about now; a replayed one about the time it gives, or it says nothing new."""
    if not entry.received.incoming.retained:
        return entry.received.at
    return entry.message.at and min(entry.message.at, entry.received.at)
