"""Frames nobody would send who means well: the api holds, stays as large as it was, and goes on for everybody else."""

import base64
import json
import os
import socket
import struct
from collections.abc import Iterator
from contextlib import suppress
from uuid import uuid4

import psutil
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from sqlalchemy.orm import Session

from rentguy import credentials, enrolment, orm
from rentguy.config import Config, address
from tests import house as houses
from tests.services import Process, wait_until
from tests.visitors import Person

database, _config, start, embedded, lowlands = map(pytest.fixture(scope="module"), houses.PARTS[:-1])
CAREFUL = settings(
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
EXAMPLES = 80  # of each kind, for each of --rounds
GREW = 96 * 1024 * 1024  # bytes that the api may have more afterwards
HACKERS = 8  # who share the frames, or their bucket would be all that is tried

MINE = "rentguy/lowlands/{}/hacker-{}"
KINDS = ("position", "scan", "presence", "chat", "typing", "read", "receipt", "equipment", "command", "nonsense")

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
times = st.sampled_from(("2026-06-01T08:00:00Z", "now", "9999-12-31T23:59:60Z", 0, 1e300, -1, None))
numbers = st.sampled_from((0, 48.1, -91, 1e308, "48.1", None)) | st.floats()
ids = st.sampled_from((str(uuid4()), "x", 7, None))
fields = {
    "id": ids, "at": times, "lat": numbers, "lon": numbers, "accuracy": numbers, "seq": st.integers() | numbers,
    "body": st.text(max_size=30) | st.sampled_from(("\0", "x" * 5000, 7)), "tag": st.text(max_size=9) | anything,
    "action": st.sampled_from(("out", "load", "dance", 1)), "vehicle": st.text(max_size=9), "pin": anything,
    "edits": ids, "deletes": ids, "reply_to": ids,
}  # fmt: skip
payload = st.fixed_dictionaries({}, optional=fields)
payloads = payload | st.lists(payload, max_size=5) | anything
topics = st.builds(MINE.format, st.sampled_from(KINDS), st.integers(0, HACKERS - 1)) | st.sampled_from(
    ("rentguy/#", "$SYS/x", "", "\0", "rentguy/lowlands/chat/dana", "rentguy/-/config/dana", "a/" * 2000)
)
projects = st.sampled_from(("lowlands", "lowlands", "pukkel", "-", "#", "", "\0", "x" * 70_000)) | anything
near = st.fixed_dictionaries(
    {},
    optional={
        "join": projects,
        "leave": projects,
        "publish": st.fixed_dictionaries({"topic": topics | anything, "payload": payloads}) | anything,
        "ping": st.booleans() | anything,
        "ref": st.integers() | st.text(max_size=9) | anything,
    },
).map(json.dumps)
deep = st.builds(
    lambda opens, depth: opens * depth,
    st.sampled_from(("[", '{"join":', '{"publish":{"payload":[')),
    st.integers(1, 50_000),
)
long = st.builds(
    lambda size, kind: json.dumps(
        {"publish": {"topic": MINE.format(kind, 0), "payload": "x" * size}, "ref": "y" * size}
    ),
    st.sampled_from((10_000, 262_144, 400_000, 600_000)),
    st.sampled_from(KINDS),
)
texts = st.one_of(near, near, near, st.text(max_size=60), deep, long, anything.map(json.dumps))


def frame(payload: bytes, opcode: int = 1, final: bool = True, masked: bool = True, reserved: int = 0) -> bytes:
    """A websocket frame (RFC 6455, 5.2), with a mask of zeros."""
    length = len(payload)
    first, mask = opcode | final << 7 | reserved << 4, masked << 7
    if length < 126:
        header = struct.pack("!BB", first, mask | length)
    elif length < 65536:
        header = struct.pack("!BBH", first, mask | 126, length)
    else:
        header = struct.pack("!BBQ", first, mask | 127, length)
    return header + b"\0\0\0\0" * masked + payload


spoiled = st.builds(  # JSON with bytes that are no text
    lambda text, at, byte: text[: at % (len(text) + 1)].encode() + byte + text[at % (len(text) + 1) :].encode(),
    near,
    st.integers(0, 200),
    st.binary(min_size=1, max_size=2),
)
said = st.one_of(
    texts.map(lambda text: frame(text.encode("utf-8", "surrogatepass"))),
    spoiled.map(lambda data: frame(data, opcode=2)),
)
odd = st.builds(
    frame, st.binary(max_size=200), st.integers(0, 15), st.booleans(), st.sampled_from((True, True, False)),
    st.sampled_from((0, 0, 0, 1, 4, 7)),
)  # fmt: skip
lying = st.builds(
    lambda first, length: struct.pack("!BBQ", first, 0xFF, length) + b"\0\0\0\0x",
    st.sampled_from((0x81, 0x82, 0x01, 0x89)),
    st.sampled_from((2**63 - 1, 2**63, 2**31, 1_000_000)),
)
streams = st.lists(st.one_of(said, said, said, odd, lying, st.binary(max_size=60)), min_size=1, max_size=6).map(
    b"".join
)


class Town:
    """An api with two who talk, whatever the others do."""

    def __init__(self, config: Config, api: Process, hackers: list[Person], people: list[Person]) -> None:
        self.config, self.api, self.hackers = config, api, hackers
        self._dana, self._root = (person.open("lowlands") for person in people)
        self._turn = self._heard = 0
        self.size = self.memory()

    def memory(self) -> int:
        """Bytes of all processes of the api."""
        api = psutil.Process(self.api.pid)
        return sum(each.memory_info().rss for each in (api, *api.children(recursive=True)))

    def knock(self) -> socket.socket:
        """A handshake of the next hacker, each time from another address."""
        self._turn += 1
        hacker = self.hackers[self._turn % len(self.hackers)]
        line = socket.create_connection(address(self.config.listen), timeout=5)
        key = base64.b64encode(os.urandom(16)).decode()
        line.sendall(
            f"GET /ws HTTP/1.1\r\nHost: {self.config.listen}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\nAuthorization: Bearer {hacker.token}\r\n"
            f"X-Forwarded-For: 10.{self._turn >> 16}.{self._turn >> 8 & 255}.{self._turn & 255}\r\n\r\n".encode()
        )
        assert line.recv(12).startswith(b"HTTP/1.1 101")
        return line

    def is_as_it_was(self) -> None:
        """Whether one still hears the other, and nothing went wrong unseen."""
        id = str(uuid4())
        self._dana.publish("rentguy/lowlands/read/dana", {"id": id, "at": "2026-06-01T08:00:00Z"})
        wait_until(
            lambda: id in [each.get("id") for each in self._root.heard("rentguy/lowlands/read/dana")], every=0.005
        )
        self._root.envelopes.clear()
        self._dana.envelopes.clear()
        log = self.api.log.read_text(errors="replace")
        assert "Traceback" not in log and "could not be answered" not in log, self.api.tail()

    def leave(self) -> None:
        self._dana.close()
        self._root.close()


@pytest.fixture(scope="module")
def config(database: str, tmp_path_factory: pytest.TempPathFactory) -> Config:
    return replace(houses.config(database, tmp_path_factory), proxies=1)


@pytest.fixture(scope="module")
def town(embedded, start, config: Config, lowlands: houses.Lowlands, password: tuple[str, str]) -> Iterator[Town]:
    start("ingest", config)
    api = start("api", config)
    engine, (word, hashed) = orm.engine(config.database_url), password
    with pytest.MonkeyPatch.context() as patch, Session(engine) as session, session.begin():
        patch.setattr(credentials, "hash_password", {word: hashed}.__getitem__)
        for number in range(HACKERS):
            enrolment.add_user(session, f"hacker-{number}", None, word)
            enrolment.add_member(session, "lowlands", f"hacker-{number}", "crew")
    engine.dispose()
    hackers = [Person(config, f"hacker-{number}", word) for number in range(HACKERS)]
    town = Town(config, api, hackers, [Person(config, name, word) for name in ("dana", "root")])
    yield town
    town.leave()


def attack(town: Town, stream: bytes) -> None:
    """Send it all, hear out what is said to it, and leave."""
    with town.knock() as line, suppress(OSError):
        line.sendall(stream + frame(struct.pack("!H", 1000), opcode=8))
        line.shutdown(socket.SHUT_WR)
        while line.recv(65536):
            pass


def test_whatever_a_browser_says_others_are_served(town: Town, rounds: int) -> None:
    @settings(CAREFUL, max_examples=EXAMPLES * rounds)
    @given(streams)
    @example(frame(b'{"ping": true}'))
    @example(frame(("[" * 500_000).encode()))
    @example(frame(b'{"join": "lowlands"}') * 100)
    @example(frame(b"x" * 70_000, final=False) * 30)
    @example(frame(b"x" * 130, opcode=9))
    @example(frame(b'{"join": "\xff"}', opcode=2))
    @example(frame(b'{"publish": {"topic": "", "payload": ' + b"[" * 200_000))
    def attacked(stream: bytes) -> None:
        attack(town, stream)
        town.is_as_it_was()

    attacked()
    # It ends in the same size, with none of those who came
    assert town.memory() < town.size + GREW, (town.size, town.memory())


def test_frames_that_nobody_reads_the_answers_of_take_no_memory(town: Town) -> None:
    with town.knock() as line, suppress(OSError):
        line.settimeout(2)
        for _ in range(400):
            line.sendall(frame(b'{"join": "' + b"x" * 100_000 + b'"}'))
    town.is_as_it_was()
    assert town.memory() < town.size + GREW, (town.size, town.memory())
