"""The phone of somebody on the crew: wanders about the venue, and now and then rides with a vehicle."""

from math import cos, pi, sin, sqrt
from random import Random

from rentguy.messages import Position

from .motion import Motion
from .noise import Noise
from .position import position
from .route import Place, Point, bearing, distance, moved, towards

NOISE_M = 3.5  # in a pocket, between steel
STEP_MS = 1.3  # m/s
REACH_M = 4.0
NEAR_M = 100.0  # so far outside its venue the phone still goes for its vehicle
ABOARD_S, ASHORE_S = 120.0, 90.0  # at least so long in the vehicle, and off it


class Phone:
    """Walks within `radius` metres of `home`; boards `rides` when that stands there, leaves it when it is back.

    It begins aboard when its vehicle is away, so that one that starts again goes on where it most likely was.
    """

    def __init__(
        self, home: Point, radius: float, random: Random, *, rides: Motion | None = None, interval_s: float = 1.0
    ) -> None:
        self.interval_s = interval_s
        self._home, self._radius, self._random, self._rides = home, radius, random, rides
        self._noise = Noise(random, NOISE_M)
        self._place = Place(self._somewhere(), random.uniform(0, 360), 0.0)
        self._goal = self._somewhere()
        self._rests_until = self._changed = self._last = 0.0
        self._battery = random.uniform(45, 98)
        self.aboard = False

    def messages(self, now: float) -> list[Position]:
        if not self._last and self._rides:
            self.aboard, self._changed = not self._near(self._rides.at(now)), now - ASHORE_S
        elapsed = min(now - self._last, 60.0) if self._last else 0.0
        self._last = now
        self._place = self._moved(now, elapsed)
        self._battery = max(8.0, min(100.0, self._battery + elapsed / 60 * (0.8 if self.aboard else -0.15)))
        seen = self._place._replace(point=self._noise.on(self._place.point, now))
        return [position(now, seen, accuracy=self._noise.radius(), battery=self._battery)]

    def _moved(self, now: float, elapsed: float) -> Place:
        vehicle = self._rides.at(now) if self._rides else None
        if vehicle is not None and self._rides_on(vehicle, now):
            return vehicle
        return self._walked(now, elapsed)

    def _rides_on(self, vehicle: Place, now: float) -> bool:
        """Whether the phone is in the vehicle now, after boarding or leaving it if the time has come."""
        here = vehicle.speed == 0 and self._near(vehicle)
        settled = now - self._changed
        if self.aboard and here and settled > ABOARD_S:
            self.aboard, self._changed, self._goal = False, now, self._somewhere()
        elif not self.aboard and here and settled > ASHORE_S:
            self._goal, self._rests_until = vehicle.point, now
            if distance(self._place.point, vehicle.point) < REACH_M:
                self.aboard, self._changed = True, now
        return self.aboard

    def _near(self, vehicle: Place) -> bool:
        return distance(vehicle.point, self._home) < self._radius + NEAR_M

    def _walked(self, now: float, elapsed: float) -> Place:
        here = self._place.point
        if now < self._rests_until:
            return self._place._replace(speed=0.0)
        if distance(here, self._goal) < REACH_M:
            self._goal, self._rests_until = self._somewhere(), now + self._random.uniform(5, 90)
            return self._place._replace(speed=0.0)
        return Place(towards(here, self._goal, STEP_MS * elapsed), bearing(here, self._goal), STEP_MS)

    def _somewhere(self) -> Point:
        """Any point of the venue, all as likely."""
        metres, angle = self._radius * sqrt(self._random.random()), self._random.uniform(0, 2 * pi)
        return moved(self._home, metres * cos(angle), metres * sin(angle))
