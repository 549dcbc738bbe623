"""From QoS 1 publish to committed row: our pipeline, a subscriber that only counts, a row and a commit at a time."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from multiprocessing import Event, Process, Value
from typing import NamedTuple

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from rentguy import children, db
from rentguy.config import Config, address
from rentguy.credentials import service_secret
from rentguy.decoding import encode
from rentguy.messages import Position
from rentguy.topics import build

from .brokers import rendered_mosquitto
from .consumers import count, row_at_a_time
from .house import PROJECT, accounts, house, truck
from .publisher import packets, publish

TRUCKS = 200
SLOWER = 10  # the row-at-a-time writer gets a tenth of the messages
LONGEST_S = 300


class Result(NamedTuple):
    """What one consumer did."""

    name: str
    messages: int
    seconds: float

    @property
    def rate(self) -> float:
        return self.messages / self.seconds


def run(messages: int, rounds: int) -> list[Result]:
    """Measure all three, `rounds` times in turn, and print the best of each with its ratio."""
    results: dict[str, Result] = {}
    with _running() as config, Progress(console=Console(stderr=True), transient=True) as progress:
        todo = progress.add_task("measuring", total=rounds * 3)
        for _ in range(rounds):
            for measure in (_counting, _pipeline, _row_at_a_time):
                result = measure(config, messages)
                best = results.get(result.name)
                if best is None or result.rate > best.rate:
                    results[result.name] = result
                progress.advance(todo)
    _print(list(results.values()))
    return list(results.values())


@contextmanager
def _running() -> Iterator[Config]:
    with house(TRUCKS) as config, rendered_mosquitto(config, accounts(config)):
        yield config


def _counting(config: Config, messages: int) -> Result:
    with _consumer(count, config) as counted:
        return _timed("a subscriber that only counts", config, messages, lambda: counted.value)


def _row_at_a_time(config: Config, messages: int) -> Result:
    fewer = max(1, messages // SLOWER)
    with _consumer(row_at_a_time, config, config.database_url) as counted:
        return _timed("a prepared INSERT and a commit a message", config, fewer, lambda: counted.value)


def _pipeline(config: Config, messages: int) -> Result:
    environment = {**os.environ, **config.environment(), "RENTGUY_LOG_LEVEL": "INFO"}
    ingest = children.popen([sys.executable, "-m", "ingest"], env=environment, stderr=subprocess.PIPE, text=True)
    try:
        next(line for line in ingest.stderr if "connected to the broker" in line)
        with closing(db.connect(config.database_url, "rentguy bench")) as session:
            session.autocommit = True
            before = _rows(session)
            return _timed("our pipeline, publish to committed row", config, messages, lambda: _rows(session) - before)
    finally:
        ingest.terminate()
        ingest.communicate(timeout=30)


@contextmanager
def _consumer(target: Callable, config: Config, *more: str) -> Iterator[Value]:
    ready, counted = Event(), Value("q", 0, lock=False)
    secret = service_secret(config.secret_key, "_ingest")
    process = Process(target=target, args=(config.mqtt_url, secret, ready, counted, *more), daemon=True)
    process.start()
    try:
        if not ready.wait(30):
            raise TimeoutError("the consumer can't subscribe")
        yield counted
    finally:
        process.kill()
        process.join()


def _timed(name: str, config: Config, messages: int, done: Callable[[], int]) -> Result:
    """From the first byte sent until `done()` says all are dealt with."""
    secret = service_secret(config.secret_key, "_gateway")
    ready = packets(_fixes(messages))
    publisher = Process(target=publish, args=(address(config.broker_listen), "_gateway", secret, ready), daemon=True)
    began = time.monotonic()
    publisher.start()
    while done() < messages:
        if time.monotonic() - began > LONGEST_S:
            raise TimeoutError(f"{name}: {done()} of {messages} after {LONGEST_S} s")
        time.sleep(0.05)
    seconds = time.monotonic() - began
    publisher.join(30)
    return Result(name, messages, seconds)


def _fixes(messages: int) -> Iterator[tuple[str, bytes]]:
    """New fixes of all trucks in turn, a second apart, ending now."""
    seconds = messages // TRUCKS + 1
    since = datetime.now(UTC) - timedelta(seconds=seconds)
    for number in range(messages):
        source, second = number % TRUCKS, number // TRUCKS
        at = since + timedelta(seconds=second, microseconds=source)
        fix = Position(at=at, lat=48.1 + second * 1e-4, lon=11.5 + source * 1e-3, speed=11.1, heading=0.0, accuracy=4.0)
        yield build(PROJECT, "position", truck(source)), encode(fix)


def _rows(session) -> int:
    with session.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM positions")
        return cursor.fetchone()[0]


def _print(results: list[Result]) -> None:
    ours = next(result for result in results if result.name.startswith("our"))
    table = Table(title="From QoS 1 publish, one Mosquitto, one PostGIS, one run", title_justify="left")
    for column in ("what", "messages", "seconds", "messages/s", "ours is"):
        table.add_column(column, justify="left" if column == "what" else "right")
    for result in results:
        ratio = f"{ours.rate / result.rate:.2f} ×"
        table.add_row(result.name, f"{result.messages:,}", f"{result.seconds:.2f}", f"{result.rate:,.0f}", ratio)
    Console().print(table)
