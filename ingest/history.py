"""What comes late: the flags of a source are the fold of all its fixes in order of time, whenever they arrived."""

from collections import deque
from collections.abc import Iterator
from datetime import datetime, timedelta

from psycopg2.extensions import cursor

from rentguy.fixes import REACH, Seen

from . import statements as sql
from .fix import UNFIT, Fix, follows, judged

CHUNK = 500  # rows of the history in hand at most
FEW = 10  # what is read beyond the late fixes at first, since the folds mostly meet at once
STEP = timedelta(microseconds=1)


def refold(session: cursor, track: list[Fix]) -> tuple[list[Fix], set[int]]:
    """The rows to write when late fixes of one source come, and that source if one of them is there already.

    `track` has one fix a time, in order. Written is what is new, what is better than the stored fix of its time, and
    what is stored with other flags than it has now. The fold as it was goes beside the new one: where they meet, the
    rest stays as it is.
    """
    rows, changed = [], set()
    waiting = deque(track)
    before = after = None
    size = len(track) + FEW
    while waiting or before != after:
        if before == after:  # what lies between here and there is as it was
            since = waiting[0].at
            before = after = _last_seen(session, track[0].source_id, since)
        size = min(size, CHUNK)
        session.execute(sql.HISTORY, (track[0].source_id, since, size))
        stored = [*map(Fix._make, session.fetchall())]
        until = stored[-1].at if len(stored) == size else None
        for was, comes in _side_by_side(stored, [*_up_to(until, waiting)]):
            before = follows(was, before) if was else before
            fix, after = judged(_better(was, comes), after)
            if fix != was:
                rows.append(fix)
                changed |= {fix.source_id} if was else set()
        if until is None:
            break
        before, after = _within_reach(before, until), _within_reach(after, until)
        since, size = until + STEP, 2 * size
    return rows, changed


def _last_seen(session: cursor, source_id: int, at: datetime) -> Seen | None:
    session.execute(sql.LAST_PLAUSIBLE, (source_id, at - REACH, at, UNFIT))
    row = session.fetchone()
    return row and Seen(*row)


def _within_reach(last: Seen | None, at: datetime) -> Seen | None:
    """None for a fix so old that nothing can be a jump from it."""
    return last if last and last.at > at - REACH else None


def _up_to(until: datetime | None, waiting: deque[Fix]) -> Iterator[Fix]:
    while waiting and (until is None or waiting[0].at <= until):
        yield waiting.popleft()


def _side_by_side(stored: list[Fix], fresh: list[Fix]) -> Iterator[tuple[Fix | None, Fix | None]]:
    """What is stored and what comes, time by time."""
    old, new = ({fix.at: fix for fix in fixes} for fixes in (stored, fresh))
    for at in sorted(old.keys() | new.keys()):
        yield old.get(at), new.get(at)


def _better(was: Fix | None, comes: Fix | None) -> Fix:
    return min((fix for fix in (was, comes) if fix), key=lambda fix: fix.demerit)
