"""Bytes nobody would send who means well: what reads them holds, and the broker goes on for everybody else."""

import logging
import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from broker import packets
from broker.framing import Framer, ProtocolError, TooLarge
from tests.brokers import Bytes, House, connect_packet, house, packet, publish_packet, text
from tests.services import wait_until

MINE = "rentguy/demo/position/truck-1"
PRESENCE = "rentguy/demo/presence/truck-1"
OURS = "rentguy/demo/position/truck-2"
LONGEST_HEADER = 5
CAREFUL = settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], database=None
)

TOPICS = (MINE, PRESENCE, OURS, "$SYS/broker", "$share/g/#", "rentguy/demo/+/truck-1", "", "\0")
FILTERS = (*TOPICS, "rentguy/demo/command/truck-1", "rentguy/-/config/truck-1", "#", "$share//#", "a" * 2000)
NAMES = ("truck-1", "truck-1", "truck-1", "truck-1/spare", "truck-2", "_ingest", "nobody", "\0", "x" * 300, "")
GOOD = ("truck-2", "_ingest")
WILLS = (None, None, (PRESENCE, b"gone", True), (MINE, b"gone", False), ("#", b"", True))

topics = st.sampled_from((MINE, MINE, MINE, PRESENCE, *TOPICS)) | st.text(max_size=8)
mids = st.sampled_from((0, 1, 1, 2, 0xFFFF))
qualities = st.sampled_from((0, 1, 1, 2, 2, 3))
payloads = st.binary(max_size=40) | st.sampled_from(
    (b"", b"{}", b"x" * 2_000, b"x" * 262_144, b"x" * 262_145, b"x" * 300_000)
)


def claim(username: str, password: str | None, **options: object) -> bytes:
    """A CONNECT by whoever; of those who mean well nobody else knows the secret."""
    return connect_packet(username, "guess" if username in GOOD else password, **options)


connects = st.builds(
    claim,
    st.sampled_from(NAMES),
    password=st.sampled_from((None, None, None, "", "guess")),
    client_id=st.sampled_from((None, None, None, *NAMES)),
    clean=st.booleans(),
    keep_alive=st.sampled_from((0, 1, 60)),
    will=st.sampled_from(WILLS),
    level=st.sampled_from((4, 4, 4, 3, 5)),
)
publishes = st.builds(
    publish_packet, topics, payloads, mid=mids, qos=qualities, retain=st.booleans(), dup=st.booleans()
)
filters = st.lists(st.tuples(st.sampled_from(FILTERS) | st.text(max_size=8), qualities), max_size=4)
subscribes = st.builds(
    lambda mid, wanted: packet(0x82, mid.to_bytes(2, "big") + b"".join(text(f) + bytes((q,)) for f, q in wanted)),
    mids,
    filters,
)
unsubscribes = st.builds(
    lambda mid, wanted: packet(0xA2, mid.to_bytes(2, "big") + b"".join(text(filter) for filter, _ in wanted)),
    mids,
    filters,
)
answers = st.builds(
    lambda first, mid: packet(first, mid.to_bytes(2, "big")), st.sampled_from((0x40, 0x50, 0x62, 0x70)), mids
)
empty = st.builds(packet, st.sampled_from((0xC0, 0xE0, 0x20, 0x90, 0xD0, 0xF0, 0x00)))
valid = st.one_of(connects, publishes, subscribes, unsubscribes, answers, empty)


@st.composite
def spoiled(draw: st.DrawFn) -> bytes:
    """A packet with some of its bytes changed, missing, doubled, or foreign."""
    data = draw(valid)
    for _ in range(draw(st.integers(1, 3))):
        at, to = sorted(draw(st.integers(0, min(len(data), 60))) for _ in range(2))
        how = draw(st.sampled_from(("changed", "missing", "doubled", "cut off", "foreign")))
        data = {
            "changed": data[:at] + bytes(byte ^ 0xFF for byte in data[at : at + 1]) + data[at + 1 :],
            "missing": data[:at] + data[to:],
            "doubled": data[:to] + data[at:],
            "cut off": data[:to],
            "foreign": data[:at] + draw(st.binary(max_size=6)) + data[at:],
        }[how]
    return data


anything = st.one_of(valid, valid, valid, spoiled(), st.binary(max_size=30))

READERS: dict[int, Callable[[int, bytes], object]] = {
    0x10: lambda first, body: packets.read_connect(body),
    **dict.fromkeys(range(0x30, 0x40), packets.read_publish),
    **dict.fromkeys((0x40, 0x50, 0x62, 0x70), lambda first, body: packets.read_mid(body)),
    0x82: lambda first, body: packets.read_subscribe(body),
    0xA2: lambda first, body: packets.read_unsubscribe(body),
}


@settings(CAREFUL, max_examples=1000)
@given(st.sampled_from(sorted(READERS)), st.binary(max_size=80))
@example(0x10, b"")
@example(0x82, b"\0")
def test_whatever_a_body_holds_it_is_read_or_is_a_protocol_error(first: int, body: bytes) -> None:
    with suppress(ProtocolError):
        read = READERS[first](first, body)
        assert not isinstance(read, packets.Publish) or len(read.mid) == 2 * (read.qos in (1, 2))


@settings(CAREFUL, max_examples=300)
@given(st.lists(anything, min_size=1, max_size=6), st.lists(st.integers(1, 400), max_size=20))
def test_whatever_a_stream_holds_it_is_packets_or_a_protocol_error(stream: list[bytes], sizes: list[int]) -> None:
    rest, framer = b"".join(stream), Framer(limit=1000)
    for size in [*sizes, len(rest)]:
        try:
            for first, body in framer.feed(rest[:size]):
                assert len(body) <= 1000
                with suppress(ProtocolError):
                    READERS.get(first, lambda *packet: None)(first, body)
        except TooLarge as error:
            assert error.size > 1000
            return
        except ProtocolError:
            return
        assert len(framer._rest) < 1000 + LONGEST_HEADER
        rest = rest[size:]


class Town:
    """A broker with two clients that mean well, who hear each other whatever the others do."""

    def __init__(self, inn: House, ingest: Bytes, truck: Bytes) -> None:
        self.inn, self.ingest, self.truck = inn, ingest, truck
        self.errors: list[str] = []
        self._count = 0
        self._usual = self._figures()

    def is_as_it_was(self) -> None:
        """Whether a message gets through, nobody is left of those who came, and nothing went wrong unseen."""
        self._count += 1
        self.truck.publish(OURS, b"%d" % self._count)
        [heard] = self.ingest.hear()
        assert heard.payload == b"%d" % self._count
        self.ingest.acknowledge(heard)
        wait_until(lambda: self._figures()[0] == self._usual[0], timeout=5, every=0.002)
        for client_id in [name for name in self._figures()[1] if name not in self._usual[1]]:  # what was to be kept
            with self.inn.client(client_id.partition("/")[0], client_id=client_id, clean=True) as owner:
                owner.disconnect()
        wait_until(lambda: self._figures() == self._usual, timeout=5, every=0.002)
        assert self.errors == []

    def _figures(self) -> tuple[tuple[int, int], list[str]]:
        """Connections and strangers, and the names of all sessions."""

        def figures() -> tuple[tuple[int, int], list[str]]:
            broker = self.inn.broker
            return (len(broker.connections), len(broker.strangers)), sorted(broker.router.sessions)

        return self.inn.call(figures)


class Complaints(logging.Handler):
    def __init__(self, lines: list[str]) -> None:
        super().__init__(logging.ERROR)
        self._lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        self._lines.append(f"{record.getMessage()} {record.exc_info}")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with (
        house(tmp_path_factory.mktemp("data")) as inn,
        inn.client(GOOD[1], keep_alive=0) as ingest,
        inn.client(GOOD[0], keep_alive=0) as truck,
    ):
        ingest.subscribe(OURS)
        town = Town(inn, ingest, truck)
        complaints = Complaints(town.errors)
        logging.getLogger().addHandler(complaints)
        yield town
        logging.getLogger().removeHandler(complaints)


def attack(client: Bytes, stream: bytes, cuts: list[int], reads: bool) -> None:
    """Send the bytes in pieces, then leave without a word, or hear the broker out."""
    with suppress(OSError, EOFError):
        places = sorted({0, *(cut % (len(stream) + 1) for cut in cuts), len(stream)})
        for start, end in pairwise(places):
            client.send(stream[start:end])
        if reads:
            client.socket.shutdown(socket.SHUT_WR)
            assert client.closed()


streams = st.lists(anything, min_size=1, max_size=8).map(b"".join)
cuts = st.lists(st.integers(0, 3000), max_size=4)


@settings(CAREFUL, max_examples=120)
@given(streams, cuts, st.booleans())
def test_a_hostile_stranger_hurts_nobody(town: Town, stream: bytes, cuts: list[int], reads: bool) -> None:
    with town.inn.client() as client:
        attack(client, stream, cuts, reads)
    town.is_as_it_was()


@settings(CAREFUL, max_examples=250)
@given(streams, cuts, st.booleans(), st.booleans(), st.sampled_from(WILLS[1:3]))
def test_a_hostile_device_hurts_nobody(
    town: Town, stream: bytes, cuts: list[int], reads: bool, clean: bool, will: tuple | None
) -> None:
    with town.inn.client("truck-1", clean=clean, will=will) as client:
        attack(client, stream, cuts, reads)
    town.is_as_it_was()
