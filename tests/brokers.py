"""Our broker in this process, and a client made of bytes, which can do what no well-behaved client does."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from broker.broker import Broker
from broker.message import Message
from broker.registry import Registry
from broker.restore import open_journal
from rentguy.access import Identity
from rentguy.config import Config
from rentguy.credentials import hash_secret, service_secret
from rentguy.registry import Account
from tests.services import wait_until

KEY = "a key for tests"
T = TypeVar("T")


def secret(slug: str) -> str:
    return service_secret(KEY, slug) if slug.startswith("_") else f"secret of {slug}"


def account(identity: Identity, password: str | None = None) -> Account:
    return Account(identity, _hashed(password or secret(identity.slug)))


@lru_cache
def _hashed(password: str) -> str:
    return hash_secret(password)  # of one secret once: another salt would be a rotation


def truck(slug: str, project: str = "demo", **changes) -> Identity:
    return Identity(slug, "device", {project: "device"}, **changes)


DEVICES = (
    truck("truck-1"),
    truck("truck-2"),
    truck("truck-9", "other"),
    truck("retired", enabled=False),
    Identity("phone-1", "device", {"demo": "phone"}),
    Identity("wall", "integration", {"demo": "integration"}),
    Identity("dana", "person", {"demo": "dispatcher"}),
)
ACCOUNTS = {identity.slug: account(identity) for identity in DEVICES}


class House:
    """A broker on a loop and thread of its own; `rejects` lists what it refused as (source, topic, reason)."""

    def __init__(self, loop: asyncio.AbstractEventLoop, broker: Broker, registry: Registry, rejects: list) -> None:
        self.broker, self.registry, self.rejects = broker, registry, rejects
        self._loop = loop

    @property
    def port(self) -> int:
        return self.broker.doors.ports["broker_listen"]

    def call(self, function: Callable[..., T], *arguments) -> T:
        """What the function answers on the broker's own thread."""

        async def called() -> T:
            return function(*arguments)

        return asyncio.run_coroutine_threadsafe(called(), self._loop).result(5)

    def session(self, client_id: str):
        return self.call(self.broker.router.sessions.get, client_id)

    def retained(self, topic: str) -> bytes | None:
        message = self.call(self.broker.router.retained.get, topic)
        return message and message.payload

    def skip(self, seconds: float) -> None:
        """Let time pass at once on the broker's clock: what is due in it happens, and the connections are checked."""

        def jump() -> float:
            self._loop.time = lambda: time.monotonic() + seconds
            return self.broker.beat

        looked = self.call(jump)
        wait_until(lambda: self.broker.beat != looked)

    def clear(self, topic: str) -> None:
        """Forget what is retained."""
        self.call(self.broker.router.publish, Message(topic, b"", 1, True))

    def replace(self, *changed: Account, without: str = "") -> None:
        """Change accounts, as the registry's thread does after a NOTIFY."""
        accounts = ACCOUNTS | {account.identity.slug: account for account in changed}
        accounts.pop(without, None)
        self.call(self.registry.replace, accounts)

    def client(self, username: str = "", **options) -> "Bytes":
        """A client, signed in when it has a name. The test must let it go (`with`)."""
        client = Bytes(self.port)
        if username:
            assert client.connect(username, **options)[1] == 0
        return client


@contextmanager
def house(data: Path | None = None, **settings) -> Iterator[House]:
    """A broker that keeps its journal in `data`, or is in memory only."""
    loop, rejects = asyncio.new_event_loop(), []
    registry = Registry(KEY, ACCOUNTS)
    config = Config(**{"broker_listen": "127.0.0.1:0", "device_rate": 0, **settings})
    thread = threading.Thread(target=loop.run_forever, name="broker")
    thread.start()

    def run(coroutine: Coroutine[None, None, T]) -> T:
        return asyncio.run_coroutine_threadsafe(coroutine, loop).result(10)

    async def begin() -> Broker:
        journal, kept = open_journal(data) if data else (None, None)
        broker = Broker(config, registry, lambda *reject: rejects.append(reject), journal=journal)
        if journal:
            await journal.start()
            broker.restore(kept)
        await broker.start()
        return broker

    broker = run(begin())
    try:
        yield House(loop, broker, registry, rejects)
    finally:
        run(broker.stop())
        if data:
            run(broker.journal.stop())
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.close()


def text(value: str | bytes) -> bytes:
    raw = value.encode() if isinstance(value, str) else value
    return len(raw).to_bytes(2, "big") + raw


def packet(first: int, body: bytes = b"") -> bytes:
    length, encoded = len(body), bytearray()
    while True:
        length, low = length >> 7, length & 0x7F
        encoded.append(low | 0x80 if length else low)
        if not length:
            return bytes((first, *encoded)) + body


def connect_packet(
    username: str,
    password: str | None = None,
    client_id: str | None = None,
    clean=True,
    keep_alive=60,
    will=None,
    **raw,
) -> bytes:
    """`will` is (topic, payload, retained); `level` and `name` as in MQTT 3.1.1."""
    flags = 0xC0 | clean << 1 | (0x04 | 0x08 | will[2] << 5 if will else 0)
    body = text(raw.get("name", "MQTT")) + bytes((raw.get("level", 4), raw.get("flags", flags)))
    body += keep_alive.to_bytes(2, "big") + text(username if client_id is None else client_id)
    if will:
        body += text(will[0]) + text(will[1])
    return packet(0x10, body + text(username) + text(secret(username) if password is None else password))


def publish_packet(topic: str | bytes, payload: bytes = b"{}", mid=1, qos=1, retain=False, dup=False) -> bytes:
    body = text(topic) + (mid.to_bytes(2, "big") if qos else b"") + payload
    return packet(0x30 | dup << 3 | qos << 1 | retain, body)


class Heard:
    """A PUBLISH as a client gets it."""

    def __init__(self, first: int, body: bytes) -> None:
        self.dup, self.qos, self.retained = bool(first & 8), first >> 1 & 3, bool(first & 1)
        size = int.from_bytes(body[:2], "big")
        self.topic = body[2 : 2 + size].decode()
        rest = body[2 + size :]
        self.mid, self.payload = (int.from_bytes(rest[:2], "big"), rest[2:]) if self.qos else (0, rest)


class Bytes:
    """A client on a plain socket: each call does one thing, and waits 5 s at most for its answer."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=5)
        self._file = self.socket.makefile("rb")
        self.heard: list[Heard] = []

    def __enter__(self) -> "Bytes":
        return self

    def __exit__(self, *error) -> None:
        self._file.close()
        self.socket.close()

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def packet(self) -> tuple[int, bytes]:
        """The next packet. Raises EOFError when the broker has closed, TimeoutError when none comes."""
        try:
            first, length, shift = self._file.read(1), 0, 0
            while first:
                byte = self._file.read(1)[0]
                length |= (byte & 0x7F) << shift
                shift += 7
                if byte < 0x80:
                    return first[0], self._file.read(length)
        except (ConnectionError, IndexError):
            pass
        raise EOFError

    def answer(self, first: int) -> bytes:
        """The body of the next packet of a type; publishes that come before it are kept in `heard`."""
        while True:
            kind, body = self.packet()
            if kind == first:
                return body
            assert 0x30 <= kind < 0x40, f"expected {first:#x}, got {kind:#x} {body!r}"
            self.heard.append(Heard(kind, body))

    def hear(self, count: int = 1) -> list[Heard]:
        """The next publishes."""
        while len(self.heard) < count:
            kind, body = self.packet()
            assert 0x30 <= kind < 0x40, f"expected a publish, got {kind:#x} {body!r}"
            self.heard.append(Heard(kind, body))
        heard, self.heard = self.heard[:count], self.heard[count:]
        return heard

    def hears_nothing(self) -> bool:
        """Whether nothing was sent before the answer to a ping, and nothing was kept."""
        self.ping()
        return not self.heard

    def connect(self, username: str, **options) -> tuple[bool, int]:
        """Whether a session was present, and CONNACK's code."""
        self.send(connect_packet(username, **options))
        present, code = self.answer(0x20)
        return bool(present), code

    def subscribe(self, *filters: str, qos: int = 1) -> list[int]:
        self.send(packet(0x82, b"\0\7" + b"".join(text(filter) + bytes((qos,)) for filter in filters)))
        return list(self.answer(0x90)[2:])

    def publish(self, topic: str, payload: bytes = b"{}", **options) -> None:
        """At QoS 1, waiting for PUBACK."""
        self.send(publish_packet(topic, payload, **options))
        if options.get("qos", 1) == 1:
            self.answer(0x40)

    def acknowledge(self, *heard: Heard) -> None:
        self.send(b"".join(packet(0x40, one.mid.to_bytes(2, "big")) for one in heard if one.mid))

    def ping(self) -> None:
        self.send(b"\xc0\0")
        self.answer(0xD0)

    def closed(self) -> bool:
        """Whether the broker closes within 5 s, whatever it says before."""
        try:
            while True:
                self.packet()
        except EOFError:
            return True
        except TimeoutError:
            return False

    def vanish(self) -> None:
        """Close without DISCONNECT, as a network does."""
        self.socket.shutdown(socket.SHUT_RDWR)

    def disconnect(self) -> None:
        self.send(b"\xe0\0")
        assert self.closed()
