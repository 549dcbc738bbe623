"""What must not be lost, recorded: sessions, deliveries, retained messages, wills.

While one batch of records is being written, the next gathers what everybody does meanwhile, so a sync of the disk is
shared by all. What speaks of a record (a PUBACK, a SUBACK, the PUBLISH of a persistent session) leaves after its sync.
"""

import asyncio
import logging
import socket
import subprocess
import sys
import time
from contextlib import suppress
from itertools import count
from pathlib import Path

from rentguy.errors import ConfigError, RentGuyError
from rentguy.log import pairs

from .batch import Batch
from .keeper import KEPT
from .links import Link
from .message import Delivery
from .tables import Kept
from .unkept import Unkept

logger = logging.getLogger(__name__)

HOME = Path(__file__).parent.parent
BEHIND_BYTES = 32 * 1024 * 1024  # unwritten; from here on publishers wait
ROW_BYTES = 300  # about what a record takes besides what it holds
HANGING_S = 5.0
START_S = 15.0
STOP_S = 5.0


class JournalLost(RentGuyError):
    """the journal's keeper has ended"""


class Journal(Unkept):
    """The journal on disk. `await start()`, then it records until `await stop()`; `lost` is set if its keeper ends."""

    def __init__(self, file: Path, kept: Kept) -> None:
        self.commits = self.records = 0
        self.lost = asyncio.Event()
        self._file, self._refusal, self._hanging = file, "", False
        self._batch, self._writing = Batch(1), None
        self._messages = count(1 + max((row[0] for row in kept.messages), default=0))
        self._numbers = count(1 + max((row[0] for row in kept.deliveries), default=0))
        self._idle, self._changed = asyncio.Event(), asyncio.Event()
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
        """Write what is recorded, unless the disk is in trouble, and end the keeper; within STOP_S."""
        try:
            async with asyncio.timeout(STOP_S):
                if not (self.trouble or self.lost.is_set()):
                    await self._idle.wait()
                self._out.close()
                while self._keeper.poll() is None:
                    await asyncio.sleep(0.01)
        except TimeoutError:
            self._keeper.kill()
        self._task.cancel()

    @property
    def trouble(self) -> str | None:
        """Why nothing is acknowledged at the moment."""
        if self._refusal:
            return f"the disk refuses: {self._refusal}"
        return "the disk doesn't answer" if self._hanging else None

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
        self.records += 1
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
        size = sum(len(value) for value in (*key, *values) if isinstance(value, bytes | str))
        self.record(size).keyed[table, *key] = (*key, *values)

    def drop(self, table: str, *key: object) -> None:
        self.record().keyed[table, *key] = None

    def send(self, link: Link, data: bytes) -> None:
        if batch := self._pending():
            link.hold(data, batch.number)
            batch.waiting[link] = None
        else:
            link.write(data)

    def last(self) -> int:
        batch = self._pending()
        return batch.number if batch else 0

    def has(self, batch: int) -> bool:
        oldest = self._writing or self._batch
        return batch < oldest.number

    async def change(self) -> None:
        await self._changed.wait()

    def look(self, now: float) -> None:
        if self._writing and not self.trouble and now > self._writing.since + HANGING_S:
            self._hanging = True
            logger.error("the disk doesn't answer, nothing is acknowledged %s", pairs(file=self._file))

    def forget(self, link: Link) -> None:
        for batch in filter(None, (self._batch, self._writing)):
            batch.waiting.pop(link, None)

    def _pending(self) -> Batch | None:
        """The batch with the last record, unless that is on the disk."""
        return self._batch if self._batch.bytes else self._writing

    def _hand_over(self) -> None:
        """Give the keeper what has been recorded, unless it is still busy."""
        if self._writing is None and self._batch.bytes:
            self._writing, self._batch = self._batch, Batch(self._batch.number + 1)
            self._writing.since = time.monotonic()
            try:
                self._out.write(self._writing.frame())
            except Exception:
                logger.exception("the journal can't be written")
                self._lose()

    async def _listen(self) -> None:
        try:
            async for answer in self._answers:
                if answer == KEPT:
                    self._kept()
                else:
                    self._refused(answer.decode().removeprefix("trouble ").strip())
        except ConnectionError:
            pass  # as if it had ended
        finally:
            self._lose()

    def _lose(self) -> None:
        """Without its keeper the journal is of no use, and nobody need wait for it."""
        self.lost.set()
        self._idle.set()

    def _refused(self, reason: str) -> None:
        """However long the disk refuses, the keeper tries the same batch."""
        if not self._refusal:
            logger.error("the disk refuses, nothing is acknowledged %s", pairs(file=self._file, reason=reason))
        self._refusal = reason

    def _kept(self) -> None:
        if self.trouble:
            logger.info("the disk takes it again %s", pairs(file=self._file))
        self._refusal, self._hanging = "", False
        batch, self._writing = self._writing, None
        self.commits += 1
        for link in batch.waiting:
            link.let_go(batch.number)
        self._hand_over()
        if self._writing is None:
            self._idle.set()
        self._changed.set()
        self._changed = asyncio.Event()
