"""The life of a batch: take, decode, store, commit, acknowledge, answer. Acknowledging comes last.

With the database away, what comes goes to the spool instead, and is acknowledged; when it is back, fresh messages go
first and the spool behind them, and then what an operator asks to be dealt with again.
"""

import logging
import threading
from time import monotonic

from rentguy.mqtt import Client

from .database import RETRY_S, Database
from .decode import entries
from .entry import Entry, Received
from .health import BATCHES, ELEMENTS
from .inbox import Inbox
from .receipts import answer
from .retries import Retries
from .spool import Spool, SpoolError

logger = logging.getLogger(__name__)

PATIENCE_S = 2.0  # with a database that is away, before anything is spooled
FIRST_SPOOLED, MOST_SPOOLED = 100, 2000  # in one batch
SLICE_S = 0.2  # what a batch of the spool may take: fresh messages wait for it


class Worker:
    """Deals with batches on the thread that calls `run`, until `stop` is set; the batch in hand is finished."""

    def __init__(self, inbox: Inbox, spool: Spool, client: Client, database: Database, most: int, seconds: float):
        self._inbox, self._spool, self._client, self._database = inbox, spool, client, database
        self._most, self._seconds = most, seconds
        self._retries = Retries(database)
        self._refusal: str | None = None
        self._slice = FIRST_SPOOLED

    @property
    def trouble(self) -> str | None:
        """Why it can't do all it should, for an operator."""
        if self._refusal:
            return f"{self._refusal}; nothing is acknowledged"
        if self._database.away:
            return f"the database can't store: {self._database.away}"
        return None

    def run(self, stop: threading.Event) -> None:
        while not stop.is_set():
            behind = len(self._spool) > 0 and self._database.due
            if fresh := self._inbox.take(self._most, 0 if behind else self._seconds, wait=not behind):
                self._deal_with(fresh, stop)
            if behind and self._database.due and not stop.is_set():
                self._drain()
            if not stop.is_set() and (again := self._retries.take()):
                self._deal_again(again)

    def _deal_with(self, batch: list[Received], stop: threading.Event) -> None:
        """One batch from bytes to receipts, or to the spool. Left as it is when there is no more time to wait."""
        for received in batch if logger.isEnabledFor(logging.DEBUG) else ():
            logger.debug("received topic=%s bytes=%d", received.incoming.topic, len(received.incoming.payload))
        while not (self._database.due and self._database.store(found := entries(batch))):
            if self._database.away_s > PATIENCE_S and self._spooled(batch):
                return self._acknowledge(batch)
            if stop.wait(RETRY_S):
                return None  # nothing was acknowledged: the broker sends it again
        self._acknowledge(batch)
        self._answer(found)

    def _drain(self) -> None:
        """The oldest of the spool, as many as are quickly stored."""
        began = monotonic()
        batch = self._spool.oldest(self._slice)
        found = entries(batch.messages)
        if self._database.store(found):
            self._spool.forget(batch)
            self._answer(found)
            self._slice = int(self._slice * min(SLICE_S / (monotonic() - began), 2))
            self._slice = min(max(self._slice, 1), MOST_SPOOLED)
            if not len(self._spool):
                logger.info("the spool is empty again")

    def _deal_again(self, batch: list[Received]) -> None:
        """Rejects; when the database goes meanwhile, they are still asked for."""
        found = entries(batch)
        if self._database.store(found):
            self._retries.done()
            self._answer(found)

    def _spooled(self, batch: list[Received]) -> bool:
        """Whether it is on disk. One line when the disk begins to refuse, one when it takes again."""
        try:
            self._spool.add(batch)
        except SpoolError as error:
            if self._refusal is None:
                logger.error("%s, nothing is acknowledged until it can", error)
            self._refusal = str(error)
            return False
        if self._refusal is not None:
            logger.info("the spool can be written again")
            self._refusal = None
        return True

    def _acknowledge(self, batch: list[Received]) -> None:
        self._refusal = None
        for received in batch:
            self._client.ack(received.incoming)

    def _answer(self, found: list[Entry]) -> None:
        answer(self._client, found)
        BATCHES.inc()
        rejected = sum(1 for entry in found if entry.rejected)
        ELEMENTS.labels("rejected").inc(rejected)
        ELEMENTS.labels("stored").inc(len(found) - rejected)
