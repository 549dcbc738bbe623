"""When a message was made, and whether a fix is plausible: the honest clock and its companion.

Used where positions are stored and where they go out live, so that both tell the same story.
"""

from datetime import datetime, timedelta
from enum import IntFlag
from math import pi
from typing import NamedTuple, Protocol

from rentguy.earth import EARTH_M, Spot, distance

OLDEST = timedelta(days=400)
AHEAD = timedelta(seconds=60)
FASTEST_MS = 100.0
COARSEST_M = 500.0
REACH = timedelta(seconds=pi * EARTH_M / FASTEST_MS)  # 56 h: in so long one can have come from anywhere


class Flag(IntFlag):
    """What is odd about a stored fix; views leave JUMP and COARSE out by default."""

    CLOCK = 1  # its time is our receipt's, the device's claim is in `device_time`
    JUMP = 2  # faster than 100 m/s from the last plausible fix
    COARSE = 4  # accuracy worse than 500 m


IMPLAUSIBLE = Flag.JUMP | Flag.COARSE


class Seen(NamedTuple):
    """Where and when a source was last plausibly seen."""

    at: datetime
    lat: float
    lon: float


def trusted(at: datetime, received: datetime) -> bool:
    """Whether a claimed time lies between 400 days before and 60 s after its first receipt."""
    return received - OLDEST <= at <= received + AHEAD


class Measured(Spot, Protocol):
    """A place, and how well it is known (m, radius)."""

    @property
    def accuracy(self) -> float | None: ...


def flags(fix: Measured, at: datetime, last: Seen | None) -> Flag:
    """What is odd about a fix made at `at`, knowing where its source was last plausibly seen."""
    odd = Flag(0)
    if fix.accuracy is not None and fix.accuracy > COARSEST_M:
        odd |= Flag.COARSE
    if last and at > last.at and distance(last, fix) > FASTEST_MS * (at - last.at).total_seconds():
        odd |= Flag.JUMP
    return odd
