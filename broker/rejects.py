"""Leaves a row in `rejects` for what was refused: who, where to, why, how often that day.

Without the payload: what a phone sends while nobody is on shift must not be kept, wherever it was sent.
"""

import logging
import queue
import threading
from datetime import UTC, datetime

import psycopg2
from psycopg2.extensions import connection

from rentguy import db
from rentguy.log import pairs
from rentguy.rejects import Reject, add, without_payload

logger = logging.getLogger(__name__)

WAITING = 1_000


class Rejects:
    """Writes on a thread named "rejects". With a full queue or no database rows are dropped and counted."""

    def __init__(self, database_url: str) -> None:
        self.dropped = 0
        self._url = database_url
        self._queue: queue.Queue[Reject] = queue.Queue(WAITING)
        self._stop = threading.Event()
        self._session: connection | None = None
        self._away = False
        self._thread = threading.Thread(target=self._run, name="rejects", daemon=True)

    def start(self) -> "Rejects":
        self._thread.start()
        return self

    def stop(self, timeout: float = 0.5) -> None:
        self._stop.set()
        self._thread.join(timeout)

    def __call__(self, source: str, topic: str, reason: str) -> None:
        """Note a refusal; never waits."""
        try:
            self._queue.put_nowait(without_payload(source, topic, reason, datetime.now(UTC)))
        except queue.Full:
            self.dropped += 1

    def _run(self) -> None:
        while not (self._stop.is_set() and self._queue.empty()):
            try:
                reject = self._queue.get(timeout=0.25)
            except queue.Empty:
                continue
            try:
                self._write(reject)
                self._found()
            except psycopg2.Error as error:
                self._lost(error)

    def _write(self, reject: Reject) -> None:
        if self._session is None or self._session.closed:
            self._session = db.connect(self._url, "broker-rejects")
            self._session.autocommit = True
        with self._session.cursor() as cursor:
            cursor.execute("SET statement_timeout = '5s'")
            add(cursor, [reject])

    def _found(self) -> None:
        if self._away:
            logger.info("rejects are written again %s", pairs(dropped=self.dropped))
        self._away = False

    def _lost(self, error: psycopg2.Error) -> None:
        self.dropped += 1
        if not self._away:
            logger.warning("rejects can't be written and are dropped %s", pairs(reason=str(error).strip()))
        self._away = True
        if self._session is not None:
            self._session.close()
            self._session = None
