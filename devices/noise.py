"""The error of a satellite receiver: it wanders slowly instead of jumping about."""

from math import exp, sqrt
from random import Random

from .route import Point, moved

MEMORY_S = 30.0  # after so long, little is left of an error


class Noise:
    """Errors of `metres` on either axis, each akin to the one before."""

    def __init__(self, random: Random, metres: float) -> None:
        self._random, self._metres = random, metres
        self._east, self._north, self._last = 0.0, 0.0, 0.0

    def on(self, point: Point, now: float) -> Point:
        """Where a receiver at `point` believes to be at a time in Unix seconds."""
        kept = exp(-max(now - self._last, 0.0) / MEMORY_S)
        fresh = self._metres * sqrt(1 - kept**2)
        self._east = self._east * kept + self._random.gauss(0, fresh)
        self._north = self._north * kept + self._random.gauss(0, fresh)
        self._last = now
        return moved(point, self._east, self._north)

    def radius(self) -> float:
        """The accuracy the receiver claims, in metres."""
        return round(max(2.0, self._random.gauss(2.5 * self._metres, 0.3 * self._metres)), 1)
