"""How long positions are kept: what is older than its project wants is let go of, by one ingest at a time.

People's are those of persons and of devices with an owner, all others are vehicles'. What belonged to no project stays
until all projects have a limit, then for the longest of them.
"""

import logging
import random
import threading
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import NamedTuple

import psycopg2
from psycopg2.errors import DeadlockDetected, LockNotAvailable, QueryCanceled
from psycopg2.extensions import connection

from rentguy.db import connect
from rentguy.erasure import BEGINNING, NO_PROJECT_ID, let_go
from rentguy.fixes import IMPLAUSIBLE
from rentguy.log import pairs

from . import statements as sql
from .health import LET_GO
from .partitions import drop_empty_months

logger = logging.getLogger(__name__)

EVERY_S = 600.0
AGAIN_S = 30.0  # after a failure
ANEW_S = 24 * 3600.0  # so late goes what came late, for a time that was looked at already
REST = 2.0  # times as long as a span took: fresh messages go first
SOURCES, LATEST = 500, 100  # looked at, and found anew, in one statement
SETTINGS = {"lock_timeout": "2s", "statement_timeout": "4s", "jit": "off"}
IN_THE_WAY = (QueryCanceled, LockNotAvailable, DeadlockDetected)


class Limit(NamedTuple):
    """For how many days these projects (by number) keep positions of people, or of all else."""

    people: bool
    days: int
    projects: tuple[int, ...]

    @property
    def kind(self) -> str:
        return "people" if self.people else "vehicles"


class Retention:
    """Works on the thread that calls `run`; `every` so many seconds, and at the beginning."""

    def __init__(self, url: str, every: float = EVERY_S) -> None:
        self._url, self._every = url, every
        self._seen: dict[tuple[int, Limit], datetime] = {}  # how far each source was looked through
        self._anew_at = 0.0
        self._failure: str | None = None

    def run(self, stop: threading.Event) -> None:
        while not stop.is_set():
            stop.wait((self._every if self.look(stop) else AGAIN_S) * random.uniform(0.9, 1.1))

    def look(self, stop: threading.Event) -> bool:
        """One round, unless another ingest is at it; False when it failed. One line in the log when it begins to."""
        try:
            with closing(connect(self._url, "rentguy retention", **SETTINGS)) as session:
                if self._is_alone(session):
                    self._round(session, stop)
        except Exception as error:
            if self._failure != (reason := str(error).strip()):
                ours = not isinstance(error, psycopg2.Error)
                logger.warning("positions can't be let go of, trying again %s", pairs(reason=reason), exc_info=ours)
            self._failure = reason
            return False
        self._failure = None
        return True

    def _is_alone(self, session: connection) -> bool:
        with session, session.cursor() as cursor:
            cursor.execute(sql.RETENTION_LOCK)  # until the connection ends
            return cursor.fetchone()[0]

    def _round(self, session: connection, stop: threading.Event) -> None:
        if monotonic() > self._anew_at:
            self._seen.clear()
            self._anew_at = monotonic() + ANEW_S
        with session, session.cursor() as cursor:
            cursor.execute(sql.KEPT)
            found = limits(cursor.fetchall())
        for limit in found:
            self._keep(session, limit, stop)
        if found:
            shortest = min(limit.days for limit in found)
            drop_empty_months(session, datetime.now(UTC) - timedelta(days=shortest), stop)

    def _keep(self, session: connection, limit: Limit, stop: threading.Event) -> None:
        before, gone = datetime.now(UTC) - timedelta(days=limit.days), 0
        for source in self._sources(session, limit, before):
            if stop.is_set():
                return
            try:
                gone += self._look_through(session, source, limit, before, stop)
            except IN_THE_WAY as error:  # others first, and this one in the next round
                logger.warning("a source has to wait %s", pairs(source_id=source, reason=str(error).strip()))
        if gone:
            logger.info("positions older than they are kept have gone %s", pairs(kind=limit.kind, positions=gone))
        _correct_latest(session, limit, before, stop)

    def _sources(self, session: connection, limit: Limit, before: datetime) -> Iterator[int]:
        """Those with anything between where they were looked through and `before`."""
        with session, session.cursor() as cursor:
            cursor.execute(sql.SOURCES_OF, (limit.people,))
            ids = [id for (id,) in cursor.fetchall()]
        for some in _parts(ids, SOURCES):
            afters = [self._seen.get((id, limit), BEGINNING) for id in some]
            with session, session.cursor() as cursor:
                cursor.execute(sql.SOURCES_WITH_OLDER, {"ids": some, "afters": afters, "before": before})
                found = [id for (id,) in cursor.fetchall()]
            yield from found

    def _look_through(
        self, session: connection, source: int, limit: Limit, before: datetime, stop: threading.Event
    ) -> int:
        """Span by span, with a rest after each; how many positions have gone."""
        after: datetime | None = self._seen.get((source, limit), BEGINNING)
        gone = 0
        while after is not None and not stop.is_set():
            began = monotonic()
            with session, session.cursor() as cursor:
                span = let_go(cursor, source, after, before, limit.projects)
            gone += span.count
            LET_GO.labels(limit.kind).inc(span.count)
            self._seen[source, limit] = span.until or before
            after = span.until
            stop.wait(REST * (monotonic() - began))
        return gone


def limits(projects: Iterable[tuple[int, int | None, int | None]]) -> list[Limit]:
    """What is to go, of projects given as (number, days for people, days for vehicles), each once a kind."""
    rows, found = list(projects), []
    for people, column in ((True, 1), (False, 2)):
        days = {row[0]: row[column] for row in rows if row[column] is not None}
        if days and len(days) == len(rows):
            days[NO_PROJECT_ID] = max(days.values())
        for each in sorted({*days.values()}):
            found.append(Limit(people, each, tuple(sorted(id for id in days if days[id] == each))))
    return found


def _correct_latest(session: connection, limit: Limit, before: datetime, stop: threading.Event) -> None:
    """Where the latest position is too old, the newest that is left becomes it, if there is one."""
    with session, session.cursor() as cursor:
        values = {"people": limit.people, "before": before, "projects": list(limit.projects)}
        cursor.execute(sql.LATEST_OLDER, values)
        found = [id for (id,) in cursor.fetchall()]
    for some in _parts(found, LATEST):
        if stop.is_set():
            return
        with session, session.cursor() as cursor:
            cursor.execute(sql.LOCK_FREE, (some,))
            some = [id for (id,) in cursor.fetchall()]
            cursor.execute(sql.FORGET_LATEST, (some,))
            cursor.execute(sql.FIND_LATEST, (some, int(IMPLAUSIBLE)))


def _parts(ids: list[int], most: int) -> Iterator[list[int]]:
    return (ids[first : first + most] for first in range(0, len(ids), most))
