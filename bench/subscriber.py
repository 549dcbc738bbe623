"""A subscriber that only counts, by stride: all it hears has one size, and it is faster than what it measures."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import Event, Process, Value

from . import wire

READY_S = 30
GATHER_S = 0.0005  # or a broker that writes every message alone keeps us, not itself, busy
FIRST_BYTES = {0x32, 0x3A}  # QoS 1, the second with DUP
NUMBER = slice(-9, -1)  # of a payload of bench/traffic.py


class Heard:
    """Shared with the subscriber's process: how many different messages it has acknowledged, and when the last."""

    def __init__(self) -> None:
        self.ready = Event()
        self._count, self._last, self._copies = Value("q", 0, lock=False), Value("d", 0, lock=False), Value("q", 0)

    @property
    def count(self) -> int:
        return self._count.value

    @property
    def copies(self) -> int:
        """How many came more than once."""
        return self._copies.value

    @property
    def last(self) -> float:
        """By `time.monotonic()`, which all processes of a machine share."""
        return self._last.value

    def note(self, distinct: int, all: int) -> None:
        self._last.value, self._copies.value = time.monotonic(), all - distinct
        self._count.value = distinct


@contextmanager
def counting(address: tuple[str, int], username: str, password: str, filter: str) -> Iterator[Heard]:
    """A process with a new persistent session, subscribed to `filter` at QoS 1."""
    heard = Heard()
    process = Process(target=_count, args=(address, username, password, filter, heard), daemon=True)
    process.start()
    try:
        if not heard.ready.wait(READY_S):
            raise TimeoutError("the subscriber can't subscribe")
        yield heard
    finally:
        process.kill()
        process.join()


def await_all(heard: Heard, messages: int, stall: float) -> None:
    """Until all have come, or for `stall` seconds none came any more."""
    last, until = -1, time.monotonic() + stall
    while heard.count < messages and time.monotonic() < until:
        if heard.count != last:
            last, until = heard.count, time.monotonic() + stall
        time.sleep(0.02)


def _count(address: tuple[str, int], username: str, password: str, filter: str, heard: Heard) -> None:
    wire.sign_in(address, username, password, clean=True).close()  # ends the session of before
    with wire.sign_in(address, username, password, clean=False) as connection:
        wire.subscribed(connection, [filter])
        heard.ready.set()
        connection.settimeout(None)  # the parent kills us
        _receive(connection, heard)


def _receive(connection: socket.socket, heard: Heard) -> None:
    rest, seen, all = b"", set(), 0
    while received := connection.recv(1 << 18):
        data = rest + received
        time.sleep(GATHER_S)
        size, mid = _shape(data)
        whole = len(data) // size * size if size else 0
        rest = data[whole:]
        if whole:
            connection.sendall(_acknowledged(data[:whole], size, mid))
            seen.update(data[end + NUMBER.start : end + NUMBER.stop] for end in range(size, whole + 1, size))
            all += whole // size
            heard.note(len(seen), all)


def _shape(data: bytes) -> tuple[int, int]:
    """The size of the first packet and where its id stands, both 0 while its beginning isn't there."""
    if len(data) < 5:
        return 0, 0
    start = 2 if data[1] < 0x80 else 3  # of the body
    size = start + (data[1] if start == 2 else data[1] & 0x7F | data[2] << 7)
    return size, start + 2 + int.from_bytes(data[start : start + 2], "big")


def _acknowledged(data: bytes, size: int, mid: int) -> bytes:
    """The PUBACKs of them all. Raises ValueError when one isn't a PUBLISH at QoS 1 of this size."""
    if not set(data[::size]) <= FIRST_BYTES or len(set(data[1::size])) > 1 or len(set(data[2::size])) > 1:
        raise ValueError(f"expected publishes of {size} bytes at QoS 1")
    acks = bytearray(b"\x40\x02\x00\x00" * (len(data) // size))
    acks[2::4], acks[3::4] = data[mid::size], data[mid + 1 :: size]
    return bytes(acks)
