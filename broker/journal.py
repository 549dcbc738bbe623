"""What must not be lost, recorded: sessions, deliveries, retained messages, wills.

While one batch of records is being written, the next gathers what everybody does meanwhile, so a sync of the disk is
shared by all. What speaks of a record (a PUBACK, a SUBACK, the PUBLISH of a persistent session) leaves after its sync.
"""

import asyncio
import logging
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from pathlib import Path

import msgspec

from rentguy.errors import ConfigError
from rentguy.log import pairs

from .keeper import HEAD, KEPT
from .links import Link
from .message import Delivery
from .tables import STATEMENTS, Kept

logger = logging.getLogger(__name__)

HOME = Path(__file__).parent.parent
BEHIND_BYTES = 32 * 1024 * 1024  # unwritten; from here on publishers wait
ROW_BYTES = 100
START_S = 15.0
STOP_S = 5.0
encode = msgspec.msgpack.Encoder().encode


class Unkept:
    """The journal that keeps nothing: of clean sessions, and of a broker in memory."""

    trouble: str | None = None
    behind = False
    on_kept: Callable[[], None] = staticmethod(lambda: None)

    def owe(self, session: int, delivery: Delivery) -> None:
        """A session is owed a message; gives both their numbers."""

    def sent(self, delivery: Delivery) -> None:
        """A delivery has its packet id."""

    def released(self, delivery: Delivery) -> None:
        """The client has a QoS 2 message, and only the end of the exchange is open."""

    def done(self, delivery: Delivery) -> None:
        """Nothing is owed any more."""

    def keep(self, table: str, key: tuple, *values: object) -> None:
        """Put a row of a table with keys in place of the one it had."""

    def drop(self, table: str, *key: object) -> None:
        """Remove a row of a table with keys."""

    def send(self, link: Link, data: bytes) -> None:
        """Send what speaks of all that was recorded so far, once that is on the disk."""
        link.write(data)


UNKEPT = Unkept()


class Batch:
    """The records that are written together."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.first = sys.maxsize  # of the deliveries in it; older ones have a row already
        self.owed: list[tuple[int, int, Delivery]] = []  # session, message, and what else holds when it is written
        self.rows: dict[str, list[tuple]] = {name: [] for name in STATEMENTS}
        self.keyed: dict[tuple, tuple | None] = {}
        self.waiting: dict[Link, None] = {}  # links with something that leaves when this is on the disk
        self.bytes = 0

    def frame(self) -> bytes:
        """As the keeper reads it."""
        rows = self.rows
        rows["owed"] = [
            (each.number, session, message, each.qos, each.retain, each.group, each.mid, each.released)
            for session, message, each in self.owed
        ]
        for (table, *key), row in self.keyed.items():
            rows[f"drop {table}" if row is None else f"keep {table}"].append(tuple(key) if row is None else row)
        body = encode([(name, some) for name, some in rows.items() if some])
        return HEAD.pack(len(body)) + body


class Journal(Unkept):
    """The journal on disk. `await start()`, then it records until `await stop()`; `lost` is set if its keeper ends."""

    def __init__(self, file: Path, kept: Kept) -> None:
        self.trouble: str | None = None
        self.lost = asyncio.Event()
        self.commits = 0
        self._file = file
        self._batch, self._writing = Batch(1), None
        self._messages = count(1 + max((row[0] for row in kept.messages), default=0))
        self._numbers = count(1 + max((row[0] for row in kept.deliveries), default=0))
        self._idle = asyncio.Event()
        self._idle.set()

    async def start(self) -> None:
        """Raises ConfigError when its keeper can't work."""
        ours, theirs = socket.socketpair()
        command = [sys.executable, "-m", f"{__package__}.keeper", str(self._file)]
        with theirs:
            self._keeper = subprocess.Popen(command, stdin=theirs, stdout=subprocess.DEVNULL, cwd=HOME)
        self._answers, self._out = await asyncio.open_connection(sock=ours)
        self._task = asyncio.create_task(self._listen(), name="journal")
        self.record()  # an empty batch, whose answer says that the keeper is there
        with suppress(TimeoutError):
            async with asyncio.timeout(START_S):
                await self._idle.wait()
        if self.lost.is_set() or not self._idle.is_set():
            raise ConfigError(f"{self._file}: the journal's keeper doesn't answer")

    async def stop(self) -> None:
        """Write what is recorded, unless the disk refuses, and end the keeper."""
        with suppress(TimeoutError):
            async with asyncio.timeout(0 if self.trouble else STOP_S):
                await self._idle.wait()
        self._task.cancel()
        self._out.close()
        try:
            async with asyncio.timeout(STOP_S):
                while self._keeper.poll() is None:
                    await asyncio.sleep(0.01)
        except TimeoutError:
            self._keeper.kill()

    @property
    def behind(self) -> bool:
        """Whether so much is unwritten that nothing more may be accepted."""
        return self._batch.bytes + (self._writing.bytes if self._writing else 0) > BEHIND_BYTES

    def record(self, size: int = 0) -> Batch:
        """The batch to add a record of so many bytes to."""
        batch = self._batch
        if not batch.bytes:  # what this turn of the loop records goes with it
            self._idle.clear()
            asyncio.get_running_loop().call_soon(self._hand_over)
        batch.bytes += ROW_BYTES + size
        return batch

    def owe(self, session: int, delivery: Delivery) -> None:
        message = delivery.message
        batch = self.record(0 if message.id else message.size)
        if not message.id:
            message.id = next(self._messages)
            batch.rows["accepted"].append((message.id, message.topic, message.payload, message.qos))
        message.owed += 1
        delivery.number = next(self._numbers)
        batch.first = min(batch.first, delivery.number)
        batch.owed.append((session, message.id, delivery))

    def sent(self, delivery: Delivery) -> None:
        if delivery.number < self._batch.first:  # else its row will say so
            self.record().rows["sent"].append((delivery.mid, delivery.number))

    def released(self, delivery: Delivery) -> None:
        self.record().rows["released"].append((delivery.number,))

    def done(self, delivery: Delivery) -> None:
        rows, message = self.record().rows, delivery.message
        rows["done"].append((delivery.number,))
        message.owed -= 1
        if not message.owed:
            rows["forgotten"].append((message.id,))
            message.id = 0

    def keep(self, table: str, key: tuple, *values: object) -> None:
        size = sum(len(value) for value in values if isinstance(value, bytes))
        self.record(size).keyed[table, *key] = (*key, *values)

    def drop(self, table: str, *key: object) -> None:
        self.record().keyed[table, *key] = None

    def send(self, link: Link, data: bytes) -> None:
        batch = self._batch if self._batch.bytes else self._writing
        if batch is None:
            link.write(data)
        else:
            link.hold(data, batch.number)
            batch.waiting[link] = None

    def _hand_over(self) -> None:
        """Give the keeper what has been recorded, unless it is still busy."""
        if self._writing is None and self._batch.bytes:
            self._writing, self._batch = self._batch, Batch(self._batch.number + 1)
            self._out.write(self._writing.frame())

    async def _listen(self) -> None:
        with suppress(ConnectionError):
            async for answer in self._answers:
                if answer == KEPT:
                    self._kept()
                else:
                    self._refused(answer.decode().removeprefix("trouble ").strip())
        self.lost.set()
        self._idle.set()  # nobody need wait any longer

    def _refused(self, reason: str) -> None:
        """However long the disk refuses, the keeper tries the same batch."""
        if not self.trouble:
            logger.error("the disk refuses, nothing is acknowledged %s", pairs(file=self._file, reason=reason))
        self.trouble = reason

    def _kept(self) -> None:
        if self.trouble:
            logger.info("the disk takes it again %s", pairs(file=self._file))
            self.trouble = None
        batch, self._writing = self._writing, None
        self.commits += 1
        for link in batch.waiting:
            link.release(batch.number)
        self._hand_over()
        if self._writing is None:
            self._idle.set()
        self.on_kept()
