"""Positions let go of, a span of one source at a time: those a project keeps no longer, and those of somebody who asks.

A span is small enough to hold nobody up: ingest, which locks a source while it stores of it, waits no longer than for
one. What goes with the positions are times that were given to wrong clocks (`adjusted_times`).
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from time import monotonic
from typing import NamedTuple

from psycopg2.extensions import Notify, cursor

from rentguy import audit
from rentguy.errors import RentGuyError
from rentguy.registry import CHANNEL
from rentguy.stored import IN_ORDER, Stored, Whose

MOST = 5000  # rows of a span
BEGINNING = datetime(1, 1, 1, tzinfo=UTC)
ERASED = "erased "  # and a source's slug: what the registry's channel says besides; `erased` reads it
NO_PROJECT_ID = 0  # stands for none among the numbers of projects

LOCK = "SELECT FROM sources WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE"
SPAN = "source_id = %(source)s AND recorded_at > %(after)s AND recorded_at"
END = f"WHERE {SPAN} < %(before)s ORDER BY recorded_at OFFSET {MOST - 1} LIMIT 1"
UNTIL = f"SELECT least((SELECT recorded_at FROM positions {END}), (SELECT recorded_at FROM adjusted_times {END}))"
LET_GO = f"""
WITH gone AS (
    DELETE FROM positions WHERE {SPAN} <= %(until)s
       AND (%(projects)s::bigint[] IS NULL OR coalesce(project_id, {NO_PROJECT_ID}) = ANY(%(projects)s::bigint[]))
    RETURNING recorded_at
)
SELECT count(*), min(recorded_at), max(recorded_at) FROM gone
"""
FORGET_TIMES = f"""
DELETE FROM adjusted_times a WHERE {SPAN} <= %(until)s AND NOT EXISTS (
    SELECT FROM positions WHERE {SPAN} <= %(until)s AND recorded_at = a.recorded_at)
"""
FORGET_LATEST = "DELETE FROM latest_positions WHERE source_id = ANY(%s)"
FORGET_REJECTS = """
DELETE FROM rejects WHERE source_id = ANY(%(sources)s)
   AND (source_id <> %(person)s OR split_part(topic, '/', 3) = 'position')
"""
FORGET_PRESENCE = "DELETE FROM presence WHERE source_id = ANY(%s)"
OWE_PRESENCE = """
INSERT INTO outbox (topic)
SELECT 'rentguy/' || p.slug || '/presence/' || s.slug FROM sources s CROSS JOIN projects p WHERE s.id = ANY(%s)
"""
FORGET_SHIFTS = """
WITH gone AS (DELETE FROM shifts WHERE source_id = %s AND upper(during) <= now() RETURNING during)
SELECT count(*), min(lower(during)), max(upper(during)) FROM gone
"""
TELL = "SELECT pg_notify(%s, %s || slug) FROM sources WHERE id = ANY(%s)"

Transaction = Callable[[], AbstractContextManager[cursor]]


class Unfinished(RentGuyError):
    """there is more than can be erased at once; what was erased is gone: ask again for the rest"""


class Span(NamedTuple):
    """What went of a source's span that ends at `until`; None when no other follows before the time asked for."""

    until: datetime | None
    count: int
    first: datetime | None
    last: datetime | None


class By(NamedTuple):
    """Who asks for an erasure, through which door, as the audit has it."""

    slug: str
    door: str


def erased(told: Iterable[Notify]) -> set[str]:
    """The sources that were erased, of what was heard on the registry's channel."""
    return {each.payload.removeprefix(ERASED) for each in told if each.payload.startswith(ERASED)}


def let_go(
    session: cursor, source: int, after: datetime, before: datetime, projects: Sequence[int] | None = None
) -> Span:
    """Let go of what a source has between two times in these projects (None: in all), or of the oldest 5,000 of it."""
    values = {"source": source, "after": after, "before": before}
    values["projects"] = None if projects is None else list(projects)
    session.execute(IN_ORDER)
    session.execute(LOCK, ([source],))
    session.execute(UNTIL, values)
    (until,) = session.fetchone()
    session.execute(LET_GO, values | {"until": until or before})
    gone = session.fetchone()
    session.execute(FORGET_TIMES, values | {"until": until or before})
    return Span(until, *gone)


def erase(transaction: Transaction, whose: Whose, by: By, seconds: float) -> list[Stored]:
    """Erase where a person was: positions of theirs and of phones they own, their presence, and shifts that are over.

    Each span is a transaction of its own, the first with a line of the audit, so that it may be done in several goes:
    what this one has erased. Raises Unfinished when that takes longer than so many seconds.
    """
    until, positions, begun = monotonic() + seconds, Stored("positions", 0, None, None), False
    for source in whose.sources:
        after: datetime | None = BEGINNING
        while after is not None:
            if monotonic() > until:
                raise Unfinished
            with transaction() as session:
                if not begun:
                    audit.note(session, by.slug, by.door, "data.erase", whose.slug)
                    session.execute(LOCK, (whose.sources,))
                    session.execute(FORGET_LATEST, (whose.sources,))
                span = let_go(session, source, after, datetime.max.replace(tzinfo=UTC))
            positions, after, begun = positions.with_(span.count, span.first, span.last), span.until, True
    with transaction() as session:
        return _finish(session, whose, by, positions)


def _finish(session: cursor, whose: Whose, by: By, positions: Stored) -> list[Stored]:
    """The last transaction: what has come meanwhile, and what is little."""
    session.execute(LOCK, (whose.sources,))
    for source in whose.sources:
        span = let_go(session, source, BEGINNING, datetime.max.replace(tzinfo=UTC))
        if span.until:  # a whole backlog
            raise Unfinished
        positions = positions.with_(span.count, span.first, span.last)
    for query in (FORGET_LATEST, OWE_PRESENCE, FORGET_PRESENCE):
        session.execute(query, (whose.sources,))
    session.execute(FORGET_REJECTS, {"sources": whose.sources, "person": whose.id})
    session.execute(FORGET_SHIFTS, (whose.id,))
    shifts = Stored("shifts", *session.fetchone())
    counts = {each.kind: each.count for each in (positions, shifts)}
    audit.note(session, by.slug, by.door, "data.erased", whose.slug, **counts)
    session.execute(TELL, (CHANNEL, ERASED, whose.sources))
    return [positions, shifts]
