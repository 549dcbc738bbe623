"""Who sent it, and which project and shift its own time belongs to."""

from collections import defaultdict
from datetime import datetime

from psycopg2.extensions import cursor

from . import statements as sql
from .entry import Entry, Source

Spans = dict[int, list[tuple[int, datetime | None, datetime | None]]]


def identify(session: cursor, entries: list[Entry]) -> None:
    """Give every entry its source and its topic's project; the unknown are rejected by name.

    The sources stay locked to the end, in one order: what becomes of a message depends on what is stored of its source,
    so no two workers deal with one source at once.
    """
    named = [entry for entry in entries if entry.topic]
    session.execute(sql.SOURCES, ([*{entry.topic.source for entry in named}],))
    sources = {slug: Source(*row) for slug, *row in session.fetchall()}
    session.execute(sql.PROJECTS, ([*{entry.topic.project for entry in named}],))
    projects = dict(session.fetchall())
    for entry in named:
        entry.source = sources.get(entry.topic.source)
        entry.project_id = projects.get(entry.topic.project)
        if entry.rejected:
            continue
        if entry.source is None:
            entry.reject(f"source: nobody is called {entry.topic.source!r}")
        elif entry.project_id is None:
            entry.reject(f"project: there is no {entry.topic.project!r}")


def place(session: cursor, entries: list[Entry]) -> None:
    """Give positions and scans the project of their own time; a person's position needs a shift there and then."""
    placed = [entry for entry in entries if not entry.rejected and entry.topic.kind in ("position", "scan")]
    if not placed:
        return
    assignments = _spans(session, sql.ASSIGNMENTS, {e.source.id for e in placed if not e.source.is_person})
    shifts = _spans(session, sql.SHIFTS, {e.source.whose_shift for e in placed if e.source.whose_shift})
    for entry in placed:
        if not entry.source.is_person:
            entry.project_id = next(iter(_during(assignments, entry.source.id, entry.recorded_at)), None)
        if entry.topic.kind == "scan" and entry.project_id is None:
            entry.reject(f"project: {entry.source.slug!r} belonged to none at {entry.recorded_at.isoformat()}")
        elif _needs_shift(entry) and entry.project_id not in _during(
            shifts, entry.source.whose_shift, entry.recorded_at
        ):
            entry.reject("a person's position outside their shift is not kept", private=True)


def _needs_shift(entry: Entry) -> bool:
    return entry.topic.kind == "position" and entry.source.whose_shift is not None


def _spans(session: cursor, query: str, sources: set[int]) -> Spans:
    spans = defaultdict(list)
    if sources:
        session.execute(query, ([*sources],))
        for source_id, *span in session.fetchall():
            spans[source_id].append(tuple(span))
    return spans


def _during(spans: Spans, source_id: int, at: datetime) -> list[int]:
    return [project_id for project_id, since, until in spans[source_id] if during(since, until, at)]


def during(since: datetime | None, until: datetime | None, at: datetime) -> bool:
    """Whether `at` lies in a span, whose ends may be open."""
    return (since is None or since <= at) and (until is None or at < until)
