"""One network connection: identity fixed at CONNECT, then one packet after the other.

Whatever breaks the protocol or the policy ends the connection [MQTT-4.8.0-1]; ended without DISCONNECT, its will is
published [MQTT-3.1.2-8].
"""

import asyncio
import logging
from typing import TYPE_CHECKING

from rentguy.decoding import MAX_PAYLOAD
from rentguy.errors import RentGuyError
from rentguy.log import pairs

from . import packets
from .framing import MAX_BODY, Framer, ProtocolError, TooLarge
from .links import Link
from .message import Message
from .packets import Connect, UnknownLevel, Will
from .policy import Permissions
from .session import Session
from .watch import Watch

if TYPE_CHECKING:
    from .broker import Broker

logger = logging.getLogger(__name__)

PATIENCE_S = 60.0  # for a full queue to have room
PUBLISH = range(0x30, 0x40)
ACKNOWLEDGE = {1: packets.puback, 2: packets.pubrec}
ANSWERS = (0x40, 0x50, 0x62, 0x70)  # to what we sent, or asked for before: not braked


class Forbidden(RentGuyError):
    """the publish is not allowed"""

    def __init__(self, topic: str, reason: str) -> None:
        super().__init__(reason)
        self.topic = topic


class Connection:
    """`run` serves it; `end` ends it from outside, at once and only the first time."""

    def __init__(self, broker: "Broker", link: Link) -> None:
        self.link = link
        self.ended = False
        self.session: Session | None = None
        self.will: Will | None = None
        self._broker, self._router, self._journal = broker, broker.router, broker.journal
        self._framer = Framer()
        self._watch = Watch(asyncio.get_running_loop().time())
        self._refused_filter = False

    @property
    def name(self) -> str:
        return self.session.client_id if self.session else "?"

    async def run(self) -> None:
        try:
            await self._serve()
            self.end("the client has gone", logging.INFO if self.session else logging.DEBUG)
        except TooLarge as error:
            self._too_large(error)
        except Forbidden as error:
            self._refuse(error.topic, str(error))
        except ProtocolError as error:
            self.end(str(error), logging.WARNING)
        except TimeoutError:
            self.end("a full queue had no room in time", logging.WARNING)
        except Exception:
            logger.exception("connection failed %s", pairs(client=self.name))
        finally:
            self.end("stopped")
            await self.link.closed()

    def end(self, reason: str, level: int = logging.INFO) -> None:
        """Publish the will, leave the session, close."""
        if self.ended:
            return
        self.ended = True
        logger.log(level, "connection ended %s", pairs(client=self.name, peer=self.link.peer, reason=reason))
        self.link.close()
        if self.session is not None:
            self.session.detach()
            if will := self._take_will():
                self._broker.publish_will(will, self.session.permissions)
            self._router.leave(self.session)

    def check(self, now: float) -> None:
        """End it when its time is up; called every half second."""
        if reason := self._watch.overdue(self.link, now):
            self.end(reason, logging.WARNING)

    def may_go_on(self, permissions: Permissions) -> bool:
        """Whether all that it holds is still allowed. Else it must come back, which also tells the client."""
        will = self.will is None or permissions.may("will", self.will.topic)
        return will and all(permissions.may("subscribe", filter) for filter in self.session.filters)

    async def _serve(self) -> None:
        while not self.ended and (data := await self._read()):
            whole = asked = 0
            for first, body in self._framer.feed(data):
                if first in PUBLISH:
                    await self._room()
                if self.ended:
                    return
                self._handle(first, body)
                whole += 1
                asked += first not in ANSWERS
            if whole and not self.ended:  # half a packet is no sign of life
                await self._breathe(asked)

    async def _read(self) -> bytes:
        self._watch.reading = True
        try:
            return await self.link.read()
        finally:
            self._watch.reading = False

    async def _room(self) -> None:
        """While a service's queue is full, publishers wait: nothing is lost, and TCP holds them back."""
        if self.session is None or not self._router.holds_back(self.session):
            return
        async with asyncio.timeout(PATIENCE_S):
            while self._router.holds_back(self.session) and not self.ended:
                await self._router.change()

    async def _breathe(self, asked: int) -> None:
        """Let others have their turn; wait for the brake, and for a client that doesn't read its answers."""
        await asyncio.sleep(self._broker.brake(self.session, asked) if self.session else 0.0)
        if self.link.busy:
            await self.link.room()  # `check` ends it when nothing moves
        self._watch.heard(asyncio.get_running_loop().time())

    def _handle(self, first: int, body: bytes) -> None:
        handler = HANDLERS.get(first)
        if handler is None:  # also wrong flags [MQTT-2.2.2-2]
            raise ProtocolError(f"unexpected packet {first:#04x}")
        if (self.session is None) != (handler is Connection._connect):  # [MQTT-3.1.0-1] [MQTT-3.1.0-2]
            raise ProtocolError("CONNECT comes first, and once")
        handler(self, first, body)

    def _connect(self, first: int, body: bytes) -> None:
        try:
            request = packets.read_connect(body)
        except UnknownLevel:
            return self._reject(1)
        answer = self._broker.admit(request)
        if isinstance(answer, int):
            return self._reject(answer, request)
        session, present = answer
        self.session, self.will = session, request.will
        if self.will:
            self._journal.keep("wills", (self.name,), session.permissions.identity.slug, *self.will)
        self._watch.keep_alive = request.keep_alive
        self._framer.limit = MAX_BODY
        self.link.write(packets.connack(0, present))  # [MQTT-3.2.0-1] [MQTT-3.2.2-2]
        logger.info("connected %s", pairs(client=self.name, peer=self.link.peer, resumed=present))
        session.attach(self)

    def _reject(self, code: int, request: Connect | None = None) -> None:
        """CONNACK with a code, and no more is read [MQTT-3.1.4-5] [MQTT-3.2.2-5]."""
        self.link.write(packets.connack(code))
        who = f"{request.username[:80]!r} as {request.client_id[:80]!r}" if request else "a client of another version"
        reason = f"CONNACK {code} to {who}"
        self.end(reason, logging.WARNING if self._broker.is_news(reason) else logging.DEBUG)

    def _publish(self, first: int, body: bytes) -> None:
        topic, payload, qos, retain, mid = packets.read_publish(first, body)
        if refusal := self.session.permissions.refusal(topic):
            raise Forbidden(topic, refusal)  # 3.1.1 can refuse in no other way [MQTT-3.3.5-2]
        if len(payload) > MAX_PAYLOAD:
            raise Forbidden(topic, f"expected at most {MAX_PAYLOAD} bytes, got {len(payload)}")
        if qos < 2 or self.session.is_new(mid):
            live = self.session.permissions.live(topic)
            self._router.publish(Message(topic, payload, qos, retain, live))
        if qos:  # only now: every session has it, and the disk will have it [MQTT-4.3.2-2] [MQTT-4.3.3-2]
            self._journal.send(self.link, ACKNOWLEDGE[qos](mid))

    def _pubrel(self, first: int, body: bytes) -> None:
        packets.read_mid(body)
        self.session.release(body)
        self._journal.send(self.link, packets.pubcomp(body))

    def _puback(self, first: int, body: bytes) -> None:
        self.session.acknowledged(packets.read_mid(body))

    def _pubrec(self, first: int, body: bytes) -> None:
        mid = packets.read_mid(body)
        self.session.outgoing.received(mid)
        self._journal.send(self.link, packets.pubrel(mid))  # one we don't know too: the client is to be done with it

    def _pubcomp(self, first: int, body: bytes) -> None:
        self.session.acknowledged(packets.read_mid(body), qos=2)

    def _subscribe(self, first: int, body: bytes) -> None:
        mid, wanted = packets.read_subscribe(body)
        codes = [self._router.subscribe(self.session, filter, qos) for filter, qos in wanted]
        self._journal.send(self.link, packets.suback(mid, codes))  # [MQTT-3.8.4-2]
        for (filter, _), code in zip(wanted, codes, strict=True):
            if code < 0x80:
                self._router.snapshot(self.session, filter)
            else:
                self._filter_refused(filter)

    def _filter_refused(self, filter: str) -> None:
        """The first of a connection is worth a warning."""
        level = logging.DEBUG if self._refused_filter else logging.WARNING
        self._refused_filter = True
        logger.log(level, "filter refused %s", pairs(client=self.name, filter=filter[:200]))

    def _unsubscribe(self, first: int, body: bytes) -> None:
        mid, filters = packets.read_unsubscribe(body)
        for filter in filters:
            self._router.unsubscribe(self.session, filter)
        self._journal.send(self.link, packets.unsuback(mid))  # [MQTT-3.10.4-5]

    def _ping(self, first: int, body: bytes) -> None:
        self.link.write(packets.PINGRESP)  # [MQTT-3.12.4-1]

    def _disconnect(self, first: int, body: bytes) -> None:
        self._take_will()  # [MQTT-3.14.4-3]
        self.end("DISCONNECT")

    def _take_will(self) -> Will | None:
        """The will, which from now on is neither ours nor the journal's [MQTT-3.1.2-10]."""
        will, self.will = self.will, None
        if will:
            self._journal.drop("wills", self.name)
        return will

    def _too_large(self, error: TooLarge) -> None:
        if self.session and error.first in PUBLISH:
            self._refuse("", str(error))
        else:
            self.end(str(error), logging.WARNING)

    def _refuse(self, topic: str, reason: str) -> None:
        """End it for a publish that isn't accepted, and leave a reject."""
        self._broker.reject(self.session.permissions.identity.slug, topic, reason)
        self.end(f"refused publish to {topic[:200]!r}: {reason}", logging.WARNING)


HANDLERS = {
    0x10: Connection._connect,
    **dict.fromkeys(PUBLISH, Connection._publish),
    0x40: Connection._puback,
    0x50: Connection._pubrec,
    0x62: Connection._pubrel,  # [MQTT-3.6.1-1]
    0x70: Connection._pubcomp,
    0x82: Connection._subscribe,  # [MQTT-3.8.1-1]
    0xA2: Connection._unsubscribe,  # [MQTT-3.10.1-1]
    0xC0: Connection._ping,
    0xE0: Connection._disconnect,
}
