"""A spool full of positions that drains while new ones keep coming: what the new ones wait for, what ingest holds."""

import os
import signal
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from itertools import islice
from multiprocessing import Process
from statistics import quantiles
from typing import NamedTuple

from msgspec.structs import replace
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from rentguy import children, db
from rentguy.cluster import free_port
from rentguy.config import Config, address
from rentguy.credentials import service_secret
from rentguy.decoding import encode
from rentguy.messages import Position
from rentguy.topics import build

from .brokers import ours
from .house import PROJECT, house, truck
from .live import RATE, Live
from .publisher import packets, publish
from .vitals import MIB, resident

TRUCKS = 200
CHUNK = 50_000  # messages ready to be sent at once
LONGEST_S = 1200
LOOK_S = 0.2
MOST_MIB, WITHIN_S = 300, 1.0


class Watch(threading.Thread):
    """Looks how much memory ingest holds, until `stop`; `peak` in bytes."""

    def __init__(self, pid: int) -> None:
        super().__init__(name="watch", daemon=True)
        self._pid, self._over, self.peak = pid, threading.Event(), 0

    def run(self) -> None:
        while not self._over.wait(LOOK_S):
            self.peak = max(self.peak, resident(self._pid))

    def stop(self) -> None:
        self._over.set()
        self.join()


class Result(NamedTuple):
    messages: int
    spooling_s: float
    draining_s: float
    peak: int
    waits: list[float]  # s, of each live position from its publish to its receipt


def run(messages: int) -> list[str]:
    """Spool so many, drain them, print the figures; what isn't as it should be."""
    with house(TRUCKS) as settings, Progress(console=Console(stderr=True), transient=True) as progress:
        config = replace(settings, ingest_health_listen=f"127.0.0.1:{free_port()}", log_level="WARNING")
        with ours(config), _ingest(config) as ingest:
            watch = Watch(ingest.pid)
            watch.start()
            spooling = _spool(config, messages, progress)
            draining, waits = _drain(config, progress, messages)
            watch.stop()
        _check(config, messages + len(waits))
    result = Result(messages, spooling, draining, watch.peak, waits)
    _print(result)
    return list(_faults(result))


@contextmanager
def _ingest(config: Config) -> Iterator:
    environment = {**os.environ, **config.environment()}
    with open(config.data / "ingest.log", "ab") as log:
        process = children.popen([sys.executable, "-m", "ingest"], env=environment, stdout=log, stderr=log)
    try:
        _until(lambda: _health(config).startswith("ok"))
        yield process
    finally:
        children.end(process, (signal.SIGTERM, 30))


def _spool(config: Config, messages: int, progress: Progress) -> float:
    """Publish them all while the database lets nobody in; the seconds it took until they were in the spool."""
    _allow(config, False)
    todo, began = progress.add_task("spooling", total=messages), time.monotonic()
    secret, fixes = service_secret(config.secret_key, "_gateway"), _fixes(messages)
    while ready := packets(islice(fixes, CHUNK)):
        sender = Process(target=publish, args=(address(config.broker_listen), "_gateway", secret, ready), daemon=True)
        sender.start()
        sender.join(LONGEST_S)
        progress.update(todo, completed=_spooled(config))
    _until(lambda: progress.update(todo, completed=_spooled(config)) or _spooled(config) >= messages)
    return time.monotonic() - began


def _drain(config: Config, progress: Progress, messages: int) -> tuple[float, list[float]]:
    """Let the database in again; the seconds until the spool is empty, and what live positions waited meanwhile."""
    todo = progress.add_task("draining", total=messages)
    with Live(config, TRUCKS) as live:
        _until(lambda: live.sent > RATE)
        _allow(config, True)
        began = time.monotonic()
        _until(lambda: progress.update(todo, completed=messages - _spooled(config)) or not _spooled(config))
        ended = time.monotonic()
    return ended - began, live.waits(began, ended)


def _fixes(messages: int) -> Iterator[tuple[str, bytes]]:
    """Of all trucks in turn, a second apart, the last an hour ago."""
    since = datetime.now(UTC) - timedelta(seconds=messages // TRUCKS + 3600)
    for number in range(messages):
        source, second = number % TRUCKS, number // TRUCKS
        at = since + timedelta(seconds=second, microseconds=source)
        fix = Position(at=at, lat=48.1 + second * 1e-5, lon=11.5 + source * 1e-3, speed=1.1, heading=0.0, accuracy=4.0)
        yield build(PROJECT, "position", truck(source)), encode(fix)


def _allow(config: Config, allowed: bool) -> None:
    """Let everybody into the database, or nobody, and those who are in out."""
    server, _, name = config.database_url.rpartition("/")
    with closing(db.connect(f"{server}/postgres", "rentguy bench")) as session:
        session.autocommit = True
        cursor = session.cursor()
        cursor.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS {allowed}")
        if not allowed:
            cursor.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))


def _check(config: Config, at_least: int) -> None:
    """Raises AssertionError unless all of it is stored."""
    with closing(db.connect(config.database_url, "rentguy bench")) as session, session.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM positions")
        (stored,) = cursor.fetchone()
    assert stored >= at_least, f"{stored} of {at_least} are stored"


def _spooled(config: Config) -> int:
    return int(_health(config).rpartition(":")[2])


def _health(config: Config) -> str:
    url = f"http://{config.ingest_health_listen}/readyz"
    try:
        return urllib.request.urlopen(url, timeout=30).read().decode()
    except urllib.error.HTTPError as error:
        return error.read().decode()
    except OSError:
        return ""


def _until(fact: Callable[[], object]) -> None:
    until = time.monotonic() + LONGEST_S
    while not fact():
        if time.monotonic() > until:
            raise TimeoutError(f"not within {LONGEST_S} s")
        time.sleep(LOOK_S)


def _p95(waits: list[float]) -> float:
    return quantiles(waits, n=20)[-1]


def _faults(result: Result) -> Iterator[str]:
    if result.peak > MOST_MIB * MIB:
        yield f"ingest held {result.peak / MIB:.0f} MiB, expected at most {MOST_MIB}"
    if _p95(result.waits) > WITHIN_S:
        yield f"live positions waited {_p95(result.waits):.2f} s at p95, expected at most {WITHIN_S:g}"


def _print(result: Result) -> None:
    title = f"{result.messages:,} messages spooled, then drained while {RATE:,} live positions/s keep coming"
    table = Table(title=title, title_justify="left", show_header=False)
    waits, centiles = result.waits, quantiles(result.waits, n=100)
    for name, value in (
        ("spooling", f"{result.spooling_s:.0f} s, {result.messages / result.spooling_s:,.0f} messages/s"),
        ("draining", f"{result.draining_s:.0f} s, {result.messages / result.draining_s:,.0f} messages/s"),
        ("live meanwhile", f"{len(waits):,} positions, {len(waits) / result.draining_s:,.0f}/s"),
        ("publish to receipt", f"p50 {centiles[49]:.2f} s, p95 {_p95(waits):.2f} s, longest {max(waits):.2f} s"),
        ("peak memory of ingest", f"{result.peak / MIB:.0f} MiB"),
    ):
        table.add_row(name, value)
    Console().print(table)
