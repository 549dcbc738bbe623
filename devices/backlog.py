"""Brings to the platform what a device still keeps: behind what is live, in arrays, and no faster than it is stored."""

import logging
import random
import sqlite3
import threading
from collections.abc import Callable, Iterator
from time import monotonic

from rentguy.log import pairs

from .outbox import Batch, Outbox

logger = logging.getLogger(__name__)

PATIENCE_S = 30.0  # without a receipt for so long, a message is sent again; then twice as long, until one comes
LONGEST_S = 3600.0
REST_S = (0.5, 1.5)  # of the time that an array took, between two


class Backlog:
    """Runs on a thread named after its device from `start` to `stop`.

    `returned()` says that the connection is there anew: everything kept till then is backlog. `heard()` says that a
    receipt has come. One array is under way at a time; the next follows its receipt, after a rest of about as long as
    that took: a fleet that comes back all at once slows down with the platform. What is made meanwhile goes its own
    way; it is backlog once no receipt has come for `patience_s`.
    """

    def __init__(
        self, name: str, outbox: Outbox, numbers: Iterator[int], send: Callable[[Batch], bool], patience_s: float
    ) -> None:
        self._outbox, self._numbers, self._send = outbox, numbers, send
        self._patience = self._usual_patience = patience_s
        self._until = 0  # what is numbered below is backlog
        self._mark = 0  # what is numbered below will be
        self._returns = 0
        self._stopped = False
        self._news = threading.Condition()
        self._thread = threading.Thread(target=self._run, name=f"{name}-backlog", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout: float) -> None:
        with self._news:
            self._stopped = True
            self._news.notify_all()
        if self._thread.is_alive():
            self._thread.join(timeout)

    def returned(self) -> None:
        with self._news:
            self._until = next(self._numbers)
            self._returns += 1
            self._patience = self._usual_patience
            self._news.notify_all()

    def heard(self) -> None:
        with self._news:
            self._patience = self._usual_patience
            self._news.notify_all()

    def _run(self) -> None:
        while not self._stopped:
            try:
                self._go_on()
            except sqlite3.Error as error:  # the disk may be well again later
                logger.warning("the outbox can't be read %s", pairs(thread=self._thread.name, reason=error))
                self._is_quiet(self._patience, self._returns)

    def _go_on(self) -> None:
        """Bring the next array; when there is none, what then stays unanswered for too long is backlog too."""
        returns = self._returns
        if batch := self._outbox.oldest(self._until):
            self._bring(batch, returns)
        elif self._is_quiet(self._patience, returns):
            with self._news:
                self._until, self._mark = max(self._mark, self._until), next(self._numbers)

    def _bring(self, batch: Batch, returns: int) -> None:
        began = monotonic()
        self._send(batch)
        if self._settles(batch, returns):
            self._is_quiet((monotonic() - began) * random.uniform(*REST_S), returns)
        elif returns == self._returns:
            self._patience = min(2 * self._patience, LONGEST_S)

    def _settles(self, batch: Batch, returns: int) -> bool:
        """Whether receipts name all of it, before patience ends or another connection begins."""
        settled = lambda: not self._outbox.holds(batch.first, batch.last)  # noqa: E731
        with self._news:
            self._news.wait_for(lambda: self._stopped or self._returns != returns or settled(), self._patience)
        return settled()

    def _is_quiet(self, seconds: float, returns: int) -> bool:
        """Whether so long passes without a new connection."""
        with self._news:
            return not self._news.wait_for(lambda: self._stopped or self._returns != returns, seconds)
