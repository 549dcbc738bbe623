"""The life of a batch: take, decode, store, commit, acknowledge, answer. Acknowledging comes last."""

import logging
import threading
from collections.abc import Callable

from psycopg2.extensions import connection

from rentguy.db import connect
from rentguy.log import pairs
from rentguy.mqtt import Client

from .decode import entries
from .entry import Entry, Received
from .health import BATCHES, ELEMENTS
from .inbox import Inbox
from .receipts import answer
from .retries import Retries
from .store import AWAY, store

logger = logging.getLogger(__name__)
RETRY_S = 0.5


class Worker:
    """Deals with batches on the thread that calls `run`, until `stop` is set; the batch in hand is finished."""

    def __init__(self, inbox: Inbox, client: Client, url: str, most: int, seconds: float) -> None:
        self._inbox, self._client, self._url, self._most, self._seconds = inbox, client, url, most, seconds
        self._retries = Retries(url)
        self._session: connection | None = None
        self.away = False  # whether the database is

    def run(self, stop: threading.Event) -> None:
        while not stop.is_set():
            if batch := self._inbox.take(self._most, self._seconds):
                self.handle(batch, stop.wait)
            if (again := self._retries.take()) and self.handle(again, stop.wait):
                self._retries.done()
        self._retries.close()
        if self._session:
            self._session.close()

    def handle(self, batch: list[Received], wait: Callable[[float], bool]) -> bool:
        """One batch from bytes to receipts. `wait(seconds)` says True when there is no more time to wait.

        False when that came before all was stored.
        """
        for received in batch if logger.isEnabledFor(logging.DEBUG) else ():
            incoming = received.incoming
            logger.debug("received topic=%s bytes=%d", incoming.topic, len(incoming.payload))
        found = entries(batch)
        if not self._stored(found, wait):
            return False  # nothing was acknowledged: the broker sends it again
        for received in batch:
            self._client.ack(received.incoming)
        answer(self._client, found)
        _count(found)
        return True

    def _stored(self, found: list[Entry], wait: Callable[[float], bool]) -> bool:
        while True:
            try:
                if self._session is None or self._session.closed:
                    self._session = connect(self._url, "rentguy ingest")
                store(self._session, found)
                self._report(None)
                return True
            except AWAY as error:
                self._report(error)
                if self._session:
                    self._session.close()
                if wait(RETRY_S):
                    return False

    def _report(self, error: Exception | None) -> None:
        """One line when the database goes, one when it is back."""
        if error and not self.away:
            logger.warning("the database can't store, holding messages back %s", pairs(reason=str(error).strip()))
        elif self.away and not error:
            logger.info("the database stores again")
        self.away = error is not None


def _count(found: list[Entry]) -> None:
    BATCHES.inc()
    rejected = sum(1 for entry in found if entry.rejected)
    ELEMENTS.labels("rejected").inc(rejected)
    ELEMENTS.labels("stored").inc(len(found) - rejected)
