"""The reference client of a device: signs in, says what it sees, hears what became of it."""

import logging
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
from rentguy.topics import NO_PROJECT, build, parse

from .outbox import Outbox

logger = logging.getLogger(__name__)

PATIENCE_S = 30.0  # without a receipt for so long, a message is sent again; then twice as long, until one comes
LONGEST_S = 3600.0
FAREWELL_S = 1.0  # how long `stop` waits for the broker to take the last word


class Device:
    """Speaks as `slug` in `project` from `start` to `stop`; follows its `config` to another project.

    Everything is numbered by one counter and kept, in bounded memory, until its receipt. When the connection returns,
    the newest position goes first and alone, then everything unsettled in arrays, one at a time, oldest first, while
    what is made meanwhile goes at once. `remind` sends again what the platform never answered. What is kept does not
    outlive the process yet.

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
        patience_s: float = PATIENCE_S,
        on_receipt: Callable[[Receipt], None] = lambda receipt: None,
        on_command: Callable[[Command], None] = lambda command: None,
        on_config: Callable[[DeviceConfig], None] = lambda config: None,
    ) -> None:
        self.slug, self.project = slug, project
        self.interval_s: float | None = None  # as told by config or command
        self.outbox = Outbox()
        self.settled: Counter[str] = Counter()  # "stored", "rejected", and each scan's outcome
        self._url, self._secret = url, secret
        self.on_receipt, self.on_command, self.on_config = on_receipt, on_command, on_config
        self._numbers = count(time.time_ns() // 1_000_000)  # a device that starts again never repeats a number
        self._until = 0  # arrays are being sent of what is numbered below
        self._mark = (next(self._numbers), time.monotonic())  # a number, and when it was drawn
        self._patience = self._usual_patience = patience_s
        self._moving = threading.Lock()
        self._stopped = False
        self._mqtt: mqtt.Client | None = None

    @property
    def connected(self) -> bool:
        client = self._mqtt
        return client is not None and client.connected.is_set()

    def start(self) -> "Device":
        with self._moving:
            self._enter(self.project)
        return self

    def stop(self) -> None:
        """Say that it goes, and end; unsent messages are lost."""
        with self._moving:
            self._stopped = True
            self._leave()

    def send_position(self, position: Position) -> int:
        """Send at once, or keep until the broker is back; the number under which a receipt will name it."""
        return self._send("position", position)

    def send_scan(self, scan: Scan) -> int:
        return self._send("scan", scan)

    def send(self, message: Position | Scan) -> int:
        return self._send("scan" if isinstance(message, Scan) else "position", message)

    def remind(self) -> None:
        """Send again what has waited too long for its receipt; to be called now and then."""
        seq, drawn = self._mark
        if (now := time.monotonic()) - drawn < self._patience or not self.connected:
            return
        if self.outbox.batch(0, seq):
            self._patience = min(2 * self._patience, LONGEST_S)
            self._until = seq
            self._catch_up(0, seq)
        self._mark = (next(self._numbers), now)

    def _send(self, kind: str, message: Position | Scan) -> int:
        seq = next(self._numbers)
        payload = encode(replace(message, seq=seq))
        if not self.outbox.add(seq, kind, payload) and self.outbox.lost == 1:
            logger.warning("outbox is full, the oldest messages are given up %s", pairs(device=self.slug))
        self._publish(kind, payload)
        return seq

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
        if newest := self.outbox.newest("position"):
            self._publish("position", newest[1])
        self._until = next(self._numbers)
        self._catch_up(0, self._until)

    def _catch_up(self, after: int, until: int) -> None:
        """Send the next array, and the one after it when the broker has it; ends when a later connection began anew."""
        if until == self._until and (batch := self.outbox.batch(after, until)):
            self._publish(batch.kind, batch.payload, lambda: self._catch_up(batch.last, until))

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
                self._patience = self._usual_patience
        for outcome in receipt.ids.values():
            if outcome not in ("stored", "rejected"):  # these are counted by their numbers
                self.settled[outcome] += 1

    def _obey(self, command: Command) -> None:
        logger.info("command %s", pairs(device=self.slug, name=command.name, by=command.by, args=command.args))
        seconds = command.args.get("interval_s")
        if command.name == "interval" and isinstance(seconds, int | float) and 0 < seconds <= 86400:
            self.interval_s = seconds

    def _follow(self, config: DeviceConfig) -> None:
        self.interval_s = config.interval_s or self.interval_s
        project = config.project or NO_PROJECT
        if project != self.project:
            threading.Thread(target=self._move, args=(project,), name=f"{self.slug}-move", daemon=True).start()

    def _move(self, project: str) -> None:
        """Leave one project for another, on a thread of its own: a connection can't end itself."""
        with self._moving:
            if self._stopped or project == self.project:
                return
            logger.info("moves %s", pairs(device=self.slug, project=project))
            self._leave()
            self._enter(project)
