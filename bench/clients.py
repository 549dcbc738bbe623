"""What clients cost: memory for each that is connected, and processor time and delay for those that speak."""

import asyncio
import gc
import os
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from rentguy.config import Config, address
from rentguy.credentials import service_secret

from . import brokers, traffic, wire
from .house import TRUCK_SECRET, house, truck
from .swarm import Ear, Party, Trips, all_heard, chat
from .vitals import MIB, cpu_s, settled

SIGN_INS = 400  # a second
KEEP_ALIVE_S = 60
PING_S = 45
PATIENCE_S = 15  # for what is still on its way
SPARE_FILES = 200


class Memory(NamedTuple):
    """The broker's resident memory in bytes: alone, with all signed in, after the chat."""

    before: int
    connected: int
    after: int


class Chat(NamedTuple):
    """What came of the chat; `busy` and `own` are the broker's and our share of a core."""

    busy: float
    own: float
    trips: Trips
    unacknowledged: int


class Result(NamedTuple):
    """What was seen."""

    sign_in_s: float
    memory: Memory
    chat: Chat
    lost: int


def run(idle: int, chatting: int, seconds: int) -> Result:
    """Connect them all, let `chatting` of them publish once a second, and print what it cost."""
    _files(idle + chatting + SPARE_FILES)
    shown = Progress(console=Console(stderr=True), transient=True)
    with house(idle + chatting) as config, _apart(config) as broker, shown as progress:
        result = asyncio.run(_measure(config, broker, idle + chatting, chatting, seconds, progress))
    _print(result, idle, chatting, seconds)
    return result


async def _measure(
    config: Config, broker: int, devices: int, chatting: int, seconds: int, progress: Progress
) -> Result:
    listen, trips = address(config.broker_listen), Trips()
    ear = Ear("_ingest", service_secret(config.secret_key, "_ingest"), trips)
    await ear.listen(listen, "rentguy/+/position/+")
    before, began = await asyncio.to_thread(settled, broker), time.monotonic()
    parties = await _sign_in(listen, devices, progress)
    took = time.monotonic() - began
    gc.freeze()  # or looking through thousands of clients again and again would be taken for the broker's delay
    connected = await asyncio.to_thread(settled, broker)
    progress.add_task("chatting", total=None)
    chat = await _chat(broker, parties[:chatting], trips, seconds)
    after = await asyncio.to_thread(settled, broker)
    return Result(took, Memory(before, connected, after), chat, sum(party.lost for party in [*parties, ear]))


async def _chat(broker: int, parties: list[Party], trips: Trips, seconds: int) -> Chat:
    """Once a second each, then what is still on its way."""
    topics = [(party, traffic.topic(number)) for number, party in enumerate(parties)]
    spent, own, began = cpu_s(broker), time.process_time(), time.monotonic()
    await chat(topics, len(parties), trips, lambda: time.monotonic() > began + seconds)
    wall = time.monotonic() - began
    busy, own = (cpu_s(broker) - spent) / wall, (time.process_time() - own) / wall
    await all_heard(trips, PATIENCE_S)
    return Chat(busy, own, trips, len(trips.sent) - sum(party.acknowledged for party in parties))


async def _sign_in(listen: tuple[str, int], devices: int, progress: Progress) -> list[Party]:
    """All devices, at most 400 a second."""
    began, parties = time.monotonic(), []
    for number in progress.track(range(devices), description="signing in"):
        party = Party(truck(number), TRUCK_SECRET, keep_alive=KEEP_ALIVE_S)
        await party.connect(listen)
        asyncio.get_running_loop().call_later(PING_S, _ping, party)
        parties.append(party)
        await asyncio.sleep(max(0.0, began + number / SIGN_INS - time.monotonic()))
    return parties


def _ping(party: Party) -> None:
    """Now and again in 45 s, while it is connected."""
    if not party.lost:
        party.send(wire.PING)
        asyncio.get_running_loop().call_later(PING_S, _ping, party)


@contextmanager
def _apart(config: Config) -> Iterator[int]:
    """The broker on one core and this process on the others; its process id."""
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, cores[:1])  # inherited
    try:
        with brokers.ours(config) as process:
            os.sched_setaffinity(0, cores[1:] or cores)
            yield process.pid
    finally:
        os.sched_setaffinity(0, cores)


def _files(needed: int) -> None:
    """Room for as many sockets, here and in the broker that inherits it. Raises OSError when there isn't."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most < needed:
        raise OSError(f"{needed} files are needed, {most} allowed (ulimit -n)")
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _print(result: Result, idle: int, chatting: int, seconds: int) -> None:
    table = Table(title=f"{idle:,} idle devices and {chatting:,} that publish every second", title_justify="left")
    table.add_column("what")
    table.add_column("", justify="right")
    for row in _rows(result, idle + chatting):
        table.add_row(*row)
    Console().print(table)
    Console().print(
        f"`python -m broker` on a core of its own; memory resident and settled; at most {SIGN_INS} sign-ins a second; "
        f"{seconds} s.\nThe clients, in one process, used {result.chat.own:.0%} of a core and were "
        f"{1000 * result.chat.trips.behind:.1f} ms late at most.",
        soft_wrap=True,
    )


def _rows(result: Result, clients: int) -> Iterator[tuple[str, str]]:
    memory, chat = result.memory, result.chat
    yield "signed in within", f"{result.sign_in_s:.1f} s"
    yield "broker's memory before", f"{memory.before / MIB:.1f} MiB"
    yield "with all connected", f"{memory.connected / MIB:.1f} MiB"
    yield "per client", f"{(memory.connected - memory.before) / clients / 1024:.1f} KiB"
    yield "after the chat", f"{memory.after / MIB:.1f} MiB"
    yield "broker's share of its core", f"{chat.busy:.0%}"
    yield "published", f"{len(chat.trips.sent):,}"
    yield "not heard, not acknowledged", f"{chat.trips.missing:,}, {chat.unacknowledged:,}"
    yield "connections lost", f"{result.lost:,}"
    yield "delay p50 / p99 / max", str(chat.trips.delays())
