"""Clients that hold connections without using them well: silent, cut off, dripping, deaf."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing import Process

from . import wire
from .house import PROJECT, TRUCK_SECRET, truck
from .traffic import fix, topic

EACH = 20
DEAF = 8
LONGEST_S = 120
FIRST_TRUCK = 100  # whose name no other client uses
FLOOD = 16 * 1024  # bytes of a message
FLOOD_S = 0.05  # between two to each deaf client
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@contextmanager
def lingering(address: tuple[str, int], secret: str) -> Iterator[int]:
    """A process with all of them, each back as soon as the broker ends it; how many they are.

    `secret` is `_api`'s, who sends to the deaf.
    """
    process = Process(target=lambda: asyncio.run(_linger(address, secret)), daemon=True)
    process.start()
    try:
        yield 3 * EACH + DEAF
    finally:
        process.kill()
        process.join()


async def _linger(address: tuple[str, int], secret: str) -> None:
    everyone = [_again(_silent, address, 0) for _ in range(EACH)]
    everyone += [_again(_half_a_connect, address, number) for number in range(EACH)]
    everyone += [_again(_drip, address, number) for number in range(EACH, 2 * EACH)]
    everyone += [_again(_deaf, address, number) for number in range(2 * EACH, 2 * EACH + DEAF)]
    await asyncio.gather(*everyone, _again(lambda streams, _: _flood(streams, secret), address, 0))


async def _again(linger: Callable[[Streams, int], Awaitable[None]], address: tuple[str, int], number: int) -> None:
    """For ever, a second after each end."""
    while True:
        with suppress(OSError, TimeoutError, asyncio.IncompleteReadError):
            streams = await asyncio.open_connection(*address, limit=1024)
            try:
                await asyncio.wait_for(linger(streams, FIRST_TRUCK + number), LONGEST_S)
            finally:
                streams[1].transport.abort()
        await asyncio.sleep(1)


async def _silent(streams: Streams, number: int) -> None:
    await streams[0].read()


async def _half_a_connect(streams: Streams, number: int) -> None:
    hello = wire.connect(truck(number), TRUCK_SECRET)
    streams[1].write(hello[: len(hello) // 2])
    await streams[0].read()


async def _drip(streams: Streams, number: int) -> None:
    """A PUBLISH, a byte a second."""
    await _sign_in(streams, truck(number), TRUCK_SECRET, keep_alive=10)
    packet = wire.publish(topic(number), fix(0), 1)
    for at in range(len(packet)):
        streams[1].write(packet[at : at + 1])
        await streams[1].drain()
        await asyncio.sleep(1)


async def _deaf(streams: Streams, number: int) -> None:
    """Subscribe, half of them at QoS 0, where no window holds back, then read nothing; the socket's buffer is small."""
    streams[1].get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    await _sign_in(streams, truck(number), TRUCK_SECRET)
    streams[1].write(wire.subscribe([f"rentguy/{PROJECT}/command/{truck(number)}"], qos=number % 2))
    streams[1].transport.pause_reading()
    while not streams[1].is_closing():
        await asyncio.sleep(1)
        streams[1].write(wire.PING)


async def _flood(streams: Streams, secret: str) -> None:
    """What the deaf are sent."""
    await _sign_in(streams, "_api", secret)
    topics = [f"rentguy/{PROJECT}/command/{truck(FIRST_TRUCK + 2 * EACH + number)}" for number in range(DEAF)]
    while True:
        streams[1].write(b"".join(wire.publish(name, bytes(FLOOD), 1) for name in topics))
        await streams[1].drain()
        await streams[0].readexactly(4 * DEAF)  # their PUBACKs
        await asyncio.sleep(FLOOD_S)


async def _sign_in(streams: Streams, username: str, password: str, keep_alive: int = 0) -> None:
    streams[1].write(wire.connect(username, password, keep_alive=keep_alive))
    await streams[0].readexactly(4)
