"""`rentguy up`: the whole installation on one machine, from nothing, until Ctrl-C."""

import fcntl
import logging
import os
import signal
import socket
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated

import typer
from msgspec import structs
from rich.panel import Panel

from rentguy import log, migrations
from rentguy.cluster import Cluster
from rentguy.commands import demo as the_demo
from rentguy.commands.installation import DATABASE, kept, postgres, there, web
from rentguy.commands.output import console
from rentguy.commands.supervisor import Child, Supervisor
from rentguy.config import Config, address
from rentguy.errors import ConfigError

logger = logging.getLogger(__name__)

ROOMS = ("broker", "ingest", "api")
READY_S = 60.0


def up(
    demo: Annotated[bool, typer.Option(help="With a demo project of simulated trucks, crew and cases.")] = True,
) -> None:
    """Run everything here: database, broker, ingest, web app and a demo, until Ctrl-C."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    config = there(Config.of())
    log.setup("up", config.log_level)
    with ExitStack() as running:
        config = _prepared(config, running, demo)
        supervisor = Supervisor()
        running.callback(supervisor.stop)
        logs = _logs(config)
        for room in ROOMS:
            supervisor.add(Child(room, [sys.executable, "-m", room], config.environment(), logs))
        with console.status("starting"):
            answers = supervisor.run(stop, lambda: _answers(config), READY_S)
        if not answers and not stop.is_set():
            raise ConfigError(f"nothing answers at {web(config)}; the logs are in {config.data / 'logs'}")
        if not stop.is_set():
            if demo:
                supervisor.add(Child("devices", the_demo.command(config), the_demo.environment(config), logs))
            console.print(_welcome(config, demo))
        supervisor.run(stop)
        console.print("stopping")


def _prepared(config: Config, running: ExitStack, demo: bool) -> Config:
    """The settings with a migrated database and all secrets; what must be stopped again is in `running`."""
    config.data.mkdir(parents=True, exist_ok=True)
    running.enter_context(_alone(config))
    for listen in filter(None, (config.listen, config.broker_listen, config.broker_ws_listen)):
        _free(listen)
    config = structs.replace(
        config,
        secret_key=config.secret_key or kept(config.data / "secret-key"),
        database_url=config.database_url or running.enter_context(Cluster(postgres(config))).ensure(DATABASE),
    )
    migrations.upgrade(config.database_url)
    if demo:
        the_demo.prepare(config)
    return config


def _logs(config: Config) -> Path:
    logs = config.data / "logs"
    logs.mkdir(exist_ok=True)
    return logs


@contextmanager
def _alone(config: Config) -> Iterator[None]:
    """Hold the data directory. Raises ConfigError when another `up` holds it."""
    with open(config.data / "up.lock", "a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.seek(0)
            raise ConfigError(f"it is running already in {config.data}, as process {lock.read().strip()}") from None
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        yield


def _free(listen: str) -> None:
    try:
        socket.create_server(address(listen)).close()
    except OSError as error:
        raise ConfigError(f"can't listen on {listen}: {os.strerror(error.errno)}") from error


def _answers(config: Config) -> bool:
    try:
        with urllib.request.urlopen(f"{web(config)}/healthz", timeout=2) as answer:
            return answer.status == 200
    except OSError:
        return False


def _welcome(config: Config, demo: bool) -> Panel:
    lines = [f"RentGuy Live is at [bold]{web(config)}[/]"]
    if demo:
        lines += [
            f"sign in as [bold]dana[/] (dispatcher) with [bold]{the_demo.password(config)}[/]",
            "trucks, crew and cases are simulated",
        ]
    else:
        lines += ["add people and devices with `rentguy user add`, `rentguy device add`, …"]
    lines += [f"data and logs are in {config.data}", "Ctrl-C stops all"]
    return Panel("\n".join(lines), expand=False)
