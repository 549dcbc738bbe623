"""What a device has made and the platform has not settled yet, in SQLite: on disk it outlives the device's death."""

import threading
from pathlib import Path
from typing import NamedTuple

from rentguy.decoding import MAX_ELEMENTS
from rentguy.errors import MessageError
from rentguy.sqlite import open_or_set_aside, transaction

MOST = 1_000_000  # 11 days of a fix a second, about 200 MB; then the oldest is given up, and counted
LARGEST = 64 * 1024  # bytes of a message
BATCH_BYTES = 200 * 1024  # an array stays below what a payload may have
SCHEMA = "CREATE TABLE IF NOT EXISTS kept (seq INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, payload BLOB)"
CHECK = "SELECT count(*) FROM kept"
LAST = "SELECT seq FROM sqlite_sequence WHERE name = 'kept'"
ADD = "INSERT INTO kept VALUES (?, ?, ?)"
GIVE_UP = "DELETE FROM kept WHERE seq = (SELECT min(seq) FROM kept)"
SETTLE = "DELETE FROM kept WHERE seq BETWEEN ? AND ?"
NEWEST = "SELECT seq, payload FROM kept WHERE kind = ? ORDER BY seq DESC LIMIT 1"
OLDEST = "SELECT seq, kind, payload FROM kept WHERE seq < ? ORDER BY seq LIMIT ?"
ANY = "SELECT EXISTS (SELECT 1 FROM kept WHERE seq BETWEEN ? AND ?)"


class Batch(NamedTuple):
    """The oldest neighbours of one kind as one array, numbered from `first` to `last`."""

    kind: str
    first: int
    last: int
    payload: bytes


class Outbox:
    """Messages by their number, oldest first, until a receipt names them; without a `file`, in memory.

    What `add` was given outlives the process, and when `synced` a power cut too, at a sync of the disk for each
    message. That it was settled needn't, since a receipt says it again. Safe to use from several threads. Raises
    ConfigError when another process has the file.
    """

    def __init__(self, file: Path | None = None, most: int = MOST, *, synced: bool = True) -> None:
        self.lost = 0
        self._most, self._sync = most, "FULL" if synced else "NORMAL"
        self._lock = threading.Lock()
        self._session = open_or_set_aside(file or ":memory:", SCHEMA, CHECK)
        (self._length,) = self._session.execute(CHECK).fetchone()

    def __len__(self) -> int:
        return self._length

    @property
    def last(self) -> int:
        """The highest number there ever was; 0 when there was none."""
        with self._lock:
            return (self._session.execute(LAST).fetchone() or (0,))[0]

    def add(self, seq: int, kind: str, payload: bytes) -> bool:
        """Keep a message; False when the oldest had to go for it.

        Raises MessageError for one that is too large to be sent, sqlite3.Error when the disk refuses.
        """
        if len(payload) > LARGEST:
            raise MessageError(f"expected at most {LARGEST} bytes, got {len(payload)}")
        with self._lock:
            full = self._length >= self._most
            with transaction(self._session, self._sync):
                self._session.execute(ADD, (seq, kind, payload))
                if full:
                    self._session.execute(GIVE_UP)
            self.lost += full
            self._length += not full
            return not full

    def settle(self, first: int, last: int) -> int:
        """Forget what lies in a receipt's range; says how many that were."""
        with self._lock:
            with transaction(self._session, "NORMAL"):
                settled = self._session.execute(SETTLE, (first, last)).rowcount
            self._length -= settled
            return settled

    def newest(self, kind: str) -> tuple[int, bytes] | None:
        """The last message of a kind, so that it can go ahead of the others."""
        with self._lock:
            return self._session.execute(NEWEST, (kind,)).fetchone()

    def oldest(self, until: int) -> Batch | None:
        """The oldest neighbours of one kind numbered below `until`, as many as fit in an array."""
        with self._lock:
            found = self._session.execute(OLDEST, (until, MAX_ELEMENTS)).fetchall()
        if not found:
            return None
        first, kind, _ = found[0]
        last, payloads, size = first, [], 2
        for seq, its_kind, payload in found:
            if its_kind != kind or size + len(payload) + 1 > BATCH_BYTES:
                break
            last, size = seq, size + len(payload) + 1
            payloads.append(payload)
        return Batch(kind, first, last, b"[" + b",".join(payloads) + b"]")

    def holds(self, first: int, last: int) -> bool:
        """Whether anything of a range isn't settled yet."""
        with self._lock:
            return bool(self._session.execute(ANY, (first, last)).fetchone()[0])

    def close(self) -> None:
        with self._lock:
            self._session.close()
