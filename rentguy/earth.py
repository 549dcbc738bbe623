"""Distance on the Earth, for all who need it."""

from math import asin, cos, radians, sin, sqrt
from typing import Protocol

EARTH_M = 6_371_008.8  # mean radius


class Spot(Protocol):
    """Anything with a place: WGS 84 degrees."""

    @property
    def lat(self) -> float: ...

    @property
    def lon(self) -> float: ...


def distance(a: Spot, b: Spot) -> float:
    """Metres along the great circle (haversine)."""
    lat_a, lat_b = radians(a.lat), radians(b.lat)
    half = sin((lat_b - lat_a) / 2) ** 2 + cos(lat_a) * cos(lat_b) * sin(radians(b.lon - a.lon) / 2) ** 2
    return 2 * EARTH_M * asin(min(1.0, sqrt(half)))
