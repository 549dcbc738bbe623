"""MQTT 3.1.1 packets: what the broker reads and writes of them.

PUBLISH and the acknowledgements, the hot path, are done here. The rest is read by amqtt's codecs, which only ever get
a body that was checked for its size and has arrived whole.
"""

from collections.abc import Coroutine
from functools import lru_cache
from typing import NamedTuple

from amqtt.adapters import BufferReader
from amqtt.errors import NoDataError
from amqtt.mqtt.connack import ConnackPacket
from amqtt.mqtt.connect import ConnectPayload, ConnectVariableHeader
from amqtt.mqtt.packet import SUBSCRIBE, UNSUBSCRIBE, MQTTFixedHeader
from amqtt.mqtt.suback import SubackPacket
from amqtt.mqtt.subscribe import SubscribePacket
from amqtt.mqtt.unsuback import UnsubackPacket
from amqtt.mqtt.unsubscribe import UnsubscribePacket

from .framing import ProtocolError

MAX_SUBSCRIBE = 64 * 1024  # what one packet may ask is bounded, since nobody else has a turn meanwhile
MAX_FILTERS = 1_000
LONGEST_REMEMBERED = 256  # bytes; of a topic that is remembered, since a client chooses it
PINGRESP = b"\xd0\x00"


class UnknownLevel(ProtocolError):
    """the client speaks another version of MQTT"""


class Will(NamedTuple):
    topic: str
    payload: bytes
    qos: int
    retain: bool


class Connect(NamedTuple):
    """What a client says of itself; an empty `client_id` asks for one."""

    client_id: str
    username: str
    password: str
    clean: bool
    keep_alive: int
    will: Will | None


class Publish(NamedTuple):
    """A PUBLISH as it came; `mid` is the packet id's two bytes, empty at QoS 0."""

    topic: str
    payload: bytes
    qos: int
    retain: bool
    mid: bytes


def read_publish(first: int, body: bytes) -> Publish:
    qos = first >> 1 & 3
    start = 2 + int.from_bytes(body[:2], "big")
    end = start + 2 if qos else start
    if len(body) < max(2, end):
        raise ProtocolError(f"PUBLISH ends after {len(body)} bytes, expected {max(2, end)}")
    if first & 8 and not qos:  # [MQTT-3.3.1-2]
        raise ProtocolError("PUBLISH with DUP at QoS 0")
    if qos == 3:  # [MQTT-3.3.1-4]
        raise ProtocolError("PUBLISH with QoS 3")
    mid = body[start:end]
    if mid == b"\0\0":  # [MQTT-2.3.1-1]
        raise ProtocolError("PUBLISH with packet id 0")
    topic = (_text if start > LONGEST_REMEMBERED else _remembered)(body[2:start])
    return Publish(topic, body[end:], qos, bool(first & 1), mid)


def _text(raw: bytes) -> str:
    try:
        text = raw.decode()
    except UnicodeDecodeError:  # [MQTT-1.5.3-1]
        raise ProtocolError(f"topic: {raw[:80]!r} is not UTF-8") from None
    return _without_nul(text)


_remembered = lru_cache(maxsize=10_000)(_text)  # the same topics come again and again


def _without_nul(text: str) -> str:
    if "\0" in text:  # [MQTT-1.5.3-2]
        raise ProtocolError(f"{text[:80]!r} contains U+0000")
    return text


def publish_head(first: int, topic: bytes, payload: int, with_mid: bool) -> bytes:
    """A PUBLISH up to its packet id (or payload), for a payload of so many bytes."""
    length = 2 + len(topic) + 2 * with_mid + payload
    encoded = bytearray((first,))
    while length > 0x7F:
        encoded.append(length & 0x7F | 0x80)
        length >>= 7
    encoded.append(length)
    return bytes(encoded) + len(topic).to_bytes(2, "big") + topic


def read_mid(body: bytes) -> int:
    """The packet id of an acknowledgement of any kind, whose body is nothing else."""
    if len(body) != 2 or body == b"\0\0":
        raise ProtocolError(f"expected a packet id, got {body[:8]!r}")
    return int.from_bytes(body, "big")


def puback(mid: bytes) -> bytes:
    return b"\x40\x02" + mid


def pubrec(mid: bytes) -> bytes:
    return b"\x50\x02" + mid


def pubrel(mid: int) -> bytes:
    return b"\x62\x02" + mid.to_bytes(2, "big")


def pubcomp(mid: bytes) -> bytes:
    return b"\x70\x02" + mid


def connack(code: int, present: bool = False) -> bytes:
    return ConnackPacket.build(int(present), code).to_bytes()


def suback(mid: int, codes: list[int]) -> bytes:
    return SubackPacket.build(mid, codes).to_bytes()


def unsuback(mid: int) -> bytes:
    return UnsubackPacket.build(mid).to_bytes()


def read_connect(body: bytes) -> Connect:
    """Raises UnknownLevel for another MQTT than 3.1.1, ProtocolError for what may only be answered by closing."""
    reader = BufferReader(body)
    header = _run(ConnectVariableHeader.from_stream(reader, None))
    if header.proto_name != "MQTT":  # [MQTT-3.1.2-1]
        raise ProtocolError(f"protocol name: expected 'MQTT', got {header.proto_name[:20]!r}")
    if header.proto_level != 4:  # [MQTT-3.1.2-2]
        raise UnknownLevel(f"protocol level: expected 4, got {header.proto_level}")
    _check_flags(header)
    fields = _run(ConnectPayload.from_stream(reader, None, header))
    wanted = (fields.will_message, header.will_flag), (fields.username, header.username_flag)
    if any((value is None) == flag for value, flag in wanted) or _run(reader.read()):
        raise ProtocolError("CONNECT: flags and fields disagree")
    will = None
    if header.will_flag:
        will = Will(_without_nul(fields.will_topic), fields.will_message, header.will_qos, header.will_retain_flag)
    return Connect(
        "" if fields.client_id_is_random else _without_nul(fields.client_id),
        fields.username or "",
        fields.password or "",
        header.clean_session_flag,
        header.keep_alive,
        will,
    )


def _check_flags(header: ConnectVariableHeader) -> None:
    if header.reserved_flag:  # [MQTT-3.1.2-3]
        raise ProtocolError("CONNECT: reserved flag is set")
    if header.will_qos > (2 if header.will_flag else 0):  # [MQTT-3.1.2-13] [MQTT-3.1.2-14]
        raise ProtocolError(f"CONNECT: will QoS {header.will_qos}")
    if header.will_retain_flag and not header.will_flag:  # [MQTT-3.1.2-15]
        raise ProtocolError("CONNECT: will retain without a will")
    if header.password_flag and not header.username_flag:  # [MQTT-3.1.2-22]
        raise ProtocolError("CONNECT: password without a username")


def read_subscribe(body: bytes) -> tuple[int, list[tuple[str, int]]]:
    """The packet id and the filters with the QoS asked for."""
    _check_size(body)
    packet = _run(SubscribePacket.from_stream(BufferReader(body), MQTTFixedHeader(SUBSCRIBE, 2, len(body))))
    wanted = packet.payload.topics
    _check_filters(body, [filter for filter, _ in wanted], 3)
    if any(qos > 2 for _, qos in wanted):  # [MQTT-3.8.3-4]
        raise ProtocolError("SUBSCRIBE: QoS above 2")
    return read_mid(body[:2]), wanted


def read_unsubscribe(body: bytes) -> tuple[int, list[str]]:
    _check_size(body)
    packet = _run(UnsubscribePacket.from_stream(BufferReader(body), MQTTFixedHeader(UNSUBSCRIBE, 2, len(body))))
    _check_filters(body, packet.payload.topics, 2)
    return read_mid(body[:2]), packet.payload.topics


def _check_size(body: bytes) -> None:
    if len(body) > MAX_SUBSCRIBE:
        raise ProtocolError(f"expected at most {MAX_SUBSCRIBE} bytes of filters, got {len(body)}")


def _check_filters(body: bytes, filters: list[str], overhead: int) -> None:
    """At least one [MQTT-3.8.3-3] [MQTT-3.10.3-2], and nothing left over: the codecs stop silently at a broken one."""
    if len(filters) > MAX_FILTERS:
        raise ProtocolError(f"expected at most {MAX_FILTERS} filters in a packet, got {len(filters)}")
    if not filters or 2 + sum(overhead + len(filter.encode()) for filter in filters) != len(body):
        raise ProtocolError("filters: none, cut off, or not UTF-8")


def _run(codec: Coroutine):
    """What a codec of amqtt makes of a buffer; it is a coroutine, but with a buffer it never waits."""
    try:
        codec.send(None)
    except StopIteration as done:
        return done.value
    except NoDataError:
        raise ProtocolError("packet is cut off") from None
    raise ProtocolError("packet is cut off")
