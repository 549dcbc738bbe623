"""The bounded queue between the receiver and the worker. When it is full `put` waits, and TCP holds the broker back."""

import threading
from collections import deque
from itertools import islice
from time import monotonic, sleep

from .entry import AT_ONCE, Received, one_batch

MOST_BYTES = 64 * 1024 * 1024
IDLE_S = 0.25


class Inbox:
    """Holds at most `bound` messages and 64 MiB of them; taken in batches, so that one lock serves many."""

    def __init__(self, bound: int) -> None:
        self._bound = bound
        self._bytes = 0
        self._messages: deque[Received] = deque()
        self._changed = threading.Condition()
        self._closed = False

    def __len__(self) -> int:
        return len(self._messages)

    @property
    def _full(self) -> bool:
        return len(self._messages) >= self._bound or self._bytes >= MOST_BYTES

    def put(self, received: Received) -> None:
        """Wait for room; after `close` the message is let go, since the broker will send it again."""
        with self._changed:
            while self._full and not self._closed:
                self._changed.wait(1)
            if not self._closed:
                self._messages.append(received)
                self._bytes += len(received.incoming.payload)
                if len(self._messages) == 1:
                    self._changed.notify_all()

    def take(self, most: int, seconds: float, wait: bool = True) -> list[Received]:
        """Up to `most` messages and AT_ONCE of their weight, gathered for `seconds` after the first.

        None when there are none; with `wait` only after a quarter of a second.
        """
        with self._changed:
            if not self._messages and wait:
                self._changed.wait_for(lambda: self._messages or self._closed, IDLE_S)
            if not self._messages:
                return []
        _gather(lambda: len(self._messages) >= most or self._bytes >= AT_ONCE or self._closed, seconds)
        with self._changed:
            batch = list(one_batch(islice(self._messages, most)))
            for _ in batch:
                self._messages.popleft()
            self._bytes -= sum(len(received.incoming.payload) for received in batch)
            self._changed.notify_all()
        return batch

    def close(self) -> None:
        """Let everybody who waits go on."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()


def _gather(enough, seconds: float) -> None:
    """Poll coarsely: waking the worker for every message would cost more than the messages."""
    until = monotonic() + seconds
    while not enough() and (left := until - monotonic()) > 0:
        sleep(min(left, 0.01))
