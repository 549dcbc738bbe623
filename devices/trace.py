"""Recorded drives: a JSON list of {"point": "POINT(lon lat)", "time": "2014-09-10 06:54:07+0200"}."""

import re
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import msgspec

from rentguy.errors import RentGuyError

from .route import SAME_M, Place, Point, Route, bearing, distance

FOLDER = Path(__file__).parent / "traces"
FASTEST = 100.0  # m/s; a faster jump is what the platform calls implausible
_POINT = re.compile(r"POINT\s*\(\s*(\S+)\s+(\S+?)\s*\)")


class TraceError(RentGuyError):
    """the trace can't be read"""


class Fix(NamedTuple):
    """A recorded point, so many seconds after the first."""

    seconds: float
    point: Point


class _Record(msgspec.Struct):
    point: str
    time: str


class Sample(NamedTuple):
    """A fix with the speed and heading that follow from the fixes around it."""

    seconds: float
    place: Place


def read(path: Path) -> list[Fix]:
    """A file's fixes in the order of their times. Raises TraceError naming the element and what came."""
    try:
        records = msgspec.json.decode(path.read_bytes(), type=list[_Record])
    except (OSError, msgspec.MsgspecError) as error:
        raise TraceError(f"{path}: {error}") from error
    timed = sorted(_fix(index, record) for index, record in enumerate(records))
    if len(timed) < 2:
        raise TraceError(f"{path}: expected at least 2 points, got {len(timed)}")
    return [Fix((at - timed[0][0]).total_seconds(), point) for at, point in timed]


def shipped(name: str) -> list[Fix]:
    """A trace that comes with the project, by its name."""
    return read(FOLDER / f"{name}.json")


def _fix(index: int, record: _Record) -> tuple[datetime, Point]:
    match = _POINT.fullmatch(record.point.strip())
    try:
        lon, lat = (float(number) for number in match.groups()) if match else (None, None)
        if lat is None or not (-90 <= lat <= 90 and -180 <= lon <= 180):
            raise ValueError(f"expected POINT(lon lat) in degrees, got {record.point!r}")
        at = datetime.strptime(record.time, "%Y-%m-%d %H:%M:%S%z")
    except ValueError as error:
        raise TraceError(f"element {index}: {error}") from error
    return at, Point(lat, lon)


def thawed(fixes: list[Fix]) -> list[Fix]:
    """Without the fixes a receiver only repeats while it sees no sky: those that end in an impossible jump.

    Fixes of the same second count once. What is left reads the same in both directions.
    """
    kept: list[Fix] = []
    for fix in fixes:
        if kept and _jumps(kept[-1], fix):
            kept = _before_freezing(kept)
        if not kept or fix.seconds > kept[-1].seconds:
            kept.append(fix)
    return kept


def _before_freezing(fixes: list[Fix]) -> list[Fix]:
    """Up to the first of the fixes that repeat the last place."""
    end = len(fixes)
    while end > 1 and distance(fixes[end - 2].point, fixes[-1].point) < SAME_M:
        end -= 1
    return fixes[:end]


def _jumps(a: Fix, b: Fix) -> bool:
    return distance(a.point, b.point) > FASTEST * max(b.seconds - a.seconds, 1e-3)


def samples(fixes: list[Fix]) -> list[Sample]:
    """Each fix with speed and heading as travelled since the one before; the first has those of the second.

    Standing still keeps the heading; a fix that shares its second with the one before keeps the speed too.
    """
    made: list[Sample] = []
    heading = _first_heading(fixes)
    speed = _speed(*fixes[:2]) if len(fixes) > 1 else 0.0
    for before, fix in pairwise([fixes[0], *fixes]):
        if fix.seconds > before.seconds:
            speed = _speed(before, fix)
        if distance(before.point, fix.point) >= SAME_M:
            heading = bearing(before.point, fix.point)
        made.append(Sample(fix.seconds, Place(fix.point, heading, speed)))
    return made


def _speed(a: Fix, b: Fix) -> float:
    return distance(a.point, b.point) / (b.seconds - a.seconds) if b.seconds > a.seconds else 0.0


def _first_heading(fixes: list[Fix]) -> float:
    moves = (bearing(a.point, b.point) for a, b in pairwise(fixes) if distance(a.point, b.point) >= SAME_M)
    return next(moves, 0.0)


def backwards(fixes: list[Fix]) -> list[Fix]:
    """The same drive from its end to its start."""
    last = fixes[-1].seconds
    return [Fix(last - fix.seconds, fix.point) for fix in reversed(fixes)]


def line(fixes: list[Fix]) -> Route:
    """The street a drive took, without its times."""
    return Route(fix.point for fix in fixes)
