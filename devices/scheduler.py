"""One thread that gives every simulated device its turn."""

import logging
import threading
import time
from functools import partial
from typing import Protocol

from rentguy.log import pairs
from rentguy.messages import Command, DeviceConfig, Position, Scan

from .client import Device

logger = logging.getLogger(__name__)

STOP_S = 2.0  # for all devices together to say good-bye


class Simulator(Protocol):
    interval_s: float  # unless its device is told otherwise

    def messages(self, now: float) -> list[Position | Scan]:
        """What it has to say at a time in Unix seconds, which never runs backwards."""


class Station:
    """A simulator and the device it speaks through."""

    def __init__(self, device: Device, simulator: Simulator) -> None:
        self.device, self.simulator = device, simulator
        self.due = 0.0

    def step(self, now: float) -> None:
        for message in self.simulator.messages(now):
            self.device.send(message)
        interval = self.device.interval_s or self.simulator.interval_s
        self.due = self.due + interval if self.due + interval > now else now + interval

    def ended(self, now: float) -> bool:
        """Whether there is nothing more to come, as at the end of a recording."""
        ended = getattr(self.simulator, "ended", None)
        return ended is not None and ended(now)


class Scheduler:
    """Runs stations from `start` to `stop`; a device that gets a command or a config has its turn at once."""

    def __init__(self, stations: list[Station]) -> None:
        self._stations = stations
        self._wake = threading.Event()
        self._stopping = False
        self.thread = threading.Thread(target=self._run, name="scheduler", daemon=True)

    def start(self) -> "Scheduler":
        for station in self._stations:
            station.device.on_command = station.device.on_config = partial(self._hurry, station)
            station.device.start()
        logger.info("devices started %s", pairs(devices=len(self._stations)))
        self.thread.start()
        return self

    def stop(self) -> None:
        """Stop every device, all at once: a broker that doesn't answer holds up none of them."""
        self._stopping = True
        self._wake.set()
        self.thread.join()
        ends = [threading.Thread(target=each.device.stop, daemon=True) for each in self._stations]
        for end in ends:
            end.start()
        deadline = time.monotonic() + STOP_S
        for end in ends:
            end.join(max(deadline - time.monotonic(), 0.0))
        logger.info("devices stopped")

    def _hurry(self, station: Station, told: Command | DeviceConfig) -> None:
        station.due = 0.0
        self._wake.set()

    def _run(self) -> None:
        running = list(self._stations)
        while running and not self._stopping:
            station = min(running, key=lambda each: each.due)
            now = time.time()
            if station.due > now:
                self._wake.wait(station.due - now)
                self._wake.clear()
                continue
            station.step(now)
            if station.ended(now):
                running.remove(station)
