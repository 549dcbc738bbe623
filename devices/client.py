"""The reference client of a device: signs in, says what it sees, hears what became of it."""

import logging
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable
from itertools import count

from msgspec.structs import replace

from rentguy import mqtt
from rentguy.decoding import decode, encode
from rentguy.errors import MessageError
from rentguy.log import pairs
from rentguy.messages import Command, DeviceConfig, Position, Presence, Receipt, Scan
from rentguy.topics import NO_PROJECT, build, is_slug, parse

from .backlog import PATIENCE_S, Backlog
from .outbox import Batch, Outbox

logger = logging.getLogger(__name__)

FAREWELL_S = 1.0  # how long `stop` waits for the broker to take the last word


class Device:
    """Speaks as `slug` in `project` from `start` to `stop`; follows its `config` to another project.

    Everything is numbered by one counter and kept in the outbox until its receipt. When the connection returns, the
    newest position goes first and alone, then everything unsettled in arrays (`backlog.py`), while what is made
    meanwhile goes at once.

    Callbacks (`on_receipt`, `on_command`, `on_config`, called after it has obeyed) run on the connection's thread and
    must not wait for it.
    """

    def __init__(
        self,
        url: str,
        slug: str,
        secret: str,
        project: str = NO_PROJECT,
        *,
        outbox: Outbox | None = None,
        patience_s: float = PATIENCE_S,
        on_receipt: Callable[[Receipt], None] = lambda receipt: None,
        on_command: Callable[[Command], None] = lambda command: None,
        on_config: Callable[[DeviceConfig], None] = lambda config: None,
    ) -> None:
        self.slug, self.project = slug, project
        self.interval_s: float | None = None  # as told by config or command
        self.outbox = Outbox() if outbox is None else outbox
        self.settled: Counter[str] = Counter()  # "stored", "rejected", and each scan's outcome
        self._url, self._secret = url, secret
        self.on_receipt, self.on_command, self.on_config = on_receipt, on_command, on_config
        # a device that starts again never repeats a number, whatever its clock says then
        self._numbers = count(max(time.time_ns() // 1_000_000, self.outbox.last + 1))
        self._backlog = Backlog(slug, self.outbox, self._numbers, self._send_batch, patience_s)
        self._moving = threading.Lock()
        self._stopped = self._refused = False
        self._mqtt: mqtt.Client | None = None

    @property
    def connected(self) -> bool:
        client = self._mqtt
        return client is not None and client.connected.is_set()

    def start(self) -> "Device":
        with self._moving:
            self._enter(self.project)
        self._backlog.start()
        return self

    def stop(self) -> None:
        """Say that it goes, and end; what isn't settled stays in the outbox."""
        with self._moving:
            self._stopped = True
            self._leave()
        self._backlog.stop(FAREWELL_S)
        self.outbox.close()

    def send_position(self, position: Position) -> int:
        """Send at once, or keep until the broker is back; the number under which a receipt will name it.

        Raises MessageError for one that is too large.
        """
        return self._send("position", position)

    def send_scan(self, scan: Scan) -> int:
        return self._send("scan", scan)

    def send(self, message: Position | Scan) -> int:
        return self._send("scan" if isinstance(message, Scan) else "position", message)

    def _send(self, kind: str, message: Position | Scan) -> int:
        seq = next(self._numbers)
        payload = encode(replace(message, seq=seq))
        self._keep(seq, kind, payload)
        self._publish(kind, payload)
        return seq

    def _keep(self, seq: int, kind: str, payload: bytes) -> None:
        """On a disk that refuses it isn't kept; sent it is all the same."""
        try:
            if not self.outbox.add(seq, kind, payload) and self.outbox.lost == 1:
                logger.warning("outbox is full, the oldest messages are given up %s", pairs(device=self.slug))
        except sqlite3.Error as error:
            if not self._refused:
                logger.error("outbox can't be written, messages are sent unkept %s", pairs(device=self.slug, why=error))
            self._refused = True

    def _publish(self, kind: str, payload: bytes, on_ack: Callable[[], None] | None = None) -> bool:
        client = self._mqtt
        if client is None or self.project == NO_PROJECT:
            return False  # not told yet where it belongs
        return client.publish(build(self.project, kind, self.slug), payload, on_ack)

    def _enter(self, project: str) -> None:
        """Sign in with the will for this project: a will can't change while connected."""
        self.project = project
        client = mqtt.Client(
            self._url,
            self.slug,
            self._secret,
            will=None if project == NO_PROJECT else (build(project, "presence", self.slug), encode(Presence(False))),
            on_connect=self._returned,
            on_message=self._heard,
        )
        client.subscribe(build(NO_PROJECT, "config", self.slug))
        if project != NO_PROJECT:
            client.subscribe(build(project, "receipt", self.slug))
            client.subscribe(build(project, "command", self.slug))
        self._mqtt = client  # before it connects, which may be at once
        client.start()

    def _leave(self) -> None:
        client, said = self._mqtt, threading.Event()
        if client is None:
            return
        if self._publish("presence", encode(Presence(False, time.time())), said.set):
            said.wait(FAREWELL_S)
        self._mqtt = None
        client.stop()

    def _returned(self, session_present: bool) -> None:
        self._publish("presence", encode(Presence(True, time.time())))
        try:
            if newest := self.outbox.newest("position"):
                self._publish("position", newest[1])
        finally:
            self._backlog.returned()

    def _send_batch(self, batch: Batch) -> bool:
        return self._publish(batch.kind, batch.payload)

    def _heard(self, incoming: mqtt.Incoming) -> None:
        for message in decode(parse(incoming.topic), incoming.payload):
            match message:
                case Receipt():
                    self._settle(message)
                    self.on_receipt(message)
                case Command():
                    self._obey(message)
                    self.on_command(message)
                case DeviceConfig():
                    self._follow(message)
                    self.on_config(message)
                case MessageError():
                    logger.warning("can't understand %s", pairs(topic=incoming.topic, reason=message))

    def _settle(self, receipt: Receipt) -> None:
        for outcome in ("stored", "rejected"):
            for first, last in getattr(receipt, outcome):
                self.settled[outcome] += self.outbox.settle(first, last)
        for outcome in receipt.ids.values():
            if outcome not in ("stored", "rejected"):  # these are counted by their numbers
                self.settled[outcome] += 1
        self._backlog.heard()

    def _obey(self, command: Command) -> None:
        logger.info("command %s", pairs(device=self.slug, name=command.name, by=command.by, args=command.args))
        seconds = command.args.get("interval_s")
        if command.name == "interval" and isinstance(seconds, int | float) and 0 < seconds <= 86400:
            self.interval_s = seconds

    def _follow(self, config: DeviceConfig) -> None:
        self.interval_s = config.interval_s or self.interval_s
        project = config.project or NO_PROJECT
        if project != NO_PROJECT and not is_slug(project):
            logger.warning("no such project can be %s", pairs(device=self.slug, project=project))
        elif project != self.project:
            threading.Thread(target=self._move, args=(project,), name=f"{self.slug}-move", daemon=True).start()

    def _move(self, project: str) -> None:
        """Leave one project for another, on a thread of its own: a connection can't end itself."""
        with self._moving:
            if self._stopped or project == self.project:
                return
            logger.info("moves %s", pairs(device=self.slug, project=project))
            self._leave()
            self._enter(project)
