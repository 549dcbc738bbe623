"""What a well-behaved client notices while others send broken packets and hold on to connections."""

import asyncio
import subprocess
import time
from collections.abc import Iterator
from multiprocessing import Process
from typing import NamedTuple

from msgspec import structs
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from rentguy.config import Config, address
from rentguy.credentials import service_secret

from . import brokers, wire
from .attack import CONNECTIONS, ENDED, PACKETS, STUCK, Tally, attacking
from .house import TRUCK_SECRET, house, truck
from .lingerers import lingering
from .swarm import Ear, Party, Trips, all_heard, chat
from .traffic import topic
from .vitals import MIB, resident, settled

GOOD = 777  # the well-behaved truck: no flipped bit makes another's name of it
PULSE = 20  # messages a second
WORKERS = 2
LONGEST_S = 1800
PATIENCE_S = 10
LOOK_S = 0.25
MOST_P99_MS = 250.0
MOST_GROWTH = 128 * MIB


class Memory(NamedTuple):
    """The broker's resident memory in bytes."""

    before: int
    peak: int
    after: int


class Result(NamedTuple):
    """What was seen; `alive` when the process is the same and lets clients sign in, `log` its lines."""

    tally: Tally
    lingering: int
    seconds: float
    trips: Trips
    unacknowledged: int
    memory: Memory
    alive: bool
    log: list[str]

    def faults(self) -> list[str]:
        """Why the broker has not stood it; empty when it has."""
        p99, growth = self.trips.delays().p99, self.memory.peak - self.memory.before
        found = {
            "the broker has gone": not self.alive,
            f"{self.trips.missing} messages of the well-behaved were lost": self.trips.missing,
            f"{self.unacknowledged} were not acknowledged": self.unacknowledged,
            f"p99 was {p99:.0f} ms, expected less than {MOST_P99_MS:.0f}": p99 >= MOST_P99_MS,
            f"memory grew by {growth // MIB} MiB, expected {MOST_GROWTH // MIB} at most": growth > MOST_GROWTH,
            f"{_tracebacks(self.log)} unexpected exceptions, see above": _tracebacks(self.log),
        }
        return [text for text, is_so in found.items() if is_so]


def run(packets: int, seed: int) -> list[str]:
    """Attack, print what was seen, and answer what is at fault."""
    with house(GOOD + 1) as config:
        config = structs.replace(config, log_level="INFO")
        with brokers.ours(config) as process, Progress(console=Console(stderr=True), transient=True) as progress:
            result = _besiege(config, process, packets, seed, progress)
    _print(result, seed)
    return result.faults()


def _besiege(config: Config, process: subprocess.Popen, packets: int, seed: int, progress: Progress) -> Result:
    listen, api = address(config.broker_listen), service_secret(config.secret_key, "_api")
    before, began = settled(process.pid), time.monotonic()
    with lingering(listen, api) as lingerers, attacking(listen, seed, packets, WORKERS) as (tally, attackers):
        watching = _watch(process, attackers, tally, progress.add_task("attacking", total=packets), progress)
        peak, trips, unacknowledged = asyncio.run(_behave(config, watching))
        seconds = time.monotonic() - began
    alive = _serves(config, process)
    after = settled(process.pid) if alive else 0
    log = brokers.log_file(config).read_text(errors="replace").splitlines()
    memory = Memory(before, max(peak, after), after)
    return Result(tally, lingerers, seconds, trips, unacknowledged, memory, alive, log)


async def _behave(config: Config, watching: Iterator[int]) -> tuple[int, Trips, int]:
    """Publish 20 times a second and hear it, while `watching` looks; the peak of what it saw."""
    listen, trips = address(config.broker_listen), Trips()
    ear, good = Ear("_ingest", service_secret(config.secret_key, "_ingest"), trips), Party(truck(GOOD), TRUCK_SECRET)
    await ear.listen(listen, topic(GOOD))
    await good.connect(listen)
    over = asyncio.Event()
    talking = asyncio.create_task(chat([(good, topic(GOOD))], PULSE, trips, over.is_set))
    peak = 0
    for seen in watching:
        peak = max(peak, seen)
        await asyncio.sleep(LOOK_S)
    over.set()
    await talking
    await all_heard(trips, PATIENCE_S)
    return peak, trips, len(trips.sent) - good.acknowledged


def _watch(
    process: subprocess.Popen, attackers: list[Process], tally: Tally, task: int, progress: Progress
) -> Iterator[int]:
    """The broker's memory at each look, until it has gone or the attack is over."""
    until = time.monotonic() + LONGEST_S
    while process.poll() is None and time.monotonic() < until and any(one.is_alive() for one in attackers):
        progress.update(task, completed=tally[PACKETS])
        yield resident(process.pid)


def _serves(config: Config, process: subprocess.Popen) -> bool:
    """Whether the process that we started still runs and lets somebody in."""
    try:
        wire.sign_in(address(config.broker_listen), truck(GOOD), TRUCK_SECRET).close()
    except OSError:
        return False
    return process.poll() is None


def _tracebacks(log: list[str]) -> int:
    return sum(line.startswith("Traceback") for line in log)


def _print(result: Result, seed: int) -> None:
    table = Table(title=f"Hostile clients, seed {seed}", title_justify="left")
    table.add_column("what")
    table.add_column("", justify="right")
    for row in _rows(result):
        table.add_row(*row)
    Console().print(table)
    if _tracebacks(result.log):
        first = next(number for number, line in enumerate(result.log) if line.startswith("Traceback"))
        Console().print("\n".join(result.log[max(0, first - 1) : first + 40]), markup=False, soft_wrap=True)
    for fault in result.faults():
        Console().print(f"FAULT: {fault}", style="red")


def _rows(result: Result) -> Iterator[tuple[str, str]]:
    tally, memory = result.tally, result.memory
    yield "packets sent", f"{tally[PACKETS]:,} in {result.seconds:.0f} s"
    yield "connections used", f"{tally[CONNECTIONS]:,}"
    yield "of these ended by the broker, not read", f"{tally[ENDED]:,}, {tally[STUCK]:,}"
    yield "silent, half open, dripping and deaf", f"{result.lingering} at a time"
    yield "well-behaved messages", f"{len(result.trips.sent):,}"
    yield "lost, not acknowledged", f"{result.trips.missing}, {result.unacknowledged}"
    yield "round trip p50 / p99 / max", str(result.trips.delays())
    yield "broker's memory before / peak / after", " / ".join(f"{size / MIB:.0f}" for size in memory) + " MiB"
    yield "still the same process, and serving", "yes" if result.alive else "NO"
    yield "lines in its log, unexpected exceptions", f"{len(result.log):,}, {_tracebacks(result.log)}"
