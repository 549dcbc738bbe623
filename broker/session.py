"""One client id's session: its subscriptions, its connection, and when what it is owed is sent.

What was in flight when a connection ended is sent again on the next one, in order and with DUP [MQTT-4.4.0-1]
[MQTT-4.6.0-1]; then what waits; then what is retained.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Protocol

from rentguy.log import pairs

from . import packets
from .framing import ProtocolError
from .links import Link
from .message import Message
from .outgoing import Limits, Outgoing
from .policy import Permissions
from .retained import Retained
from .unkept import UNKEPT, Unkept
from .usage import Usage

logger = logging.getLogger(__name__)

MAX_HALF_RECEIVED = 1_000  # QoS 2 messages a client may leave half done
STEPS = 500  # in one walk through what is retained
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
        retained: Retained,
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
        self.half_received: set[bytes] = set()  # packet ids of QoS 2 messages that the client may send again
        self._retained, self._on_full, self._journal = retained, on_full, journal
        self._sending = self._resuming = self._warned = False
        self._again: deque[int] = deque()  # of those in flight, what this connection hasn't been sent yet
        self._owing: dict[str, object] = {}  # filters whose retained messages are still to be sent, the oldest first
        self._snapshot = self._walk_retained()

    @property
    def persistent(self) -> bool:
        return bool(self.number)

    def attach(self, connection: Peer) -> None:
        """From now on this is its connection; nothing is sent before `begin`."""
        self.connection = connection

    def begin(self) -> None:
        """Send: first what is in flight, then what waits."""
        self._sending = True
        self._again = deque(self.outgoing.inflight)
        self.connection.link.on_room = self.pump
        self.pump()

    def detach(self) -> None:
        self.connection, self._sending = None, False

    def answer(self, data: bytes) -> None:
        """Answer the client, once what the journal has of this session is on the disk."""
        self._journal.send(self.connection.link, data)

    def deliver(self, message: Message, granted: int, group: str = "") -> None:
        """Take over a message at the lower QoS of the two [MQTT-3.8.4-6]; for a client that is away not at QoS 0."""
        qos = min(message.qos, granted)
        if self.connection is None and not (qos and self.persistent):
            return
        self.outgoing.add(message, qos, group=group)
        self.pump()
        self._bound()

    def set_filter(self, filter: str, qos: int, owing: bool) -> None:
        """Subscribe; `owing` when what is retained under the filter is to be sent, after what waits already."""
        self.filters[filter] = qos
        self._owing.pop(filter, None)
        if owing:
            self._owing[filter] = object()  # asked for anew, it is sent anew [MQTT-3.8.4-3]
        self._journal.keep("filters", (self.number, filter), qos, owing)

    def remove_filter(self, filter: str) -> bool:
        """Whether there was one."""
        if self.filters.pop(filter, None) is None:
            return False
        self._owing.pop(filter, None)
        self._journal.drop("filters", self.number, filter)
        return True

    def acknowledged(self, mid: int, qos: int = 1) -> None:
        self.outgoing.acknowledged(mid, qos)
        self.pump()

    def is_new(self, mid: bytes) -> bool:
        """Whether the client sends a new QoS 2 message; until released, its packet id is the old one [MQTT-4.3.3-2]."""
        if mid in self.half_received:
            return False
        if len(self.half_received) >= MAX_HALF_RECEIVED:
            raise ProtocolError(f"expected at most {MAX_HALF_RECEIVED} QoS 2 messages under way")
        self.half_received.add(mid)
        self._journal.keep("half_received", (self.number, mid))
        return True

    def received(self, mid: bytes) -> None:
        """PUBREL: the exchange is over, and its packet id is free for another message."""
        if mid in self.half_received:
            self.half_received.discard(mid)
            self._journal.drop("half_received", self.number, mid)

    def revise(self, permissions: Permissions) -> None:
        """Go on as the registry now has it; forgets what may no longer be heard."""
        self.permissions = permissions
        self.outgoing.drop(lambda delivery: not permissions.may("receive", delivery.message.topic))
        self.pump()
        self._bound()

    def discard(self) -> None:
        """Forget all that the journal has of it."""
        for filter in list(self.filters):
            self.remove_filter(filter)
        for mid in list(self.half_received):
            self.received(mid)
        self.outgoing.drop(lambda delivery: True)
        self._journal.drop("sessions", self.number)

    def pump(self) -> None:
        """Send as much as the window and the link take."""
        if not self._sending:
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
        self._journal.send(link, delivery.packet())
        return True

    def _top_up(self) -> bool:
        """Whether a retained message has been added, which is read only now.

        After many steps that found none, others have their turn first: a filter may walk through all that is retained.
        """
        for found in islice(self._snapshot, STEPS) if self._owing else ():
            if found:
                self.outgoing.add(*found, retain=True)  # [MQTT-3.3.1-8]
                return True
            if not self._owing:
                break
        if self._owing and not self._resuming:
            self._resuming = True
            asyncio.get_running_loop().call_soon(self._resume)
        return False

    def _resume(self) -> None:
        self._resuming = False
        self.pump()

    def _walk_retained(self) -> Iterator[tuple[Message, int] | None]:
        """Step by step each retained message that is owed, with its QoS; without end, since more may be asked for."""
        while True:
            filter, asked = next(iter(self._owing.items()), ("", None))
            for topic in self._retained.walk(filter) if asked else (None,):
                if asked is not self._owing.get(filter):
                    break  # not wanted any more, or from the beginning
                message = self._retained.get(topic) if topic and self.permissions.may("receive", topic) else None
                yield message and (message, min(self.filters[filter], message.qos))
            else:
                if asked and asked is self._owing.get(filter):
                    self.set_filter(filter, self.filters[filter], owing=False)

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
            waiting = pairs(client=self.client_id, messages=self.outgoing.waiting, bytes=self.outgoing.bytes)
            logger.warning("%s %s", text, waiting)
