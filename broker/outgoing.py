"""What one session's client is owed: a delivery waits, then is in flight (has a packet id), then is forgotten.

However late its acknowledgement comes, what is in flight stays, unless it may no longer be heard. Each step is recorded
in the journal; nothing here knows of connections.
"""

from collections import deque
from collections.abc import Callable, Iterator
from heapq import merge
from itertools import count
from operator import attrgetter

from msgspec import Struct

from rentguy.config import Config
from rentguy.errors import ConfigError

from .message import Delivery, Message
from .unkept import Unkept

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
        self._positions: deque[Delivery] = deque()  # that wait, apart from the rest: they are the first to go
        self._others: deque[Delivery] = deque()
        self._orders = count()
        self.inflight: dict[int, Delivery] = {}  # by packet id, in the order of sending
        self.bytes = 0
        self._inflight_bytes = 0
        self._session, self._journal = session, journal
        self._mid = 0

    def __iter__(self) -> Iterator[Delivery]:
        yield from self.inflight.values()
        yield from merge(self._positions, self._others, key=attrgetter("order"))

    @property
    def waiting(self) -> int:
        return len(self._positions) + len(self._others)

    def add(self, message: Message, qos: int, retain: bool = False, group: str = "") -> None:
        delivery = Delivery(message, qos, retain, group)
        if qos:
            self._journal.owe(self._session, delivery)
        self.take(delivery)

    def take(self, delivery: Delivery) -> None:
        """Take over a delivery that the journal knows, where it needs to."""
        size = delivery.message.size
        delivery.order = next(self._orders)
        self.bytes += size
        if delivery.mid:
            self.inflight[delivery.mid] = delivery
            self._inflight_bytes += size
            self._mid = delivery.mid
        else:
            self._queue(delivery).append(delivery)

    @property
    def open(self) -> bool:
        """Whether the window has room for another one in flight."""
        return len(self.inflight) < self.limits.inflight and self._inflight_bytes <= self.limits.bytes // 2

    def next(self) -> Delivery:
        """The oldest that waits, from now on in flight or, at QoS 0, forgotten."""
        delivery = self._oldest().popleft()
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
        for queue in (self._positions, self._others):
            for _ in range(len(queue)):
                delivery = queue.popleft()
                if unwanted(delivery):
                    self._forget(delivery)
                else:
                    queue.append(delivery)

    def over(self, part: float = 1.0) -> bool:
        """Whether it holds more than this part of its limits."""
        return self.waiting > part * self.limits.messages or self.bytes > part * self.limits.bytes

    def shed(self) -> None:
        """Drop the oldest position that waits, or the oldest message when none does."""
        self._forget((self._positions or self._others).popleft())

    def _queue(self, delivery: Delivery) -> deque[Delivery]:
        return self._positions if delivery.message.position else self._others

    def _oldest(self) -> deque[Delivery]:
        """The queue whose first is the oldest of all that wait."""
        if not (self._positions and self._others):
            return self._positions or self._others
        return self._positions if self._positions[0].order < self._others[0].order else self._others

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
