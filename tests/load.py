"""`python -m tests.load PLAN`: devices with our client and people in the chat, who keep all until its receipt.

What each has made is counted in a file before it is made, so that it can be held against what is stored, whoever was
killed in between: message n of a maker is the same whenever it is made, also once more by the next process.
"""

import mmap
import signal
import struct
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

import msgspec
from msgspec import Struct

from api.limits import FRAMES
from devices.client import Device
from devices.outbox import Outbox
from rentguy import log
from rentguy.config import Config
from rentguy.limits import Limit
from rentguy.messages import Position, Scan
from rentguy.topics import build
from tests.visitors import Person, Window

COUNTS = ("sent", "acknowledged", "received")
TURN_S = 0.05
PATIENCE_S = 3.0


class Plan(Struct, frozen=True):
    """Who takes part: `trackers` and `scanners` by slug with their secrets, `people` with one password.

    Message n of everybody is due at `begins + n * interval_s` (Unix seconds), so what lies before the start is backlog.
    """

    directory: str
    mqtt_url: str
    listen: str
    project: str
    trackers: dict[str, str]
    scanners: dict[str, str]
    people: list[str]
    password: str
    begins: float
    interval_s: float

    @property
    def makers(self) -> list[str]:
        return [*self.trackers, *self.scanners, *self.people]

    def read(self) -> "Tally":
        return Tally(Path(self.directory) / "tally", self.makers)


class Tally:
    """Numbers in a file that outlives any process: how many each maker has made, and COUNTS."""

    def __init__(self, file: Path, makers: list[str]) -> None:
        self._slots = {name: 8 * slot for slot, name in enumerate((*COUNTS, *makers))}
        size = 8 * len(self._slots)
        with open(file, "ab") as stream:
            stream.truncate(size)
        with open(file, "r+b") as stream:
            self._memory = mmap.mmap(stream.fileno(), size)
        self._lock = threading.Lock()

    def __getitem__(self, name: str) -> int:
        return struct.unpack_from("q", self._memory, self._slots[name])[0]

    def add(self, name: str, more: int = 1) -> int:
        with self._lock:
            number = self[name] + more
            struct.pack_into("q", self._memory, self._slots[name], number)
            return number


def stop_at(file: str) -> Path:
    """Where it is noted until when messages are made."""
    return Path(file) / "stop"


class Counted(Device):
    """A device of ours that counts what it hands over and what comes back."""

    def __init__(self, tally: Tally, *arguments, **options) -> None:
        super().__init__(*arguments, **options, on_receipt=self._count_receipt)
        self._tally = tally

    def _publish(self, kind: str, payload: bytes, on_ack: Callable[[], None] | None = None) -> bool:
        elements = payload.count(b'"seq"')
        taken = super()._publish(
            kind, payload, on_ack or (lambda: elements and self._tally.add("acknowledged", elements))
        )
        if taken and elements:
            self._tally.add("sent", elements)
        return taken

    def _count_receipt(self, receipt) -> None:
        self._tally.add("received", sum(last - first + 1 for first, last in (*receipt.stored, *receipt.rejected)))


class Maker:
    """Makes its messages when they are due, each after it has been counted."""

    def __init__(self, slug: str, plan: Plan, tally: Tally, make: Callable[[int, float], None]) -> None:
        self.slug, self._plan, self._tally, self._make = slug, plan, tally, make
        if made := tally[slug]:
            self._make(made, self._due(made))  # perhaps it was counted only

    def turn(self, now: float) -> None:
        while self._due(self._tally[self.slug] + 1) <= now:
            number = self._tally.add(self.slug)
            self._make(number, self._due(number))

    def _due(self, number: int) -> float:
        return self._plan.begins + number * self._plan.interval_s


class Talker:
    """A person in the chat: what isn't in a receipt yet is said again on every new connection, and after a while."""

    def __init__(self, slug: str, plan: Plan, tally: Tally) -> None:
        self.slug, self._plan, self._tally = slug, plan, tally
        self._topic = build(plan.project, "chat", slug)
        self._receipts = build(plan.project, "receipt", slug)
        self._unsettled: dict[str, dict] = {}
        self._said: dict[str, float] = {}
        self._pace = Limit(FRAMES[0] / 3, FRAMES[1] * 0.8)  # no faster than one may
        self._window: Window | None = None
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name=f"{slug}-talk", daemon=True)

    def __len__(self) -> int:
        return len(self._unsettled)

    def make(self, number: int, at: float) -> None:
        id = str(uuid5(NAMESPACE_URL, f"{self.slug}/{number}"))
        with self._lock:
            self._unsettled[id] = {"id": id, "at": at, "body": str(number)}

    def start(self) -> None:
        # a browser keeps them; here all are made again, under their ids
        for number in range(1, self._tally[self.slug]):
            self.make(number, self._plan.begins + number * self._plan.interval_s)
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(2)

    def _run(self) -> None:
        while not self._stop.wait(TURN_S):
            try:
                self._talk()
            except Exception:  # the api is away, or answers that the database is
                self._window = None
                self._stop.wait(0.5)

    def _talk(self) -> None:
        if self._window is None or self._window.closed is not None:
            self._window = Person(Config(listen=self._plan.listen), self.slug, self._plan.password).open(
                self._plan.project
            )
            self._said.clear()
        self._settle()
        now = time.monotonic()
        with self._lock:
            due = [each for id, each in self._unsettled.items() if now - self._said.get(id, -1e9) > PATIENCE_S]
        due.sort(key=lambda each: self._said.get(each["id"], -1e9))  # or the oldest might leave no room for the rest
        for message in due:
            if self._pace.take(self.slug):
                break
            self._window.publish(self._topic, message)
            self._said[message["id"]] = now
            self._tally.add("sent")

    def _settle(self) -> None:
        envelopes = list(self._window.envelopes)
        del self._window.envelopes[: len(envelopes)]  # in place: the window's thread goes on adding
        for envelope in envelopes:
            if envelope["topic"] == "$/ack":
                self._tally.add("acknowledged")
            if envelope["topic"] == self._receipts:
                for id in envelope["payload"].get("ids", {}):
                    with self._lock:
                        self._tally.add("received", self._unsettled.pop(id, None) is not None)


def device(slug: str, secret: str, plan: Plan, tally: Tally) -> Counted:
    outbox = Outbox(Path(plan.directory) / f"{slug}.db", synced=False)
    return Counted(tally, plan.mqtt_url, slug, secret, plan.project, outbox=outbox, patience_s=PATIENCE_S)


def see(device: Device, number: int, at: float) -> None:
    """A fix; the number is in `altitude`, so that one which is stored twice shows."""
    device.send(Position(at=at, lat=48.0 + number * 1e-6, lon=11.5, altitude=float(number)))


def read(device: Device, number: int, at: float) -> None:
    id = uuid5(NAMESPACE_URL, f"{device.slug}/{number}")
    device.send(Scan(id=id, at=at, tag=f"TAG-{number % 20}", action=("out", "in")[number % 2]))


def main(file: str) -> None:
    log.setup("load", "WARNING")
    plan = msgspec.json.decode(Path(file).read_bytes(), type=Plan)
    tally = plan.read()
    stopped = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    devices = {slug: device(slug, secret, plan, tally) for slug, secret in (plan.trackers | plan.scanners).items()}
    talkers = {slug: Talker(slug, plan, tally) for slug in plan.people}
    makers = [
        *(Maker(slug, plan, tally, partial(see, devices[slug])) for slug in plan.trackers),
        *(Maker(slug, plan, tally, partial(read, devices[slug])) for slug in plan.scanners),
        *(Maker(slug, plan, tally, talker.make) for slug, talker in talkers.items()),
    ]
    for maker in makers:
        maker.turn(time.time())  # the backlog, before anybody is connected
    for each in (*devices.values(), *talkers.values()):
        each.start()
    print("load is on", flush=True)
    while not stopped.wait(TURN_S):
        until = time.time()
        with suppress(OSError, ValueError):
            until = min(until, float(stop_at(plan.directory).read_text()))
        for maker in makers:
            maker.turn(until)
    with ThreadPoolExecutor(50, "end") as pool:
        list(pool.map(lambda each: each.stop(), (*devices.values(), *talkers.values())))


if __name__ == "__main__":
    main(sys.argv[1])
