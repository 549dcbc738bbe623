"""Rejects that an operator asks to be dealt with again, as messages with their first receipt.

They are a source beside the broker, and acknowledged last as its messages are: the rows are forgotten when what became
of their messages is committed. If ingest dies before, it is done once more, and duplicates fall on the keys.
"""

import logging
from datetime import datetime
from time import monotonic

import psycopg2
from psycopg2.extensions import connection

from rentguy import db
from rentguy.log import pairs
from rentguy.mqtt import Incoming
from rentguy.rejects import CHANNEL

from . import statements as sql
from .entry import Received

logger = logging.getLogger(__name__)
AT_ONCE = 1000
BYTES_AT_ONCE = 16 * 1024 * 1024
LOOK_S = 10.0


class Retries:
    """Takes what is asked for, a batch at a time; woken by NOTIFY, else it looks every 10 s. Outlives the database."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._session: connection | None = None
        self._look_at = 0.0
        self._taken: tuple[list[int], list[datetime]] = [], []

    def take(self) -> list[Received]:
        """Up to 1,000 messages and 16 MiB of them; none, and at once, when nothing is asked. Nobody waits for it."""
        try:
            if not self._woken():
                return []
            batch = self._asked()
        except psycopg2.Error as error:
            self._lost(error)
            return []
        if batch:
            logger.info("dealing with rejects again %s", pairs(messages=len(batch)))
            self._look_at = 0.0  # there may be more
        return batch

    def done(self) -> None:
        """Forget the rows that were taken, but for those that were rejected again, or asked again, since."""
        try:
            with self._session.cursor() as cursor:
                cursor.execute(sql.FORGET_ASKED, self._taken)
        except psycopg2.Error as error:
            self._lost(error)  # they are still asked for

    def close(self) -> None:
        if self._session:
            self._session.close()
            self._session = None

    def _woken(self) -> bool:
        if self._session is None:
            if monotonic() < self._look_at:
                return False
            self._session = db.connect(self._url, "rentguy retries")
            self._session.autocommit = True
            with self._session.cursor() as cursor:
                cursor.execute(f"LISTEN {CHANNEL}")
            return True
        self._session.poll()
        woken = bool(self._session.notifies) or monotonic() >= self._look_at
        self._session.notifies.clear()
        return woken

    def _asked(self) -> list[Received]:
        self._look_at = monotonic() + LOOK_S
        with self._session.cursor() as cursor:
            cursor.execute(sql.ASKED, (AT_ONCE, BYTES_AT_ONCE))
            rows = cursor.fetchall()
        self._taken = [id for *_, ids, _ in rows for id in ids], [at for *_, moments in rows for at in moments]
        return [Received(_incoming(topic, bytes(payload)), first) for topic, payload, first, *_ in rows]

    def _lost(self, error: psycopg2.Error) -> None:
        """The worker says when the database is away; what is asked for stays."""
        logger.debug("rejects can't be asked for %s", pairs(reason=str(error).strip()))
        self.close()
        self._look_at = monotonic() + LOOK_S


def _incoming(topic: str, payload: bytes) -> Incoming:
    """As a retained message, since it says what was: no proof of life. Nothing is to be acknowledged."""
    return Incoming(topic, payload, retained=True, mid=0, connection=0)
