"""Rejects that an operator asks to be dealt with again, as messages with their first receipt.

They are a source beside the broker, and acknowledged last as its messages are: the rows are forgotten when what became
of their messages is committed. If ingest dies before, it is done once more, and duplicates fall on the keys.
"""

import logging
from datetime import datetime
from time import monotonic

from psycopg2.extensions import connection

from rentguy.log import pairs
from rentguy.mqtt import Incoming

from . import statements as sql
from .database import Database
from .entry import AT_ONCE, Received, one_batch

logger = logging.getLogger(__name__)
MOST = 1000  # what fresh messages may have to wait for
LOOK_S = 1.0


class Retries:
    """Takes what is asked for, a batch at a time; looks once a second, and not while the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._look_at = 0.0
        self._taken: tuple[list[int], list[datetime]] = [], []

    def take(self) -> list[Received]:
        """Up to 1,000 messages and AT_ONCE of their weight, at least one; none when nothing is asked for."""
        if self._database.away or monotonic() < self._look_at:
            return []
        batch: list[Received] = []
        self._database.run(lambda session: batch.extend(self._asked(session)))
        if batch:
            logger.info("dealing with rejects again %s", pairs(messages=len(batch)))
        self._look_at = 0.0 if batch else monotonic() + LOOK_S  # there may be more
        return batch

    def done(self) -> None:
        """Forget the rows that were taken, but for those that were rejected again, or asked for again, since."""
        self._database.run(self._forget)

    def _asked(self, session: connection) -> list[Received]:
        with session, session.cursor() as cursor:
            cursor.execute(sql.ASKED, (MOST, AT_ONCE))
            rows = cursor.fetchall()
        batch = list(one_batch(Received(_incoming(topic, bytes(payload)), first) for topic, payload, first, *_ in rows))
        taken = rows[: len(batch)]
        self._taken = [id for *_, ids, _ in taken for id in ids], [at for *_, moments in taken for at in moments]
        return batch

    def _forget(self, session: connection) -> None:
        with session, session.cursor() as cursor:
            cursor.execute(sql.FORGET_ASKED, self._taken)


def _incoming(topic: str, payload: bytes) -> Incoming:
    """As a retained message, since it says what was: no proof of life. Nothing is to be acknowledged."""
    return Incoming(topic, payload, retained=True, mid=0, connection=0)
