"""What the broker owes one client id: its subscriptions, what is in flight, and what waits.

A message is waiting, then in flight (sent, not acknowledged), then forgotten. However late the acknowledgement comes,
nothing in flight is dropped; what was in flight when a connection ended is sent again, in order and with DUP, on the
next one [MQTT-4.4.0-1] [MQTT-4.6.0-1]. In memory: all of it is gone when the broker dies.
"""

import logging
from collections import deque
from collections.abc import Callable
from typing import Protocol

from rentguy.log import pairs

from .framing import ProtocolError
from .links import Link
from .message import Message
from .policy import Permissions

logger = logging.getLogger(__name__)

MIB = 1024 * 1024
MAX_UNRELEASED = 1_000  # QoS 2 messages a client may leave half done
ROOM_AGAIN = 0.8  # of a limit: publishers wait from the limit down to here


class Limits:
    """Bounds of a session. `bytes` counts what waits and what is in flight, which may be half of it."""

    def __init__(self, inflight: int, messages: int, bytes: int, filters: int) -> None:
        self.inflight, self.messages, self.bytes, self.filters = inflight, messages, bytes, filters


SERVICE = Limits(inflight=10_000, messages=100_000, bytes=64 * MIB, filters=10_000)
DEVICE = Limits(inflight=200, messages=1_000, bytes=4 * MIB, filters=100)


class Peer(Protocol):
    """What a session needs of its connection."""

    link: Link


class Session:
    """One client id's. `persistent` sessions outlive their connection (CleanSession 0).

    When a service's session is full, publishers wait until it has room (`on_full` is told both). When a device's is
    full, its oldest positions go first, then its oldest messages.
    """

    def __init__(
        self,
        client_id: str,
        permissions: Permissions,
        persistent: bool,
        retained: Callable[[str], Message | None],
        on_full: Callable[["Session", bool], None],
    ) -> None:
        self.client_id, self.permissions, self.persistent = client_id, permissions, persistent
        self.limits = SERVICE if permissions.service else DEVICE
        self.connection: Peer | None = None
        self.filters: dict[str, int] = {}
        self.full = False
        self._retained, self._on_full = retained, on_full
        self._inflight: dict[int, tuple[Message, bool]] = {}  # in the order of sending; with its retain flag
        self._again: deque[int] = deque()  # of those in flight, what this connection hasn't been sent yet
        self._waiting: deque[tuple[Message, int]] = deque()
        self._snapshot: dict[str, int] = {}  # retained topics still to be sent; read when their turn comes
        self._unreleased: set[bytes] = set()
        self._bytes = 0
        self._inflight_bytes = 0
        self._mid = 0
        self._warned = False

    @property
    def inflight(self) -> int:
        return len(self._inflight)

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    def attach(self, connection: Peer) -> None:
        """Go on with this connection: first what is in flight, then what waits."""
        self.connection = connection
        self._again = deque(self._inflight)
        connection.link.on_room = self.pump
        self.pump()

    def detach(self) -> None:
        self.connection = None

    def deliver(self, message: Message, granted: int) -> None:
        """Take over a message; for a client that is away only QoS 1 is kept."""
        qos = min(message.qos, granted)
        if self.connection is None and not (qos and self.persistent):
            return
        self._waiting.append((message, qos))
        self._bytes += message.size
        self.pump()
        self._bound()

    def owe(self, topics: list[str], granted: int) -> None:
        """Send what is retained of these topics, after what is waiting already."""
        self._snapshot.update(dict.fromkeys(topics, granted))
        self.pump()

    def acknowledged(self, mid: int) -> None:
        if (sent := self._inflight.pop(mid, None)) is not None:
            self._bytes -= sent[0].size
            self._inflight_bytes -= sent[0].size
            self.pump()

    def is_new(self, mid: bytes) -> bool:
        """Whether the client sends a new QoS 2 message; until released, its packet id is the old one [MQTT-4.3.3-2].

        It is handed on at once and at QoS 1: exactly once to us, at least once from us.
        """
        if mid in self._unreleased:
            return False
        if len(self._unreleased) >= MAX_UNRELEASED:
            raise ProtocolError(f"expected at most {MAX_UNRELEASED} QoS 2 messages under way")
        self._unreleased.add(mid)
        return True

    def release(self, mid: bytes) -> None:
        self._unreleased.discard(mid)

    def revise(self, permissions: Permissions) -> None:
        """Go on as the registry now has it; forgets what may no longer be heard."""
        self.permissions = permissions
        kept = [(message, qos) for message, qos in self._waiting if permissions.may("receive", message.topic)]
        self._waiting = deque(kept)
        for mid in [
            mid for mid, (message, _) in self._inflight.items() if not permissions.may("receive", message.topic)
        ]:
            del self._inflight[mid]
        self._inflight_bytes = sum(message.size for message, _ in self._inflight.values())
        self._bytes = self._inflight_bytes + sum(message.size for message, _ in kept)
        self._bound()

    def pump(self) -> None:
        """Send as much as the window and the link take."""
        if self.connection is None:
            return
        link = self.connection.link
        while not link.busy and (packet := self._next()) is not None:
            link.write(packet)
        if self.full:
            self._bound()
        if self._warned and not self._waiting:
            self._warned = False
            logger.info("the queue is empty again %s", pairs(client=self.client_id))

    def _next(self) -> bytes | None:
        while self._again:
            mid = self._again.popleft()
            if mid in self._inflight:
                message, retain = self._inflight[mid]
                return message.packet(mid, dup=True, retain=retain)  # [MQTT-3.3.1-1]
        if len(self._inflight) >= self.limits.inflight or self._inflight_bytes > self.limits.bytes // 2:
            return None
        if self._waiting:
            message, qos = self._waiting.popleft()
            return self._sent(message, qos, False)  # [MQTT-3.3.1-9]
        while self._snapshot:
            topic = next(iter(self._snapshot))
            qos = self._snapshot.pop(topic)
            message = self._retained(topic)
            if message and self.permissions.may("receive", topic):
                self._bytes += message.size
                return self._sent(message, min(qos, message.qos), True)  # [MQTT-3.3.1-8]
        return None

    def _sent(self, message: Message, qos: int, retain: bool) -> bytes:
        if not qos:
            self._bytes -= message.size
            return message.packet(retain=retain)
        self._mid = self._mid % 0xFFFF + 1
        while self._mid in self._inflight:
            self._mid = self._mid % 0xFFFF + 1
        self._inflight[self._mid] = message, retain
        self._inflight_bytes += message.size
        return message.packet(self._mid, retain=retain)

    def _over(self, part: float = 1.0) -> bool:
        return len(self._waiting) > part * self.limits.messages or self._bytes > part * self.limits.bytes

    def _bound(self) -> None:
        if not self.permissions.service:
            while self._waiting and self._over():
                self._warn("the queue of a device is full, its oldest positions are dropped")
                self._shed()
        elif self.full != self._over(ROOM_AGAIN if self.full else 1.0):
            self.full = not self.full
            if self.full:
                self._warn("the queue of a service is full, publishers wait")
            self._on_full(self, self.full)

    def _shed(self) -> None:
        """Drop the oldest position, or the oldest message when no position waits."""
        positions = (at for at, (message, _) in enumerate(self._waiting) if "/position/" in message.topic)
        at = next(positions, 0)
        self._bytes -= self._waiting[at][0].size
        del self._waiting[at]

    def _warn(self, text: str) -> None:
        if not self._warned:
            self._warned = True
            waiting = pairs(client=self.client_id, messages=len(self._waiting), bytes=self._bytes)
            logger.warning("%s %s", text, waiting)
