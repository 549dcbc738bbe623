"""What becomes of a scan: it is in the wrong project if its item was on another then, whenever that is learnt."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID, uuid5

from psycopg2.extensions import cursor
from psycopg2.extras import execute_values

from rentguy.items import Event

from . import statements as sql

CHUNK = 1000  # stored scans in hand at once
FIRST = 0, UUID(int=0)  # before every (source, id)
MOVES = ("out", "in")


def event_id(scan_id: UUID, source: str) -> UUID:
    """A scan's place among what happens at the same time; two scanners may make the same id."""
    return uuid5(scan_id, source)


def verdicts(session: cursor, scans: list[tuple[int, datetime, UUID, int]]) -> list[str]:
    """ "stored" or "wrong_project" for scans as (item, time, event's id, project), by the events of their items."""
    if not scans:
        return []
    session.execute(sql.VERDICTS, [[*column] for column in zip(*scans, strict=True)])
    return [verdict for (verdict,) in session.fetchall()]


def judge_again(session: cursor, events: Iterable[Event]) -> None:
    """Bring the results of stored scans up to date from the first of these events on that moved their item."""
    since: dict[int, datetime] = {}
    for event in events:
        if event.action in MOVES:
            since[event.item_id] = min(event.at, since.get(event.item_id, event.at))
    for item_id, at in sorted(since.items()):
        _judge_item_again(session, item_id, at)


def _judge_item_again(session: cursor, item_id: int, at: datetime) -> None:
    after = at, *FIRST
    while after:
        session.execute(sql.SCANS_AFTER, (item_id, *after, CHUNK))
        rows = session.fetchall()
        asked = [(item_id, at, event_id(id, slug), project_id) for at, _, id, slug, project_id, _ in rows]
        changed = [
            (source_id, id, verdict)
            for (_, source_id, id, _, _, result), verdict in zip(rows, verdicts(session, asked), strict=True)
            if result != verdict
        ]
        if changed:
            execute_values(session, sql.SET_RESULTS, changed)
        after = rows[-1][:3] if len(rows) == CHUNK else None
