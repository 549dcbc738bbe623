"""The session that stores: whether the database is there, and no longer waiting for it than it is worth."""

import logging
import os
import random
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from time import monotonic

import psycopg2
from psycopg2.extensions import connection

from rentguy.db import connect
from rentguy.log import pairs

from .entry import Entry
from .store import Away, store

logger = logging.getLogger(__name__)

RETRY_S = 0.5
CONNECT_S = 2  # libpq takes no less
STUCK_S = 10.0
SETTINGS = {
    "lock_timeout": "7s",  # whoever keeps a lock so long takes the database away
    "statement_timeout": "8s",  # the server gives up first, so that nothing of ours stays there and works
    "enable_bitmapscan": "off",  # one row of the index's end is wanted, and the planner would fetch and sort thousands
    "jit": "off",  # compiling takes longer than the query
}


class Database:
    """Works on the thread that calls `store` or `run`; a thread named "deadline" ends a session that hangs.

    `away` says why nothing can be stored, None when all is well; `away_s` for how long that has been so.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._session: connection | None = None
        self._away_since = self._next_try = 0.0
        self._busy_since: float | None = None
        self._closed = threading.Event()
        self.away: str | None = None
        self._watch = threading.Thread(target=self._end_what_hangs, name="deadline", daemon=True)
        self._watch.start()

    @property
    def away_s(self) -> float:
        return monotonic() - self._away_since if self.away else 0.0

    @property
    def due(self) -> bool:
        """Whether to try: always while it is there, twice a second while it is away."""
        return self.away is None or monotonic() >= self._next_try

    def store(self, found: list[Entry]) -> bool:
        """Whether all of it is committed; False when the database is away, and then any of it may be given again."""
        return self.run(lambda session: store(session, found, self._beat))

    def run(self, task: Callable[[connection], None]) -> bool:
        """Whether the task came to its end; False when the database is away."""
        self._busy_since = began = monotonic()
        try:
            if self._session is None or self._session.closed:
                self._session = connect(self._url, "rentguy ingest", connect_timeout=CONNECT_S, **SETTINGS)
            task(self._session)
        except (Away, psycopg2.Error) as error:
            self._has_gone(str(error).strip(), began)
            return False
        finally:
            self._busy_since = None
        if self.away:
            logger.info("the database stores again")
            self.away = None
        return True

    def _beat(self) -> None:
        """It goes on: each step of a batch has its own time."""
        self._busy_since = monotonic()

    def close(self) -> None:
        self._closed.set()
        self._watch.join(STUCK_S)
        if self._session:
            self._session.close()

    def _has_gone(self, reason: str, since: float) -> None:
        """One line when it goes."""
        if self._session:
            self._session.close()
        if self.away is None:
            self._away_since = since
            logger.warning("the database can't store %s", pairs(reason=reason))
        self.away = reason
        self._next_try = monotonic() + RETRY_S * random.uniform(0.5, 1.5)

    def _end_what_hangs(self) -> None:
        """A stopped server never answers: what waits for it is told that the connection has ended."""
        while not self._closed.wait(1):
            since, session = self._busy_since, self._session
            if since and session and not session.closed and monotonic() - since > STUCK_S:
                logger.warning("the database doesn't answer, its connection is ended")
                with suppress(OSError, psycopg2.Error), socket.socket(fileno=os.dup(session.fileno())) as line:
                    line.shutdown(socket.SHUT_RDWR)
