"""The bounded queue between the receiver and the worker. When it is full `put` waits, and TCP holds the broker back."""

import threading
from collections import deque
from time import monotonic

from .entry import Received


class Inbox:
    """Holds at most `bound` messages; taken in batches, so that one lock serves many."""

    def __init__(self, bound: int) -> None:
        self._bound = bound
        self._messages: deque[Received] = deque()
        self._changed = threading.Condition()
        self._closed = False

    def __len__(self) -> int:
        return len(self._messages)

    def put(self, received: Received) -> None:
        """Wait for room; after `close` the message is let go, since the broker will send it again."""
        with self._changed:
            while len(self._messages) >= self._bound and not self._closed:
                self._changed.wait(1)
            if not self._closed:
                self._messages.append(received)
                if len(self._messages) == 1:
                    self._changed.notify_all()

    def take(self, most: int, seconds: float) -> list[Received]:
        """Up to `most` messages, gathered for `seconds` after the first; none after a quarter of a second without."""
        with self._changed:
            if not self._messages and not self._changed.wait_for(lambda: self._messages or self._closed, 0.25):
                return []
        _gather(lambda: len(self._messages) >= most or self._closed, seconds)
        with self._changed:
            batch = [self._messages.popleft() for _ in range(min(most, len(self._messages)))]
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
        threading.Event().wait(min(left, 0.01))
