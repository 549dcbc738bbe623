"""Packets as no client should send them: valid ones of all 14 types, then broken in one of many ways.

A seed and a number make the same packets every time.
"""

from collections.abc import Callable, Iterator
from random import Random

from . import wire
from .house import PROJECT, TRUCK_SECRET, truck
from .traffic import fix

STRANGER = "stranger"
TRUCKS = 64  # whose names hostile clients use
ILL_TEXT = (b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe2\x82")  # not UTF-8 [MQTT-1.5.3-1]
KINDS = ("position", "scan", "presence", "receipt", "command", "config", "nonsense")


def greeting(seed: int, number: int) -> bytes:
    """What connection `number` begins with: mostly a device's CONNECT, else a stranger's, or nothing."""
    random = Random(f"{seed}/{number}/greeting")
    slug = truck(number % TRUCKS)
    match random.randrange(10):
        case 0:
            return b""
        case 1:
            return wire.connect(STRANGER, "guessed")
        case _:
            return wire.connect(slug, TRUCK_SECRET, clean=random.random() < 0.5, keep_alive=random.choice((0, 10, 60)))


def hostile(seed: int, number: int) -> Iterator[bytes]:
    """What connection `number` goes on with, without end."""
    random = Random(f"{seed}/{number}")
    slug = truck(number % TRUCKS)
    while True:
        packet = random.choice(VALID)(random, slug)
        yield random.choice(MUTATIONS)(random, packet)


def _topic(random: Random, slug: str) -> str:
    whose = slug if random.random() < 0.8 else truck(random.randrange(TRUCKS))
    return f"rentguy/{random.choice((PROJECT, '-', 'other'))}/{random.choice(KINDS)}/{whose}"


def _filter(random: Random, slug: str) -> str:
    return random.choice((_topic(random, slug), "#", "+/+", "rentguy/#/x", "$share/g/rentguy/#", "$SYS/#", "a+/b", ""))


def _mid(random: Random) -> bytes:
    return random.randrange(1, 65536).to_bytes(2, "big")


def _connect(random: Random, slug: str) -> bytes:
    will = wire.text(f"rentguy/{PROJECT}/presence/{slug}") + wire.text(b"{}")
    head = wire.text("MQTT") + bytes((4, 0xC6 | random.randrange(4) << 3)) + b"\x00\x0a"
    return wire.packet(0x10, head + wire.text(slug) + will + wire.text(slug) + wire.text(TRUCK_SECRET))


def _publish(random: Random, slug: str) -> bytes:
    qos = random.randrange(3)
    topic = f"rentguy/{PROJECT}/position/{slug}" if random.random() < 0.8 else _topic(random, slug)
    body = wire.text(topic) + (_mid(random) if qos else b"") + fix(random.randrange(1000))
    return wire.packet(0x30 | qos << 1 | random.randrange(2) | random.randrange(2) << 3, body)


def _publish_far(random: Random, slug: str) -> bytes:
    """To a topic that is as long as MQTT allows, and new each time."""
    topic = f"rentguy/{PROJECT}/position/{slug}/{random.randrange(1 << 32)}".ljust(65_535, "x")
    return wire.packet(0x32, wire.text(topic) + _mid(random))


def _subscribe(random: Random, slug: str) -> bytes:
    filters = (wire.text(_filter(random, slug)) + bytes((random.randrange(3),)) for _ in range(random.randrange(1, 6)))
    return wire.packet(0x82, _mid(random) + b"".join(filters))


def _unsubscribe(random: Random, slug: str) -> bytes:
    filters = (wire.text(_filter(random, slug)) for _ in range(random.randrange(1, 6)))
    return wire.packet(0xA2, _mid(random) + b"".join(filters))


def _of_a_mid(first: int) -> Callable[[Random, str], bytes]:
    """PUBACK and the like, for nothing."""
    return lambda random, slug: wire.packet(first, _mid(random))


def _always(packet: bytes) -> Callable[[Random, str], bytes]:
    return lambda random, slug: packet


VALID = (
    _connect,
    _publish,
    _publish_far,
    _subscribe,
    _unsubscribe,
    *(_of_a_mid(first) for first in (0x40, 0x50, 0x62, 0x70, 0xB0)),  # PUBACK, PUBREC, PUBREL, PUBCOMP, UNSUBACK
    *map(_always, (b"\x20\x02\x00\x00", b"\x90\x03\x00\x01\x01", wire.PING, b"\xd0\x00", wire.DISCONNECT)),
)


def _body(packet: bytes) -> bytes:
    """Of a whole and valid packet."""
    return wire.cut(packet)[0][0][1]


def _as_it_is(random: Random, packet: bytes) -> bytes:
    return packet


def _bits(random: Random, packet: bytes) -> bytes:
    flipped = bytearray(packet)
    for _ in range(random.randrange(1, 5)):
        flipped[random.randrange(len(flipped))] ^= 1 << random.randrange(8)
    return bytes(flipped)


def _cut(random: Random, packet: bytes) -> bytes:
    return packet[: random.randrange(1, len(packet))]


def _shorter(random: Random, packet: bytes) -> bytes:
    """The body cut, its length right."""
    body = _body(packet)
    return wire.packet(packet[0], body[: random.randrange(len(body) + 1)])


def _longer(random: Random, packet: bytes) -> bytes:
    return wire.packet(packet[0], _body(packet) + random.randbytes(random.randrange(1, 200)))


def _flags(random: Random, packet: bytes) -> bytes:
    return bytes((packet[0] ^ random.randrange(1, 16),)) + packet[1:]


def _another_type(random: Random, packet: bytes) -> bytes:
    return bytes((random.randrange(256),)) + packet[1:]


def _lying(random: Random, packet: bytes) -> bytes:
    """A remaining length that is near the truth."""
    body = _body(packet)
    return packet[:1] + wire.length(max(0, len(body) + random.randrange(-9, 10))) + body


def _inner_lying(random: Random, packet: bytes) -> bytes:
    """Two bytes of the body, where the length of a text may be, say something else."""
    body = bytearray(_body(packet))
    at = random.randrange(len(body) + 1)
    body[at : at + 2] = random.choice((b"\xff\xff", b"\x00\x00", b"\x80\x00", random.randbytes(2)))
    return wire.packet(packet[0], bytes(body))


def _oversized(random: Random, packet: bytes) -> bytes:
    """More announced than may be sent, of which little comes."""
    return packet[:1] + wire.length(random.choice((300_000, 1 << 20, (1 << 28) - 1))) + _body(packet)


def _large(random: Random, packet: bytes) -> bytes:
    return wire.packet(packet[0], _body(packet) + bytes(random.choice((5_000, 5_000, 66_000, 263_200))))


def _five_bytes(random: Random, packet: bytes) -> bytes:
    return packet[:1] + b"\xff\xff\xff\xff" + bytes((random.randrange(128),)) + _body(packet)


def _written_long(random: Random, packet: bytes) -> bytes:
    """A remaining length with more bytes than it needs."""
    size = len(_body(packet))
    return packet[:1] + bytes((size & 0x7F | 0x80, size >> 7 & 0x7F | 0x80, 0x00)) + _body(packet)


def _ill_text(random: Random, packet: bytes) -> bytes:
    return _spliced(random, packet, random.choice(ILL_TEXT))


def _nul(random: Random, packet: bytes) -> bytes:
    return _spliced(random, packet, b"\x00")


def _spliced(random: Random, packet: bytes, wrong: bytes) -> bytes:
    """Bytes of the body replaced, its size the same where it can be."""
    body = bytearray(_body(packet))
    at = random.randrange(max(1, len(body)))
    body[at : at + len(wrong)] = wrong
    return wire.packet(packet[0], bytes(body))


def _no_mid(random: Random, packet: bytes) -> bytes:
    """Packet id 0, where a packet of this type has its id."""
    body = bytearray(_body(packet))
    at = 2 + int.from_bytes(body[:2], "big") if packet[0] in wire.PUBLISH else 0
    body[at : at + 2] = b"\x00\x00"
    return wire.packet(packet[0], bytes(body))


def _qos_3(random: Random, packet: bytes) -> bytes:
    return bytes((packet[0] | 0x06,)) + packet[1:]


def _storm(random: Random, packet: bytes) -> bytes:
    """More filters than anybody needs, or than may be asked for at once."""
    filters = (
        wire.text(f"rentguy/{PROJECT}/command/{random.randrange(10_000)}") for _ in range(random.choice((90, 1_100)))
    )
    return wire.packet(0x82, _mid(random) + b"".join(filter + b"\x01" for filter in filters))


def _noise(random: Random, packet: bytes) -> bytes:
    return random.randbytes(random.randrange(1, 300))


MUTATIONS = (
    *(_as_it_is,) * 4,  # the wrong moment is enough
    _bits,
    _bits,
    _cut,
    _shorter,
    _longer,
    _flags,
    _another_type,
    _lying,
    _inner_lying,
    _oversized,
    _large,
    _five_bytes,
    _written_long,
    _ill_text,
    _nul,
    _no_mid,
    _qos_3,
    _storm,
    _noise,
)
