"""The first step, without the database: from messages to entries."""

from collections.abc import Iterable
from uuid import UUID

from rentguy.decoding import decode
from rentguy.errors import MessageError, TopicError
from rentguy.topics import parse

from .entry import Entry, Received


def entries(batch: Iterable[Received]) -> list[Entry]:
    """Every element of every message; what can't be understood comes along as rejected."""
    return [entry for received in batch for entry in _elements(received)]


def _elements(received: Received) -> list[Entry]:
    try:
        topic = parse(received.incoming.topic)
    except TopicError as error:
        entry = Entry(received)
        entry.reject(f"topic: {error}")
        return [entry]
    found = decode(topic, received.incoming.payload)
    return [_entry(received, topic, index, message) for index, message in enumerate(found)]


def _entry(received: Received, topic, index: int, message) -> Entry:
    if isinstance(message, MessageError):
        entry = Entry(received, topic, message.index, seq=message.seq, id=_known_id(message.id))
        entry.reject(str(message))
        return entry
    id = getattr(message, "id", None)
    return Entry(received, topic, index, message, getattr(message, "seq", None), id and str(id))


def _known_id(text: str | None) -> str | None:
    """An id as the receipt can name it; a sender that made no UUID waits for none."""
    try:
        return text and str(UUID(text))
    except ValueError:
        return None
