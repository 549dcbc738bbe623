"""The brokers that are measured, each as it comes, as a process of its own on loopback."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from socket import create_connection

from rentguy import children, mosquitto
from rentguy.config import Config, address
from rentguy.registry import Account

START_S = 30
STOP_S = 10


def ours(config: Config) -> AbstractContextManager[subprocess.Popen]:
    """`python -m broker`, with its files in the data directory."""
    return _running(config, [sys.executable, "-m", "broker"])


def ours_in_memory(config: Config) -> AbstractContextManager[subprocess.Popen]:
    return _running(config, [sys.executable, "-m", "bench.in_memory"])


def amqtt(config: Config) -> AbstractContextManager[subprocess.Popen]:
    return _running(config, [sys.executable, "-m", "bench.as_it_comes"])


def rendered_mosquitto(
    config: Config, accounts: Mapping[str, Account] | None = None
) -> AbstractContextManager[subprocess.Popen]:
    """Mosquitto with the configuration that we render."""
    mosquitto.write(config, config.data, dict(accounts or {}))
    return _running(config, [mosquitto.program(), "-c", str(config.data / "mosquitto.conf")])


def log_file(config: Config) -> Path:
    """What the broker says."""
    return config.data / "broker.log"


@contextmanager
def _running(config: Config, command: list[str]) -> Iterator[subprocess.Popen]:
    environment = {**os.environ, **config.environment()}
    with open(log_file(config), "ab") as log:
        process = children.popen(command, env=environment, stdout=log, stderr=log)
    try:
        _await(process, config.broker_listen)
        yield process
    finally:
        children.end(process, (signal.SIGTERM, STOP_S))


def _await(process: subprocess.Popen, listen: str) -> None:
    """Until something accepts connections there."""
    until = time.monotonic() + START_S
    while True:
        try:
            create_connection(address(listen), timeout=1).close()
            return
        except OSError:
            if time.monotonic() > until or process.poll() is not None:
                raise
            time.sleep(0.05)
