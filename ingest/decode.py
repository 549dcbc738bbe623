"""The first step, without the database: from messages to entries."""

import logging
from collections.abc import Iterable
from uuid import UUID

from rentguy.decoding import decode
from rentguy.errors import MessageError, TopicError
from rentguy.log import pairs
from rentguy.topics import Topic, parse

from .entry import Entry, Received
from .rejects import reason

logger = logging.getLogger(__name__)


def entries(batch: Iterable[Received]) -> list[Entry]:
    """Every element of every message; what can't be understood comes along as rejected."""
    return [entry for received in batch for entry in _elements(received)]


def _elements(received: Received) -> list[Entry]:
    topic = None
    try:
        topic = parse(received.incoming.topic)
        found = decode(topic, received.incoming.payload)
        return [_entry(received, topic, index, message) for index, message in enumerate(found)]
    except TopicError as error:
        return [_rejected(received, None, f"topic: {error}")]
    except Exception as error:  # our own failure: a poisoned message must not stop the stream
        logger.exception("a message can't be decoded %s", pairs(topic=received.incoming.topic))
        return [_rejected(received, topic, f"it can't be decoded: {reason(error)}", private=topic is None)]


def _rejected(received: Received, topic: Topic | None, why: str, private: bool = False) -> Entry:
    """A message as a whole."""
    entry = Entry(received, topic)
    entry.reject(why, private)
    return entry


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
