"""What can't be used is kept with its reason; the bytes once a message, unless privacy forbids."""

import psycopg2
from psycopg2.extensions import cursor

from rentguy import rejects
from rentguy.rejects import Reject

from .entry import Entry


def store_rejects(session: cursor, entries: list[Entry]) -> None:
    """Keep what is rejected, each failure of a message once."""
    digests: dict[int, bytes] = {}
    rejects.add(session, [_reject(entry, digests) for entry in entries if entry.rejected])


def reason(error: Exception) -> str:
    """What an error says; of PostgreSQL's only the first line: its details repeat the row, which may be private."""
    if isinstance(error, psycopg2.Error) and error.diag.message_primary:
        return error.diag.message_primary
    return str(error).strip() or type(error).__name__


def _reject(entry: Entry, digests: dict[int, bytes]) -> Reject:
    """`digests` remembers the identities of the messages at hand, whose elements may be many."""
    received, source = entry.received, entry.source and entry.source.slug
    topic, payload = received.incoming.topic, received.incoming.payload
    if entry.private or _personal(entry):
        return rejects.without_payload(source, topic, entry.rejected, received.at)
    if id(received) not in digests:
        digests[id(received)] = rejects.digest(topic, payload)
    return Reject(source, topic, payload, f"[{entry.index}] {entry.rejected}", received.at, digests[id(received)])


def _personal(entry: Entry) -> bool:
    """Whether it may say where a person was: their position, or anything of their phone that names a latitude."""
    if not (entry.topic and entry.source and entry.source.whose_shift):
        return False
    misplaced = not entry.source.is_person and b'"lat' in entry.received.incoming.payload
    return entry.topic.kind == "position" or misplaced
