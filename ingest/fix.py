"""A fix as a row: what COPY writes, what the history gives back, and which of two at one time is kept."""

from datetime import datetime
from typing import NamedTuple

from rentguy.fixes import COARSEST_M, IMPLAUSIBLE, Flag, Seen, flags

from .entry import Entry

CLOCK = int(Flag.CLOCK)
UNFIT = int(IMPLAUSIBLE | Flag.CLOCK)  # what can't say where its successor may be


class Fix(NamedTuple):
    """A row of `positions`: WGS 84 degrees, metres, m/s, degrees from north, percent; its columns in their order."""

    source_id: int
    at: datetime
    project_id: int | None
    lon: float
    lat: float
    accuracy: float | None
    speed: float | None
    heading: float | None
    altitude: float | None
    battery: float | None
    flags: int
    device_time: datetime | None
    received_at: datetime

    @classmethod
    def of(cls, entry: Entry) -> "Fix":
        fix = entry.message
        return cls(
            entry.source.id,
            entry.recorded_at,
            entry.project_id,
            fix.lon,
            fix.lat,
            fix.accuracy,
            fix.speed,
            fix.heading,
            fix.altitude,
            fix.battery,
            int(entry.flags),
            entry.device_time,
            entry.received.at,
        )

    @property
    def demerit(self) -> tuple:
        """The less the better, by content alone: an honest clock, then accuracy (none counts as the coarsest)."""
        accuracy = COARSEST_M if self.accuracy is None else self.accuracy
        return self.device_time is not None, accuracy, repr((*self[2:10], self.device_time))

    @property
    def line(self) -> str:
        """The row as COPY reads it; only numbers and times, so nothing needs escaping."""
        return "\t".join(["\\N" if value is None else str(value) for value in self]) + "\n"


def judged(fix: Fix, last: Seen | None) -> tuple[Fix, Seen | None]:
    """The fix with its flags, and its source's last plausible one from now on.

    A wrong clock says nothing about speed: such a fix is neither a jump nor what others are judged by.
    """
    clock = fix.flags & CLOCK
    odd = int(flags(fix, fix.at, None if clock else last)) | clock
    if odd != fix.flags:
        fix = fix._replace(flags=odd)
    return fix, follows(fix, last)


def follows(fix: Fix, last: Seen | None) -> Seen | None:
    """The last plausible fix after one that is judged already."""
    return last if fix.flags & UNFIT else Seen(fix.at, fix.lat, fix.lon)
