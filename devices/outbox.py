"""What a device has made and the platform has not settled yet, kept in memory."""

import threading
from itertools import islice
from typing import NamedTuple

from rentguy.decoding import MAX_ELEMENTS

MOST = 10_000  # then the oldest is given up, and counted
BATCH_BYTES = 200 * 1024  # an array stays below what a payload may have


class Entry(NamedTuple):
    kind: str
    payload: bytes


class Batch(NamedTuple):
    """Neighbours of one kind as one array; `last` is the highest number among them."""

    kind: str
    last: int
    payload: bytes


class Outbox:
    """Messages by their number, oldest first, until a receipt names them. Safe to use from several threads."""

    def __init__(self, most: int = MOST) -> None:
        self.lost = 0
        self._most = most
        self._kept: dict[int, Entry] = {}
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def add(self, seq: int, kind: str, payload: bytes) -> bool:
        """Keep a message; False when the oldest had to go for it."""
        with self._lock:
            self._kept[seq] = Entry(kind, payload)
            if len(self._kept) <= self._most:
                return True
            del self._kept[next(iter(self._kept))]
            self.lost += 1
            return False

    def settle(self, first: int, last: int) -> int:
        """Forget what lies in a receipt's range; says how many that were."""
        with self._lock:
            few = last - first < len(self._kept)
            numbers = range(first, last + 1) if few else [seq for seq in self._kept if first <= seq <= last]
            return sum(self._kept.pop(seq, None) is not None for seq in numbers)

    def newest(self, kind: str) -> tuple[int, bytes] | None:
        """The last message of a kind, so that it can go ahead of the others."""
        with self._lock:
            for seq in reversed(self._kept):
                if self._kept[seq].kind == kind:
                    return seq, self._kept[seq].payload
        return None

    def batch(self, after: int, until: int) -> Batch | None:
        """The oldest neighbours of one kind numbered `after` < seq < `until`, as many as fit in an array."""
        with self._lock:
            wanted = list(islice((item for item in self._kept.items() if after < item[0] < until), MAX_ELEMENTS))
        if not wanted:
            return None
        kind, last, payloads, size = wanted[0][1].kind, after, [], 2
        for seq, entry in wanted:
            if entry.kind != kind or size + len(entry.payload) + 1 > BATCH_BYTES:
                break
            last, size = seq, size + len(entry.payload) + 1
            payloads.append(entry.payload)
        return Batch(kind, last, b"[" + b",".join(payloads) + b"]")
