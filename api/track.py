"""Where one source went, in few points: the fixes from which the others are no further than a tolerance.

A gap, in which nothing was heard, parts a track into stretches. PostGIS simplifies each by itself (Douglas-Peucker, in
Web Mercator, where the tolerance is stretched as the map is), so that both edges of a gap stay. The M of a point is its
place among the fixes, by which its time is found again. Where the edges alone would be too many, only those of the
longest gaps are sure to stay.
"""

from datetime import timedelta

from . import statements as sql
from .auth import database
from .paging import number
from .problems import Problem

FINEST_M, COARSEST_M = 1, 10_000
LONGEST = timedelta(days=31, hours=1)  # October, in which clocks are put back
GAP = timedelta(seconds=120)
MOST = 5000


def simplified(values: dict) -> list[dict]:
    """Points of the source and the times in `values`, oldest first; the tolerance doubles until there are few enough.

    `speed` is the mean along all fixes since the point before: 0 at the first, None after a `gap`. Raises Problem 422.
    """
    tolerance = number("simplify", FINEST_M, COARSEST_M)
    if "source" not in values:
        raise Problem(422, "source: expected whose track is to be simplified, got nobody")
    if (asked := values["until"] - values["since"]) > LONGEST:
        raise Problem(422, f"from, to: expected at most {LONGEST.days} days, got {asked / timedelta(days=1):.1f}")
    return database().rows(sql.TRACK, {**values, "tolerance": tolerance, "gap": GAP, "most": MOST})
