"""Where a vehicle is, as a function of the clock: a simulator that starts again goes on where it would be by now."""

from random import Random
from typing import Protocol

from .profile import Profile, traffic
from .route import Place, Point, Route


class Motion(Protocol):
    def at(self, now: float) -> Place:
        """The place at a time in Unix seconds."""


class Parked:
    """Stands where it was left."""

    def __init__(self, point: Point, heading: float) -> None:
        self._place = Place(point, heading, 0.0)

    def at(self, now: float) -> Place:
        return self._place


class Shuttle:
    """Drives a route there and back for ever, waits `wait_s` at both ends, and meets red lights on the way."""

    def __init__(self, route: Route, cruise: float, wait_s: float, offset_s: float, random: Random) -> None:
        self._there, self._back = _Trip(route, cruise, random), _Trip(route.reversed(), cruise, random)
        self._wait, self._offset = wait_s, offset_s
        self._turn = wait_s + self._there.seconds
        self.period = self._turn + wait_s + self._back.seconds

    def at(self, now: float) -> Place:
        elapsed = (now + self._offset) % self.period
        if elapsed < self._turn + self._wait:
            return self._there.at(elapsed - self._wait)
        return self._back.at(elapsed - self._turn - self._wait)


class _Trip:
    """One way along a route; before its start and after its end it stands there."""

    def __init__(self, route: Route, cruise: float, random: Random) -> None:
        self._route = route
        self._profile = Profile(route.length, cruise, traffic(route.length, random))
        self.seconds = self._profile.seconds

    def at(self, elapsed: float) -> Place:
        travelled, speed = self._profile.at(elapsed)
        return Place(*self._route.at(travelled), speed)
