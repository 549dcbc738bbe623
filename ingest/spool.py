"""What came while the database was away, on disk until it is back: raw messages, in the order in which they came."""

import logging
import sqlite3
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from rentguy.errors import RentGuyError
from rentguy.log import pairs
from rentguy.mqtt import Incoming
from rentguy.sqlite import open_or_set_aside, transaction

from .entry import Received, one_batch
from .health import SPOOLED

logger = logging.getLogger(__name__)

FILE = "ingest/spool.db"
CACHE_KIB = 8 * 1024
EPOCH, MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
SCHEMA = """
CREATE TABLE IF NOT EXISTS spooled (
    id INTEGER PRIMARY KEY, topic TEXT NOT NULL, payload BLOB NOT NULL, retained INTEGER NOT NULL, at INTEGER NOT NULL
)
"""
ADD = "INSERT INTO spooled (topic, payload, retained, at) VALUES (?, ?, ?, ?)"
OLDEST = "SELECT id, topic, payload, retained, at FROM spooled WHERE id > ? ORDER BY id LIMIT ?"
CHECK = "SELECT count(*) FROM spooled"  # which reads all of it
FORGET = "DELETE FROM spooled WHERE id <= ?"


class SpoolError(RentGuyError):
    """the spool can't be written"""


class Batch(NamedTuple):
    """The oldest messages; `last` is what `forget` is told once they are stored."""

    messages: list[Received]
    last: int


class Spool:
    """A queue on disk of at most `most_bytes`, ours alone; a message that was added has been synced.

    Killed between storing and forgetting, the next ingest stores the same messages again, and they fall on their keys.
    Raises ConfigError when another process has the file.
    """

    def __init__(self, file: Path, most_bytes: int) -> None:
        self._forgotten = 0  # up to which id, whether the disk has it or not
        self._session = open_or_set_aside(file, SCHEMA, CHECK)
        (page,) = self._session.execute("PRAGMA page_size").fetchone()
        self._session.execute(f"PRAGMA max_page_count = {max(most_bytes // page, 8)}")
        self._session.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        (self._length,) = self._session.execute(CHECK).fetchone()
        SPOOLED.set(self._length)
        if self._length:
            logger.info("the spool still has messages %s", pairs(messages=self._length))

    def __len__(self) -> int:
        return self._length

    def add(self, messages: Iterable[Received]) -> None:
        """All of them or none, on disk when this returns. Raises SpoolError when the disk or the bound refuses."""
        rows = [_row(received) for received in messages]
        try:
            with transaction(self._session):
                self._session.executemany(ADD, rows)
        except sqlite3.Error as error:
            raise SpoolError(f"the spool can't be written: {error}") from error
        self._count(len(rows))

    def oldest(self, most: int) -> Batch:
        """Up to `most` messages and AT_ONCE of their weight, at least one."""
        ids: list[int] = []

        def read() -> Iterator[Received]:
            for id, topic, payload, retained, at in self._session.execute(OLDEST, (self._forgotten, most)):
                ids.append(id)
                incoming = Incoming(topic, payload, bool(retained), 0, 0)  # long acknowledged
                yield Received(incoming, EPOCH + at * MICROSECOND)

        messages = list(one_batch(read()))
        return Batch(messages, ids[len(messages) - 1] if messages else 0)

    def forget(self, batch: Batch) -> None:
        """They are stored. When nothing remains, the file gives its room back."""
        self._forgotten = batch.last
        self._count(-len(batch.messages))
        try:
            with transaction(self._session):
                self._session.execute(FORGET, (batch.last,))
            if not self._length:
                self._session.execute("VACUUM")
                self._forgotten = 0  # ids begin anew
        except sqlite3.Error as error:  # the next start stores them again, which changes nothing
            logger.warning("the spool can't forget what is stored %s", pairs(reason=error))

    def close(self) -> None:
        self._session.close()

    def _count(self, more: int) -> None:
        self._length += more
        SPOOLED.set(self._length)


def _row(received: Received) -> tuple[str, bytes, bool, int]:
    incoming = received.incoming
    return incoming.topic, incoming.payload, incoming.retained, (received.at - EPOCH) // MICROSECOND
