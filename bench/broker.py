"""From QoS 1 publish to QoS 1 delivery, acknowledged on both sides: ours in memory and durable, Mosquitto, amqtt."""

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import NamedTuple

import psutil
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from rentguy.config import Config, address
from rentguy.credentials import service_secret

from . import brokers, traffic, wire
from .house import settings
from .publisher import UNACKNOWLEDGED, packets, send
from .subscriber import Heard, await_all, counting
from .vitals import cpu_s

FILTER = "rentguy/+/position/+"
OTHERS = 1_000  # filters, of which none matches
SLOWER = 10  # amqtt gets a tenth of the messages
STALL_S = 15  # without a delivery, and the rest is given up


class Contender(NamedTuple):
    """A broker that is measured, with `others` filters of somebody else's and a part of the messages."""

    name: str
    running: Callable[[Config], AbstractContextManager[subprocess.Popen]]
    others: int = 0
    part: int = 1


class Result(NamedTuple):
    """What one broker did in one round; `busy` is its share of a core."""

    name: str
    sent: int
    delivered: int
    seconds: float
    busy: float

    @property
    def rate(self) -> float:
        return self.delivered / self.seconds


AMQTT = Contender("amqtt", brokers.amqtt, part=SLOWER)
IN_MEMORY = Contender("ours, in memory", brokers.ours_in_memory)
CONTENDERS = (
    Contender("Mosquitto", brokers.rendered_mosquitto),
    AMQTT,
    IN_MEMORY,
    Contender("ours, durable", brokers.ours),
    Contender(f"… and {OTHERS:,} other filters", brokers.ours, others=OTHERS),
)


def run(messages: int, rounds: int) -> dict[str, list[Result]]:
    """Measure all, `rounds` times in turn, and print the best of each with its ratios."""
    load = os.getloadavg()[0]
    results: dict[str, list[Result]] = {contender.name: [] for contender in CONTENDERS}
    with Progress(console=Console(stderr=True), transient=True) as progress:
        todo = progress.add_task("measuring", total=rounds * len(CONTENDERS))
        for _ in range(rounds):
            for contender in CONTENDERS:
                results[contender.name].append(_measure(contender, messages // contender.part))
                progress.advance(todo)
    _print(results, messages, load)
    return results


def _measure(contender: Contender, messages: int) -> Result:
    """From the first byte sent until all is delivered and acknowledged, to the publisher and by the subscriber."""
    ready = packets(traffic.fixes(messages))
    with settings() as config, contender.running(config) as process, _listeners(config, contender.others) as heard:
        secret = service_secret(config.secret_key, "_gateway")
        with wire.sign_in(address(config.broker_listen), "_gateway", secret) as publisher:
            publisher.settimeout(STALL_S)
            spent = cpu_s(process.pid)
            sent = send(publisher, ready)
            await_all(
                heard, messages, STALL_S
            )  # still connected: amqtt forgets what it has acknowledged to one who leaves
        seconds = max(sent.ended, heard.last) - sent.began
        busy = (cpu_s(process.pid) - spent) / seconds
        return Result(contender.name, messages, min(heard.count, sent.acknowledged), seconds, busy)


@contextmanager
def _listeners(config: Config, others: int) -> Iterator[Heard]:
    listen = address(config.broker_listen)
    with ExitStack() as stack:
        if others:
            filters = [f"rentguy/other-{number:04}/position/+" for number in range(others)]
            other = stack.enter_context(wire.sign_in(listen, "_api", service_secret(config.secret_key, "_api")))
            wire.subscribed(other, filters)
        secret = service_secret(config.secret_key, "_ingest")
        yield stack.enter_context(counting(listen, "_ingest", secret, FILTER))


def _print(results: dict[str, list[Result]], messages: int, load: float) -> None:
    best = {name: max(rounds, key=lambda result: result.rate) for name, rounds in results.items()}
    table = Table(title="From QoS 1 publish to QoS 1 delivery, one run, best round of each", title_justify="left")
    for column in ("what", "lost", "messages/s", "slowest", "× amqtt", "× memory", "core"):
        table.add_column(column, justify="left" if column == "what" else "right")
    for name, result in best.items():
        table.add_row(
            name,
            f"{sum(one.sent - one.delivered for one in results[name]):,}",
            f"{result.rate:,.0f}",
            f"{min(one.rate for one in results[name]):,.0f}",
            f"{result.rate / best[AMQTT.name].rate:.2f}",
            f"{result.rate / best[IN_MEMORY.name].rate:.2f}",
            f"{result.busy:.0%}",
        )
    Console().print(table)
    Console().print(_conditions(messages, load), soft_wrap=True)


def _conditions(messages: int, load: float) -> str:
    return (
        f"{os.cpu_count()} cores, load {load:.2f} before; files on {_filesystem()}; each started anew, on loopback.\n"
        f"A round is {messages:,} positions of {len(traffic.fix(0))} bytes on {traffic.TRUCKS} topics, for amqtt a "
        f"{SLOWER}th of them.\nOne publisher, {UNACKNOWLEDGED:,} unacknowledged at most; one subscriber with a "
        f"persistent session.\nMosquitto as we configure it, amqtt as it comes; core is what the broker used of one."
    )


def _filesystem() -> str:
    """The kind of filesystem that the brokers' files are on."""
    with settings() as config:
        above = [disk for disk in psutil.disk_partitions(all=True) if config.data.is_relative_to(disk.mountpoint)]
        return max(above, key=lambda disk: len(disk.mountpoint)).fstype
