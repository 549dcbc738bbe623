"""What one session's client is owed: a delivery waits, then is in flight (has a packet id), then is forgotten.

Nothing in flight is dropped, however late its acknowledgement comes [MQTT-4.4.0-1]. Each step is recorded in the
journal; nothing here knows of connections.
"""

from collections import deque
from collections.abc import Callable, Iterator

from msgspec import Struct

from rentguy.config import Config
from rentguy.errors import ConfigError

from .journal import Unkept
from .message import Delivery, Message

MIB = 1024 * 1024
MOST_INFLIGHT = 60_000  # there are 65,535 packet ids


class Limits(Struct):
    """Bounds of a session. `bytes` counts what waits and what is in flight, which may be half of it."""

    inflight: int
    messages: int
    bytes: int
    filters: int


DEVICE = Limits(inflight=200, messages=1_000, bytes=4 * MIB, filters=100)


def service_limits(config: Config) -> Limits:
    """Raises ConfigError when not even a batch of ingest fits in flight, since it acknowledges whole batches."""
    if not config.batch_messages <= config.inflight <= MOST_INFLIGHT:
        bounds = f"RENTGUY_BATCH_MESSAGES ({config.batch_messages}) to {MOST_INFLIGHT}"
        raise ConfigError(f"RENTGUY_INFLIGHT: expected {bounds}, got {config.inflight}")
    return Limits(inflight=config.inflight, messages=100_000, bytes=64 * MIB, filters=10_000)


class Outgoing:
    """The queue of one session, which the journal knows by its number."""

    def __init__(self, session: int, limits: Limits, journal: Unkept) -> None:
        self.limits = limits
        self.waiting: deque[Delivery] = deque()
        self.inflight: dict[int, Delivery] = {}  # by packet id, in the order of sending
        self.bytes = 0
        self._inflight_bytes = 0
        self._session, self._journal = session, journal
        self._mid = 0

    def __iter__(self) -> Iterator[Delivery]:
        yield from self.inflight.values()
        yield from self.waiting

    def add(self, message: Message, qos: int, retain: bool = False, group: str = "") -> None:
        delivery = Delivery(message, qos, retain, group)
        if qos:
            self._journal.owe(self._session, delivery)
        self.restore(delivery)

    def restore(self, delivery: Delivery) -> None:
        """Take over a delivery that the journal knows."""
        size = delivery.message.size
        self.bytes += size
        if delivery.mid:
            self.inflight[delivery.mid] = delivery
            self._inflight_bytes += size
            self._mid = delivery.mid
        else:
            self.waiting.append(delivery)

    @property
    def open(self) -> bool:
        """Whether the window has room for another one in flight."""
        return len(self.inflight) < self.limits.inflight and self._inflight_bytes <= self.limits.bytes // 2

    def next(self) -> Delivery:
        """The oldest that waits, from now on in flight or, at QoS 0, forgotten."""
        delivery = self.waiting.popleft()
        size = delivery.message.size
        if not delivery.qos:
            self.bytes -= size
            return delivery
        delivery.mid = self._free_mid()
        self.inflight[delivery.mid] = delivery
        self._inflight_bytes += size
        self._journal.sent(delivery)
        return delivery

    def acknowledged(self, mid: int, qos: int) -> None:
        """The exchange is over: PUBACK at QoS 1 [MQTT-4.3.2-1], PUBCOMP at QoS 2 [MQTT-4.3.3-1]."""
        delivery = self.inflight.get(mid)
        if delivery is not None and delivery.qos == qos:
            self._end(delivery)

    def received(self, mid: int) -> None:
        """PUBREC: the message isn't sent again, only its release."""
        delivery = self.inflight.get(mid)
        if delivery is not None and delivery.qos == 2 and not delivery.released:
            delivery.released = True
            self._journal.released(delivery)

    def drop(self, unwanted: Callable[[Delivery], bool]) -> None:
        """Forget deliveries, wherever they are."""
        for delivery in [delivery for delivery in self.inflight.values() if unwanted(delivery)]:
            self._end(delivery)
        waiting, self.waiting = self.waiting, deque()
        for delivery in waiting:
            if unwanted(delivery):
                self._forget(delivery)
            else:
                self.waiting.append(delivery)

    def over(self, part: float = 1.0) -> bool:
        """Whether it holds more than this part of its limits."""
        return len(self.waiting) > part * self.limits.messages or self.bytes > part * self.limits.bytes

    def shed(self) -> None:
        """Drop the oldest position that waits, or the oldest message when none does."""
        positions = (at for at, delivery in enumerate(self.waiting) if "/position/" in delivery.message.topic)
        at = next(positions, 0)
        self._forget(self.waiting[at])
        del self.waiting[at]

    def _end(self, delivery: Delivery) -> None:
        del self.inflight[delivery.mid]
        self._inflight_bytes -= delivery.message.size
        self._forget(delivery)

    def _forget(self, delivery: Delivery) -> None:
        self.bytes -= delivery.message.size
        if delivery.qos:
            self._journal.done(delivery)

    def _free_mid(self) -> int:
        """The next packet id that isn't in use [MQTT-2.3.1-4]."""
        self._mid = self._mid % 0xFFFF + 1
        while self._mid in self.inflight:
            self._mid = self._mid % 0xFFFF + 1
        return self._mid
