"""How far a vehicle has come after so many seconds: it pulls away, cruises, brakes for its stops."""

from bisect import bisect_right
from math import sqrt
from random import Random
from typing import NamedTuple

ACCELERATION = 1.1  # m/s², a laden truck; it brakes as gently


class Stop(NamedTuple):
    """A halt so many metres into the route."""

    metres: float
    seconds: float


class Leg(NamedTuple):
    """From one halt to the next."""

    begins: float  # seconds into the trip
    start: float  # metres into the route
    length: float
    top: float  # the highest speed reached

    @property
    def seconds(self) -> float:
        return self.length / self.top + self.top / ACCELERATION

    def at(self, elapsed: float) -> tuple[float, float]:
        """Metres into the route and m/s, so many seconds into this leg; after its end, standing there."""
        left = self.seconds - elapsed
        if left <= 0:
            return self.start + self.length, 0.0
        ramp = self.top / ACCELERATION
        if elapsed < ramp:
            return self.start + ACCELERATION * elapsed**2 / 2, ACCELERATION * elapsed
        if left < ramp:
            return self.start + self.length - ACCELERATION * left**2 / 2, ACCELERATION * left
        return self.start + self.top * (elapsed - ramp / 2), self.top


class Profile:
    """A trip of `length` metres at up to `cruise` m/s with stops on the way, in any order."""

    def __init__(self, length: float, cruise: float, stops: list[Stop] | None = None) -> None:
        self._legs: list[Leg] = []
        begins = start = 0.0
        for stop in [*sorted(stops or []), Stop(length, 0.0)]:
            if not start < stop.metres <= length:
                continue
            leg = Leg(begins, start, stop.metres - start, min(cruise, sqrt(ACCELERATION * (stop.metres - start))))
            self._legs.append(leg)
            begins, start = begins + leg.seconds + stop.seconds, stop.metres
        self.seconds = begins

    def at(self, elapsed: float) -> tuple[float, float]:
        """Metres travelled and m/s after so many seconds; before the start and after the end it stands."""
        leg = self._legs[max(bisect_right(self._legs, (elapsed,)) - 1, 0)]
        return leg.at(max(elapsed - leg.begins, 0.0))


def traffic(length: float, random: Random) -> list[Stop]:
    """Red lights as a city has them: every 300 to 1,500 m, for 5 to 40 s."""
    stops, metres = [], random.uniform(300, 1500)
    while metres < length - 100:
        stops.append(Stop(metres, random.uniform(5, 40)))
        metres += random.uniform(300, 1500)
    return stops
