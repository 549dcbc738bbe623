"""Processes and services that tests run for real, on free ports of loopback."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from itertools import cycle
from pathlib import Path
from random import Random
from typing import TypeVar

from rentguy import children, mosquitto
from rentguy.config import Config, address

ROOT = Path(__file__).parent.parent
T = TypeVar("T")
PORTS = 2000  # of each worker, below those that the system gives to whoever connects to somewhere
FIRST_PORT = 16_000 + PORTS * int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
_ports = cycle(Random().sample(range(FIRST_PORT, FIRST_PORT + PORTS), PORTS))

__all__ = ["ROOT", "Process", "answers", "free_port", "mosquitto_broker", "room", "wait_until"]


def wait_until(fact: Callable[[], T], timeout: float = 30.0, every: float = 0.02) -> T:
    """What `fact` answers once that is true; fails after `timeout` seconds, with the error it last raised."""
    until, error = time.monotonic() + timeout, None
    while True:
        try:
            if answer := fact():
                return answer
            error = None
        except Exception as raised:
            error = raised
        if time.monotonic() > until:
            raise AssertionError(f"not within {timeout:g} s: {getattr(fact, '__name__', fact)}") from error
        time.sleep(every)


def free_port() -> int:
    """A port of loopback that nobody else takes before who asked for it does."""
    while True:
        port = next(_ports)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


def answers(listen: str) -> bool:
    """Whether something accepts connections on `host:port`."""
    try:
        socket.create_connection(address(listen), timeout=1).close()
    except OSError:
        return False
    return True


def hears(listen: str) -> bool:
    """What `/readyz` says; False also when nothing answers."""
    try:
        with urllib.request.urlopen(f"http://{listen}/readyz", timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


class Process:
    """A process with its log in a file; `ready` says when it is, seen from outside."""

    def __init__(self, command: list[str], environment: dict[str, str], log: Path, ready: Callable[[], bool]) -> None:
        self.command, self.environment, self.log, self._ready = command, environment, log, ready
        self._process: subprocess.Popen | None = None

    def start(self, timeout: float = 30.0) -> "Process":
        """Start it (again) and wait until it is ready. Fails with its log when it ends instead."""
        with open(self.log, "ab") as log:
            self._process = children.popen(
                self.command, cwd=ROOT, env=self.environment, stdout=log, stderr=log, last_signal=signal.SIGKILL
            )
        try:
            wait_until(lambda: not self.running or self._ready(), timeout)
            assert self.running, f"{self.name} ended with {self._process.returncode}"
        except AssertionError as error:
            self.kill()
            raise AssertionError(f"{self.name} is not ready: {error}\n{self.tail()}") from error
        return self

    def stop(self, timeout: float = 10.0) -> None:
        """SIGTERM; fails when it takes longer or ends with another code than 0. Nothing when it doesn't run."""
        if self.running:
            self._process.terminate()
        self.ended(timeout)

    def ended(self, timeout: float = 10.0) -> None:
        """Wait for an end that somebody else caused; fails as `stop` does."""
        process, self._process = self._process, None
        if process is None:
            return
        try:
            code = process.wait(timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            code = f"nothing within {timeout:g} s, killed"
            process.wait()
        assert code == 0, f"{self.name} ended with {code}\n{self.tail()}"

    def kill(self) -> None:
        """SIGKILL, as a power cut would: its children too, or they might go on answering in its place."""
        if self._process:
            self.signal(signal.SIGKILL)
            self._process.wait()
            self._process = None

    def signal(self, number: int) -> None:
        """To all of its process group; nothing when none is left."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, number)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def name(self) -> str:
        return self.log.stem

    def said(self, text: str) -> bool:
        """Whether `text` is in its log."""
        return text in self.log.read_text(errors="replace")

    def tail(self, lines: int = 40) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])


def room(name: str, config: Config, log: Path, *arguments: str, ready: Callable[[], bool] | None = None) -> Process:
    """`python -m {name}`; ready when its port answers, or for ingest when it hears the broker."""
    process = Process(
        [sys.executable, "-m", name, *arguments], {**os.environ, **config.environment()}, log, ready=lambda: True
    )
    health = config.ingest_health_listen
    asked = {
        "broker": lambda: answers(config.broker_listen),
        "api": lambda: answers(config.listen),
        "ingest": lambda: hears(health) if health else process.said("connected to the broker"),
    }
    process._ready = ready or asked[name]
    return process


def mosquitto_broker(config: Config, directory: Path, accounts: dict, *settings: str) -> Process:
    """A private Mosquitto on the embedded broker's address, for the given accounts and our services."""
    directory.mkdir(exist_ok=True)
    mosquitto.write(config, directory, accounts)
    with open(directory / "mosquitto.conf", "a") as file:
        file.writelines(f"{line}\n" for line in settings)
    return Process(
        [mosquitto.program(), "-c", str(directory / "mosquitto.conf")],
        dict(os.environ),
        directory.parent / "mosquitto.log",
        ready=lambda: answers(config.broker_listen),
    )
