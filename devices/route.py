"""Places on the Earth and lines between them: WGS 84 degrees, metres, degrees clockwise from true north."""

from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate, pairwise
from math import atan2, cos, degrees, radians, sin
from typing import NamedTuple

from rentguy.earth import EARTH_M, distance

SAME_M = 0.5  # nearer than this, two points are one


class Point(NamedTuple):
    lat: float
    lon: float


class Place(NamedTuple):
    """Where something is, which way it faces, and how fast it goes there (m/s)."""

    point: Point
    heading: float
    speed: float


def bearing(a: Point, b: Point) -> float:
    """The direction in which one leaves `a` for `b`, 0 ≤ degrees < 360."""
    lat_a, lat_b, turn = radians(a.lat), radians(b.lat), radians(b.lon - a.lon)
    return degrees(atan2(sin(turn) * cos(lat_b), cos(lat_a) * sin(lat_b) - sin(lat_a) * cos(lat_b) * cos(turn))) % 360


def moved(point: Point, east: float, north: float) -> Point:
    """The point so many metres away, on a plane: good to a centimetre within a kilometre."""
    lat = point.lat + degrees(north / EARTH_M)
    return Point(lat, point.lon + degrees(east / EARTH_M) / cos(radians(point.lat)))


def towards(point: Point, goal: Point, metres: float) -> Point:
    """The point after so many metres on the way to a goal nearby, which it never passes."""
    whole = distance(point, goal)
    return goal if whole <= metres else _between(point, goal, metres / whole)


def _between(a: Point, b: Point, share: float) -> Point:
    return Point(a.lat + (b.lat - a.lat) * share, a.lon + (b.lon - a.lon) * share)


class Route:
    """A line that is travelled from its first point to its last. Needs two points that differ."""

    def __init__(self, points: Iterable[Point]) -> None:
        self.points = _apart(points)
        if len(self.points) < 2:
            raise ValueError(f"expected a line of at least 2 points apart, got {len(self.points)}")
        self._travelled = [0.0, *accumulate(distance(a, b) for a, b in pairwise(self.points))]
        self.length = self._travelled[-1]

    def at(self, travelled: float) -> tuple[Point, float]:
        """The point and the heading after so many metres; beyond an end, that end."""
        metres = min(max(travelled, 0.0), self.length)
        index = min(bisect_right(self._travelled, metres), len(self.points) - 1)
        a, b = self.points[index - 1], self.points[index]
        share = (metres - self._travelled[index - 1]) / (self._travelled[index] - self._travelled[index - 1])
        return _between(a, b, share), bearing(a, b)

    def part(self, start: float, end: float) -> "Route":
        """From `start` metres to `end`, backwards when `end` comes first."""
        if end < start:
            return self.part(end, start).reversed()
        inner = [point for point, gone in zip(self.points, self._travelled, strict=True) if start < gone < end]
        return Route([self.at(start)[0], *inner, self.at(end)[0]])

    def reversed(self) -> "Route":
        return Route(self.points[::-1])


def _apart(points: Iterable[Point]) -> list[Point]:
    """Without the points that only repeat the one before: they have no direction."""
    kept: list[Point] = []
    for point in points:
        if not kept or distance(kept[-1], point) >= SAME_M:
            kept.append(point)
    return kept
