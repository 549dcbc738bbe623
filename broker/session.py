"""One client id's session: its subscriptions, its connection, and when what it is owed is sent.

What was in flight when a connection ended is sent again on the next one, in order and with DUP [MQTT-4.4.0-1]
[MQTT-4.6.0-1]; then what waits; then what is retained.
"""

import logging
from collections import deque
from collections.abc import Callable
from typing import Protocol

from rentguy.log import pairs

from . import packets
from .framing import ProtocolError
from .journal import UNKEPT, Unkept
from .links import Link
from .message import Message
from .outgoing import Limits, Outgoing
from .policy import Permissions
from .usage import Usage

logger = logging.getLogger(__name__)

MAX_UNRELEASED = 1_000  # QoS 2 messages a client may leave half done
ROOM_AGAIN = 0.8  # of a limit: publishers wait from the limit down to here


class Peer(Protocol):
    """What a session needs of its connection."""

    link: Link
    usage: Usage


class Session:
    """A session with a `number` in the journal is persistent: it outlives its connection (CleanSession 0) and us.

    When a service's session is full, publishers wait until it has room (`on_full` is told both). When a device's is
    full, its oldest positions go first, then its oldest messages; `dropped` counts them.
    """

    def __init__(
        self,
        client_id: str,
        permissions: Permissions,
        limits: Limits,
        retained: Callable[[str], Message | None],
        on_full: Callable[["Session", bool], None],
        number: int = 0,
        journal: Unkept = UNKEPT,
    ) -> None:
        self.client_id, self.permissions, self.number = client_id, permissions, number
        self.outgoing = Outgoing(number, limits, journal)
        self.connection: Peer | None = None
        self.away_since: float | None = None  # Unix seconds
        self.filters: dict[str, int] = {}
        self.full = False
        self.dropped = 0
        self.unreleased: set[bytes] = set()  # packet ids of QoS 2 messages that the client may send again
        self._retained, self._on_full, self._journal = retained, on_full, journal
        self._again: deque[int] = deque()  # of those in flight, what this connection hasn't been sent yet
        self._snapshot: dict[str, int] = {}  # retained topics still to be sent; read when their turn comes
        self._owing: set[str] = set()  # the filters they were asked for by
        self._warned = False

    @property
    def persistent(self) -> bool:
        return bool(self.number)

    def attach(self, connection: Peer) -> None:
        """Go on with this connection: first what is in flight, then what waits."""
        self.connection = connection
        self._again = deque(self.outgoing.inflight)
        connection.link.on_room = self.pump
        self.pump()

    def detach(self) -> None:
        self.connection = None

    def deliver(self, message: Message, granted: int, group: str = "") -> None:
        """Take over a message at the lower QoS of the two [MQTT-3.8.4-6]; for a client that is away not at QoS 0."""
        qos = min(message.qos, granted)
        if self.connection is None and not (qos and self.persistent):
            return
        self.outgoing.add(message, qos, group=group)
        self.pump()
        self._bound()

    def set_filter(self, filter: str, qos: int, owing: bool) -> None:
        """Subscribe; `owing` while what is retained under the filter is still to be sent."""
        self.filters[filter] = qos
        (self._owing.add if owing else self._owing.discard)(filter)
        self._journal.keep("filters", (self.number, filter), qos, owing)

    def remove_filter(self, filter: str) -> bool:
        """Whether there was one."""
        if self.filters.pop(filter, None) is None:
            return False
        self._owing.discard(filter)
        self._journal.drop("filters", self.number, filter)
        return True

    def snapshot(self, topics: list[str], granted: int) -> None:
        """Send what is retained of these topics, after what is waiting already."""
        self._snapshot.update(dict.fromkeys(topics, granted))
        self.pump()

    def acknowledged(self, mid: int, qos: int = 1) -> None:
        self.outgoing.acknowledged(mid, qos)
        self.pump()

    def is_new(self, mid: bytes) -> bool:
        """Whether the client sends a new QoS 2 message; until released, its packet id is the old one [MQTT-4.3.3-2]."""
        if mid in self.unreleased:
            return False
        if len(self.unreleased) >= MAX_UNRELEASED:
            raise ProtocolError(f"expected at most {MAX_UNRELEASED} QoS 2 messages under way")
        self.unreleased.add(mid)
        self._journal.keep("unreleased", (self.number, mid))
        return True

    def release(self, mid: bytes) -> None:
        if mid in self.unreleased:
            self.unreleased.discard(mid)
            self._journal.drop("unreleased", self.number, mid)

    def revise(self, permissions: Permissions) -> None:
        """Go on as the registry now has it; forgets what may no longer be heard."""
        self.permissions = permissions
        self.outgoing.drop(lambda delivery: not permissions.may("receive", delivery.message.topic))
        self._bound()

    def discard(self) -> None:
        """Forget all that the journal has of it."""
        for filter in list(self.filters):
            self.remove_filter(filter)
        for mid in list(self.unreleased):
            self.release(mid)
        self.outgoing.drop(lambda delivery: True)
        self._journal.drop("sessions", self.number)

    def pump(self) -> None:
        """Send as much as the window and the link take."""
        if self.connection is None:
            return
        link = self.connection.link
        while not link.busy and self._send_next(link):
            pass
        if self.full:
            self._bound()
        if self._warned and not self.outgoing.waiting:
            self._warned = False
            logger.info("the queue is empty again %s", pairs(client=self.client_id))

    def _send_next(self, link: Link) -> bool:
        """Whether there was something to send."""
        while self._again:
            delivery = self.outgoing.inflight.get(self._again.popleft())
            if delivery:
                again = packets.pubrel(delivery.mid) if delivery.released else delivery.packet(dup=True)
                self._journal.send(link, again)  # [MQTT-3.3.1-1]
                return True
        if not self.outgoing.open or not (self.outgoing.waiting or self._top_up()):
            return False
        delivery = self.outgoing.next()
        self.connection.usage.messages_out += 1
        if delivery.qos:
            self._journal.send(link, delivery.packet())
        else:
            link.write(delivery.packet())
        return True

    def _top_up(self) -> bool:
        """Whether a retained message has been added, which is read only now [MQTT-3.3.1-8]."""
        while self._snapshot:
            topic = next(iter(self._snapshot))
            granted = self._snapshot.pop(topic)
            message = self._retained(topic)
            if message and self.permissions.may("receive", topic):
                self.outgoing.add(message, min(granted, message.qos), retain=True)
                return True
        for filter in list(self._owing):
            self.set_filter(filter, self.filters[filter], owing=False)
        return False

    def _bound(self) -> None:
        if not self.permissions.service:
            while self.outgoing.waiting and self.outgoing.over():
                self._warn("the queue of a device is full, its oldest positions are dropped")
                self.outgoing.shed()
                self.dropped += 1
        elif self.full != self.outgoing.over(ROOM_AGAIN if self.full else 1.0):
            self.full = not self.full
            if self.full:
                self._warn("the queue of a service is full, publishers wait")
            self._on_full(self, self.full)

    def _warn(self, text: str) -> None:
        if not self._warned:
            self._warned = True
            waiting = pairs(client=self.client_id, messages=len(self.outgoing.waiting), bytes=self.outgoing.bytes)
            logger.warning("%s %s", text, waiting)
