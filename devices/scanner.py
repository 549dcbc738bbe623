"""A hand scanner or an RFID gate: cases go out, onto a vehicle, off it, and come back in; some of them broken."""

from collections.abc import Callable
from random import Random
from uuid import uuid4

from msgspec import Struct

from rentguy.messages import Scan

STEPS = {
    "out": {"action": "out"},
    "load": {"action": "load"},
    "unload": {"action": "unload"},
    "in": {"action": "in"},
    "damaged": {"status": "damaged"},
    "maintenance": {"status": "maintenance"},
    "repaired": {"status": "available"},
}
# what a case waits for after a step; a word that stands there twice is twice as likely
NEXT = {
    "in": ("out",),
    "out": ("load",),
    "load": ("unload",),
    "unload": ("in", "in", "load", "load", "damaged"),
    "damaged": ("maintenance",),
    "maintenance": ("repaired",),
    "repaired": ("in",),
}
RETRY_S = 5.0  # when no vehicle is at the dock


class Case(Struct):
    """What a scanner remembers of one tag."""

    tag: str
    waits_for: str = "out"
    vehicle: str | None = None  # the one it is on


class Scanner:
    """Works in jobs, the same step for `batch` cases: one case in `pace_s` seconds, and `rest_s` between jobs (ranges).

    A case is loaded and unloaded only while `here(vehicle, now)` holds.
    """

    interval_s = 0.5

    def __init__(
        self,
        tags: list[str],
        vehicles: list[str],
        random: Random,
        *,
        gate: bool = False,
        batch: tuple[int, int] = (3, 9),
        pace_s: tuple[float, float] = (1.0, 4.0),
        rest_s: tuple[float, float] = (15.0, 60.0),
        here: Callable[[str, float], bool] = lambda vehicle, now: True,
    ) -> None:
        self._cases = [Case(tag) for tag in tags]
        self._vehicles, self._here = vehicles, here
        self._random, self._gate = random, gate
        self._batch, self._pace, self._rest = batch, pace_s, rest_s
        self._job: list[Case] = []
        self._vehicle: str | None = None
        self._due = 0.0

    def messages(self, now: float) -> list[Scan]:
        if now < self._due:
            return []
        self._job = self._job or self._next_job(now)
        if not self._job:
            self._due = now + RETRY_S
            return []
        scan = self._scan(self._job.pop(0), now)
        self._due = now + self._random.uniform(*(self._pace if self._job else self._rest))
        return [scan]

    def _next_job(self, now: float) -> list[Case]:
        """A few cases that wait for the same step, and the vehicle it needs; empty when nothing can be done now."""
        for case in self._random.sample(self._cases, len(self._cases)):
            possible, vehicle = self._vehicle_for(case, now)
            if possible:
                self._vehicle = vehicle
                alike = [
                    each
                    for each in self._cases
                    if each.waits_for == case.waits_for and (each.waits_for != "unload" or each.vehicle == vehicle)
                ]
                return alike[: self._random.randint(*self._batch)]
        return []

    def _vehicle_for(self, case: Case, now: float) -> tuple[bool, str | None]:
        """Whether the case's step can be done now, and with which vehicle."""
        if case.waits_for not in ("load", "unload"):
            return True, None
        wanted = self._vehicles if case.waits_for == "load" else [case.vehicle]
        there = [vehicle for vehicle in wanted if self._here(vehicle, now)]
        return bool(there), self._random.choice(there) if there else None

    def _scan(self, case: Case, now: float) -> Scan:
        step = case.waits_for
        case.waits_for = self._random.choice(NEXT[step])
        case.vehicle = self._vehicle if step == "load" else None
        return Scan(
            id=uuid4(),
            at=now,
            tag=case.tag,
            vehicle=self._vehicle,
            **STEPS[step],
            **(self._seen_by_gate() if self._gate else {"symbology": "code128"}),
        )

    def _seen_by_gate(self) -> dict:
        return {
            "symbology": "epc",
            "rssi": round(self._random.uniform(-68, -38), 1),
            "antenna": self._random.randint(1, 4),
            "count": self._random.randint(2, 30),
        }
