"""Many MQTT clients in one process, cheap enough to leave the broker the work: sockets of asyncio and bytes."""

import asyncio
import math
import time
from collections.abc import Callable
from typing import NamedTuple

from . import wire
from .traffic import fix, number_of

SIGN_IN_S = 30
TICK_S = 0.001


class Party(asyncio.Protocol):
    """One client; `signed_in` is done when the broker has accepted it, `lost` set when it closes."""

    def __init__(self, username: str, password: str, keep_alive: int = 0) -> None:
        self.signed_in = asyncio.get_running_loop().create_future()
        self.lost = False
        self.acknowledged = 0
        self.transport: asyncio.Transport | None = None
        self._hello = wire.connect(username, password, keep_alive=keep_alive)
        self._rest = b""

    async def connect(self, address: tuple[str, int]) -> None:
        """Sign in. Raises ConnectionError when the broker refuses, TimeoutError after 30 s."""
        async with asyncio.timeout(SIGN_IN_S):
            await asyncio.get_running_loop().create_connection(lambda: self, *address)
            await self.signed_in

    def send(self, data: bytes) -> None:
        self.transport.write(data)

    def connection_made(self, transport: asyncio.Transport) -> None:
        self.transport = transport
        self.send(self._hello)

    def data_received(self, data: bytes) -> None:
        packets, self._rest = wire.cut(self._rest + data)
        for first, body in packets:
            self.told(first, body)

    def connection_lost(self, error: Exception | None) -> None:
        self.lost = True
        if not self.signed_in.done():
            self.signed_in.set_exception(ConnectionError("the broker closed instead of CONNACK"))

    def told(self, first: int, body: bytes) -> None:
        """Take one packet."""
        if first == wire.PUBACK:
            self.acknowledged += 1
        elif first == wire.CONNACK:
            if body[1]:
                self.signed_in.set_exception(ConnectionError(f"CONNACK {body[1]}"))
            else:
                self.signed_in.set_result(None)


class Delays(NamedTuple):
    """From publish to heard, in milliseconds."""

    p50: float
    p99: float
    most: float

    def __str__(self) -> str:
        return f"{self.p50:.1f} / {self.p99:.1f} / {self.most:.1f} ms"


class Trips:
    """What was published when, and what of it was heard; `behind` is the most seconds we were late ourselves."""

    def __init__(self) -> None:
        self.sent: list[float] = []
        self.heard: dict[int, float] = {}
        self.behind = 0.0

    @property
    def missing(self) -> int:
        return len(self.sent) - len(self.heard)

    def publish(self, party: Party, topic: str) -> None:
        number = len(self.sent)
        self.sent.append(time.monotonic())
        if not party.lost:
            party.send(wire.publish(topic, fix(number), number % 65535 + 1))

    def delays(self) -> Delays:
        """Of all that was heard; infinite when nothing was."""
        took = sorted(1000 * (heard - self.sent[number]) for number, heard in self.heard.items())
        if not took:
            return Delays(math.inf, math.inf, math.inf)
        return Delays(took[len(took) // 2], took[len(took) * 99 // 100], took[-1])


class Ear(Party):
    """Hears what is published on a filter, acknowledges it, and notes when it came."""

    def __init__(self, username: str, password: str, trips: Trips) -> None:
        super().__init__(username, password)
        self._trips = trips
        self._subscribed = asyncio.get_running_loop().create_future()

    async def listen(self, address: tuple[str, int], filter: str) -> None:
        await self.connect(address)
        self.send(wire.subscribe([filter]))
        async with asyncio.timeout(SIGN_IN_S):
            await self._subscribed

    def told(self, first: int, body: bytes) -> None:
        if first in wire.PUBLISH:
            mid, payload = wire.mid_and_payload(body)
            self._trips.heard.setdefault(number_of(payload), time.monotonic())
            self.send(wire.puback(mid))
        elif first == wire.SUBACK:
            self._subscribed.set_result(None)
        else:
            super().told(first, body)


async def chat(parties: list[tuple[Party, str]], rate: float, trips: Trips, over: Callable[[], bool]) -> None:
    """Publish `rate` messages a second, evenly, each party in turn on its topic, until it is `over`.

    The pace is the clock's: a broker that is slow gets the next message nevertheless.
    """
    began = time.monotonic()
    while not over():
        late = time.monotonic() - began - len(trips.sent) / rate
        if late >= 0:
            trips.behind = max(trips.behind, late)
            trips.publish(*parties[len(trips.sent) % len(parties)])
        else:
            await asyncio.sleep(min(TICK_S, -late))


async def all_heard(trips: Trips, seconds: float) -> None:
    """Until nothing is missing, or for so long."""
    until = time.monotonic() + seconds
    while trips.missing and time.monotonic() < until:
        await asyncio.sleep(0.01)
