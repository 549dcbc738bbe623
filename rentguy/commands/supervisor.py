"""Rooms as child processes: started in order, restarted when they die, stopped in the opposite order."""

import logging
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

from rentguy import children
from rentguy.commands.installation import ROOT
from rentguy.log import pairs

logger = logging.getLogger(__name__)

PATIENCE_S = 10.0
LOOK_S = 0.2
SLOWEST_RETRY_S = 30.0
STEADY_S = 60.0  # who ran this long starts again at once


class Child:
    """One process, its log in a file."""

    def __init__(self, name: str, command: list[str], environment: dict[str, str], logs: Path) -> None:
        self.name, self._command, self._log = name, command, logs / f"{name}.log"
        self._environment = {**os.environ, **environment}
        self._process: subprocess.Popen | None = None
        self._failures, self._since, self._again = 0, 0.0, 0.0
        self._log.write_bytes(b"")

    def start(self) -> None:
        with open(self._log, "ab") as log:
            self._process = children.popen(
                self._command, cwd=ROOT, env=self._environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        self._since = time.monotonic()

    def look(self) -> None:
        """Start it again when it has ended, later each time."""
        if self._process is not None and (code := self._process.poll()) is not None:
            self._process = None
            self._failures = 1 if time.monotonic() - self._since > STEADY_S else self._failures + 1
            delay = min(SLOWEST_RETRY_S, 0.5 * 2 ** (self._failures - 1))
            self._again = time.monotonic() + delay
            logger.warning("%s ended, starting it again %s", self.name, pairs(code=code, in_s=delay, log=self._log))
        if self._process is None and time.monotonic() >= self._again:
            self.start()

    def stop(self) -> None:
        if self._process is None:
            return
        code = children.end(self._process, (signal.SIGTERM, PATIENCE_S))
        if code:
            logger.warning("%s did not stop well %s", self.name, pairs(code=code, log=self._log))
        self._process = None


class Supervisor:
    """Keeps children running. Use it on the main thread: with it the children go."""

    def __init__(self) -> None:
        self._children: list[Child] = []

    def add(self, child: Child) -> None:
        child.start()
        self._children.append(child)

    def run(
        self, stop: threading.Event, until: Callable[[], bool] = lambda: False, timeout: float = float("inf")
    ) -> bool:
        """Watch until `stop`, or `until` is true, or the time is up; whether `until` became true."""
        deadline = time.monotonic() + timeout
        while not stop.is_set() and time.monotonic() < deadline:
            if until():
                return True
            for child in self._children:
                child.look()
            stop.wait(LOOK_S)
        return False

    def stop(self) -> None:
        while self._children:
            self._children.pop().stop()
