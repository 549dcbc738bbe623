"""Positions that keep coming at a rate, each with the time from its publish to its receipt."""

import threading
import time

from rentguy.config import Config
from rentguy.credentials import service_secret
from rentguy.decoding import encode, read
from rentguy.messages import Position, Receipt
from rentguy.mqtt import Client
from rentguy.topics import build

from .house import PROJECT, truck

RATE = 1_000  # a second
TICK_S = 0.02
LAST_S = 30.0  # for the last receipts


class Live:
    """All trucks in turn through one connection, from `with` to its end, when every receipt has come."""

    def __init__(self, config: Config, trucks: int) -> None:
        self.sent = 0
        self._trucks = trucks
        self._published: list[float] = []  # by number, of time.monotonic()
        self._settled: dict[int, float] = {}
        self._over = threading.Event()
        secret = service_secret(config.secret_key, "_api")
        self._client = Client(
            config.mqtt_url, "_api", secret, client_id="_api/live", on_message=lambda it: self._hear(it.payload)
        )
        self._client.subscribe(f"rentguy/{PROJECT}/receipt/+")
        self._thread = threading.Thread(target=self._run, name="live", daemon=True)

    def waits(self, since: float, until: float) -> list[float]:
        """Seconds to the receipt, of all published between two moments. Raises TimeoutError when one never came."""
        numbers = [number for number, at in enumerate(self._published) if since <= at < until]
        if missing := [number for number in numbers if number not in self._settled]:
            raise TimeoutError(f"{len(missing)} of {len(numbers)} positions have no receipt")
        return [self._settled[number] - self._published[number] for number in numbers]

    def __enter__(self) -> "Live":
        self._client.start()
        if not self._client.hearing.wait(30):
            raise TimeoutError("the broker can't be heard")
        self._thread.start()
        return self

    def __exit__(self, *error) -> None:
        self._over.set()
        self._thread.join()
        until = time.monotonic() + LAST_S
        while len(self._settled) < self.sent and time.monotonic() < until:
            time.sleep(TICK_S)
        self._client.stop()

    def _run(self) -> None:
        began = time.monotonic()
        while not self._over.wait(TICK_S):
            for _ in range(int((time.monotonic() - began) * RATE) - self.sent):
                self._publish(self.sent)

    def _publish(self, number: int) -> None:
        source, second = number % self._trucks, number // self._trucks
        fix = Position(at=time.time(), lat=48.1 + second * 1e-5, lon=11.5 + source * 1e-3, accuracy=4.0, seq=number)
        self._published.append(time.monotonic())
        if self._client.publish(build(PROJECT, "position", truck(source)), encode(fix)):
            self.sent += 1
        else:
            self._published.pop()  # too much is unsent: a moment later

    def _hear(self, payload: bytes) -> None:
        now = time.monotonic()
        for first, last in read(Receipt, payload).stored:
            for number in range(first, last + 1):
                self._settled.setdefault(number, now)
