"""What each packet of a client does: a table from its first byte to a function of the connection and the packet."""

import logging
from typing import TYPE_CHECKING

from rentguy.decoding import MAX_PAYLOAD
from rentguy.errors import RentGuyError
from rentguy.log import pairs

from . import packets
from .framing import ProtocolError
from .message import Message
from .packets import Connect, UnknownLevel
from .router import REFUSED

if TYPE_CHECKING:
    from .connection import Connection

logger = logging.getLogger(__name__)

PUBLISH = range(0x30, 0x40)
ACKNOWLEDGE = {1: packets.puback, 2: packets.pubrec}
CONNECT = 0x10
ANSWERS = frozenset((0x40, 0x50, 0x62, 0x70))  # to what we sent, or asked for before: not braked
UNHINDERED = frozenset((*ANSWERS, 0xC0, 0xE0))  # what may come while the disk is behind: it records little or nothing


class Forbidden(RentGuyError):
    """the publish is not allowed"""

    def __init__(self, topic: str, reason: str) -> None:
        super().__init__(reason)
        self.topic = topic


def handle(client: "Connection", first: int, body: bytes) -> None:
    """Do what the packet asks. Raises ProtocolError or Forbidden: the connection is to end."""
    handler = HANDLERS.get(first)
    if handler is None:  # also wrong flags [MQTT-2.2.2-2]
        raise ProtocolError(f"unexpected packet {first:#04x}")
    if (client.session is None) != (handler is _connect):  # [MQTT-3.1.0-1] [MQTT-3.1.0-2]
        raise ProtocolError("CONNECT comes first, and once")
    handler(client, first, body)


def _connect(client: "Connection", first: int, body: bytes) -> None:
    try:
        request = packets.read_connect(body)
    except UnknownLevel:
        return _turn_away(client, 1)
    answer = client.broker.admit(request, client.link.address, client.link.certified)
    if isinstance(answer, int):
        return _turn_away(client, answer, request)
    session, present = answer
    client.welcome(session, request, present)


def _turn_away(client: "Connection", code: int, request: Connect | None = None) -> None:
    """CONNACK with a code, and no more is read [MQTT-3.1.4-5] [MQTT-3.2.2-5]."""
    client.link.write(packets.connack(code))
    who = f"{request.username[:80]!r} as {request.client_id[:80]!r}" if request else "a client of another version"
    client.end(f"CONNACK {code} to {who}", logging.WARNING)


def _publish(client: "Connection", first: int, body: bytes) -> None:
    topic, payload, qos, retain, mid = packets.read_publish(first, body)
    client.usage.messages_in += 1
    permissions = client.session.permissions
    if refusal := permissions.refusal(topic):
        raise Forbidden(topic, refusal)  # 3.1.1 can refuse in no other way [MQTT-3.3.5-2]
    if len(payload) > MAX_PAYLOAD:
        raise Forbidden(topic, f"expected at most {MAX_PAYLOAD} bytes, got {len(payload)}")
    if qos < 2 or client.session.is_new(mid):
        client.router.publish(Message(topic, payload, qos, retain, permissions.live(topic)))
    if qos:  # only now: every session has it, and so will the disk [MQTT-4.3.2-2] [MQTT-4.3.3-2]
        client.journal.send(client.link, ACKNOWLEDGE[qos](mid))


def _pubrel(client: "Connection", first: int, body: bytes) -> None:
    packets.read_mid(body)
    client.session.received(body)
    client.session.answer(packets.pubcomp(body))


def _puback(client: "Connection", first: int, body: bytes) -> None:
    client.session.acknowledged(packets.read_mid(body))


def _pubrec(client: "Connection", first: int, body: bytes) -> None:
    mid = packets.read_mid(body)
    client.session.outgoing.received(mid)
    client.session.answer(packets.pubrel(mid))  # for one we don't know too: the client is to be done with it


def _pubcomp(client: "Connection", first: int, body: bytes) -> None:
    client.session.acknowledged(packets.read_mid(body), qos=2)


def _subscribe(client: "Connection", first: int, body: bytes) -> None:
    mid, wanted = packets.read_subscribe(body)
    codes = [client.router.subscribe(client.session, filter, qos) for filter, qos in wanted]
    client.session.answer(packets.suback(mid, codes))  # [MQTT-3.8.4-2]
    client.session.pump()  # what is retained
    for (filter, _), code in zip(wanted, codes, strict=True):
        if code == REFUSED:
            level = logging.WARNING if client.usage.is_news(f"filter {filter[:200]}") else logging.DEBUG
            logger.log(level, "filter refused %s", pairs(client=client.name, filter=filter[:200]))


def _unsubscribe(client: "Connection", first: int, body: bytes) -> None:
    mid, filters = packets.read_unsubscribe(body)
    for filter in filters:
        client.router.unsubscribe(client.session, filter)
    client.session.answer(packets.unsuback(mid))  # [MQTT-3.10.4-5]


def _ping(client: "Connection", first: int, body: bytes) -> None:
    client.link.write(packets.PINGRESP)  # [MQTT-3.12.4-1]


def _disconnect(client: "Connection", first: int, body: bytes) -> None:
    client.take_will()  # [MQTT-3.14.4-3]
    client.end("DISCONNECT")


HANDLERS = {
    CONNECT: _connect,
    **dict.fromkeys(PUBLISH, _publish),
    0x40: _puback,
    0x50: _pubrec,
    0x62: _pubrel,  # [MQTT-3.6.1-1]
    0x70: _pubcomp,
    0x82: _subscribe,  # [MQTT-3.8.1-1]
    0xA2: _unsubscribe,  # [MQTT-3.10.1-1]
    0xC0: _ping,
    0xE0: _disconnect,
}
