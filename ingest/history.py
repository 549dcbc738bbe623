"""What comes late: the flags of a source are the fold of all its fixes in order of time, whenever they arrived."""

import logging
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from psycopg2.extensions import cursor

from rentguy.fixes import REACH, Seen
from rentguy.log import pairs

from . import statements as sql
from .fix import UNFIT, Fix, follows, judged

logger = logging.getLogger(__name__)

CHUNK = 500  # rows of one source's history in hand at most
IN_HAND = 20_000  # and of all together
MOST_CHANGED = 20_000  # rows of one source that a batch may judge anew
FEW = 3  # what is read beyond the late fixes at first, since the folds mostly meet at once
STEP = timedelta(microseconds=1)


def refold(session: cursor, tracks: Iterable[list[Fix]]) -> tuple[list[Fix], set[int]]:
    """The rows to write when late fixes come, and the sources of which one of them is there already.

    Each track has one fix a time of one source, in order. Written is what is new, what is better than the stored fix of
    its time, and what is stored with other flags than it has now. All sources are read together: a query each for
    hundreds that come back at once would cost a hundred times as much.
    """
    folds, met = [Fold(track) for track in tracks], []
    while folds:
        some = list(_few_enough(folds))
        _find_beginnings(session, [fold for fold in some if fold.together])
        stored = _histories(session, some)
        for fold in some:
            fold.go_on(stored[fold.source_id])
        met += [fold for fold in some if fold.met]
        folds = [fold for fold in folds if not fold.met]
    return [row for fold in met for row in fold.rows], {fold.source_id for fold in met if fold.changed}


class Fold:
    """One source's fold as it was stored beside the new one: where they meet, the rest stays as it is."""

    def __init__(self, track: list[Fix]) -> None:
        self.source_id, self.rows, self.changed = track[0].source_id, [], False
        self.since, self.size = track[0].at, min(len(track) + FEW, CHUNK)  # what of the history is to be read next
        self._waiting = deque(track)
        self._before: Seen | None = None
        self._after: Seen | None = None
        self._ended = False

    @property
    def together(self) -> bool:
        return self._before == self._after

    @property
    def met(self) -> bool:
        return self._ended or (not self._waiting and self.together)

    def begin(self, last: Seen | None) -> None:
        self._before = self._after = last

    def go_on(self, stored: list[Fix]) -> None:
        """Fold over what was read of the history, and the late ones of that time."""
        until = stored[-1].at if len(stored) == self.size else None
        for was, comes in _side_by_side(stored, self._up_to(until)):
            self._before = follows(was, self._before) if was else self._before
            fix, self._after = judged(_better(was, comes), self._after)
            if fix != was:
                self.rows.append(fix)
                self.changed |= was is not None
        if until is None or self._too_many():
            self._ended = True
            return
        self._before, self._after = _within_reach(self._before, until), _within_reach(self._after, until)
        self.since, self.size = until + STEP, min(2 * self.size, CHUNK)
        if self.together and self._waiting:
            self.since = self._waiting[0].at  # what lies between here and there is as it was

    def _too_many(self) -> bool:
        """Whether to stop here: two trackers under one name can make folds that never meet."""
        too_many = len(self.rows) > MOST_CHANGED and not self._waiting
        if too_many:
            logger.warning("late fixes change too many, the rest keeps its flags %s", pairs(source_id=self.source_id))
        return too_many

    def _up_to(self, until: datetime | None) -> list[Fix]:
        found = []
        while self._waiting and (until is None or self._waiting[0].at <= until):
            found.append(self._waiting.popleft())
        return found


def _few_enough(folds: list[Fold]) -> Iterator[Fold]:
    """The first of them, at least one, whose next rows fit in hand."""
    rows = 0
    for fold in folds:
        rows += fold.size
        if rows > max(IN_HAND, fold.size):
            return
        yield fold


def _find_beginnings(session: cursor, folds: list[Fold]) -> None:
    """Where each source was last plausibly seen before what is folded next."""
    asked = [(fold.source_id, fold.since - REACH, fold.since) for fold in folds]
    found = {}
    if asked:
        session.execute(sql.LAST_PLAUSIBLE, (*map(list, zip(*asked, strict=True)), UNFIT))
        found = {source_id: Seen(*seen) for source_id, *seen in session.fetchall()}
    for fold in folds:
        fold.begin(found.get(fold.source_id))


def _histories(session: cursor, folds: list[Fold]) -> dict[int, list[Fix]]:
    asked = [(fold.source_id, fold.since, fold.size) for fold in folds]
    session.execute(sql.HISTORIES, tuple(map(list, zip(*asked, strict=True))))
    stored = defaultdict(list)
    for row in session.fetchall():
        fix = Fix._make(row)
        stored[fix.source_id].append(fix)
    return stored


def _within_reach(last: Seen | None, at: datetime) -> Seen | None:
    """None for a fix so old that nothing can be a jump from it."""
    return last if last and last.at > at - REACH else None


def _side_by_side(stored: list[Fix], fresh: list[Fix]) -> Iterator[tuple[Fix | None, Fix | None]]:
    """What is stored and what comes, time by time."""
    old, new = ({fix.at: fix for fix in fixes} for fixes in (stored, fresh))
    for at in sorted(old.keys() | new.keys()):
        yield old.get(at), new.get(at)


def _better(was: Fix | None, comes: Fix | None) -> Fix:
    return min((fix for fix in (was, comes) if fix), key=lambda fix: fix.demerit)
