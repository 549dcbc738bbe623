"""When a message was made, and whether a fix is plausible: the honest clock and its companion.

Used where positions are stored and where they go out live, so that both tell the same story.
"""

from datetime import datetime, timedelta
from enum import IntFlag
from typing import NamedTuple

from rentguy.earth import distance
from rentguy.messages import Position

OLDEST = timedelta(days=400)
AHEAD = timedelta(seconds=60)
FASTEST_MS = 100.0
COARSEST_M = 500.0


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


def flags(fix: Position, at: datetime, last: Seen | None) -> Flag:
    """What is odd about a fix made at `at`, knowing where its source was last plausibly seen."""
    odd = Flag(0)
    if fix.accuracy is not None and fix.accuracy > COARSEST_M:
        odd |= Flag.COARSE
    if last and at > last.at and distance(last, fix) > FASTEST_MS * (at - last.at).total_seconds():
        odd |= Flag.JUMP
    return odd
