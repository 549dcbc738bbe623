"""What is stored of a person: how much, and all of it, read in pages so that nobody holds much of it in memory."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

from psycopg2.extensions import cursor

from rentguy.decoding import encode

PAGE = 500
LEAST = {"at": datetime(1, 1, 1, tzinfo=UTC), "id": UUID(int=0), "number": 0, "project": ""}

WHOSE = """
SELECT s.id, s.slug, array(SELECT o.id FROM sources o WHERE o.owner_id = s.id) AS phones
  FROM sources s WHERE s.slug = %(slug)s AND s.kind = 'person'
"""
SPAN_OF = "count(*), min(recorded_at) AS first, max(recorded_at) AS last FROM"
COUNTS = f"""
SELECT 'positions' AS kind, {SPAN_OF} positions WHERE source_id = ANY(%(sources)s)
 UNION ALL SELECT 'scans', {SPAN_OF} scans WHERE source_id = ANY(%(sources)s)
 UNION ALL SELECT 'messages', {SPAN_OF} messages WHERE author_id = %(person)s
 UNION ALL SELECT 'shifts', count(*), min(lower(during)), max(upper(during)) FROM shifts WHERE source_id = %(person)s
"""
ACCOUNT = """
SELECT s.slug, s.name, s.created_at, u.admin, u.enabled
  FROM sources s LEFT JOIN users u ON u.source_id = s.id WHERE s.id = %(person)s
"""
MEMBERSHIPS = """
SELECT p.slug AS project, p.name, m.role FROM memberships m JOIN projects p ON p.id = m.project_id
 WHERE m.source_id = %(source)s AND p.slug > %(project)s ORDER BY p.slug LIMIT %(page)s
"""
SHIFTS = """
SELECT h.id AS number, p.slug AS project, lower(h.during) AS since, upper(h.during) AS until
  FROM shifts h JOIN projects p ON p.id = h.project_id
 WHERE h.source_id = %(source)s AND h.id > %(number)s ORDER BY h.id LIMIT %(page)s
"""
DEVICES = """
SELECT s.id AS number, s.slug, s.kind, s.name, s.created_at FROM sources s
 WHERE s.owner_id = %(source)s AND s.id > %(number)s ORDER BY s.id LIMIT %(page)s
"""
POSITIONS = """
SELECT x.recorded_at AS at, s.slug AS source, p.slug AS project, ST_Y(x.geom) AS lat, ST_X(x.geom) AS lon, x.accuracy,
       x.speed, x.heading, x.altitude, x.battery, x.flags, x.device_time, x.received_at
  FROM (SELECT * FROM positions WHERE source_id = %(source)s AND recorded_at > %(at)s
         ORDER BY recorded_at LIMIT %(page)s) x
  JOIN sources s ON s.id = x.source_id LEFT JOIN projects p ON p.id = x.project_id ORDER BY x.recorded_at
"""
SCANS = """
SELECT c.id, c.recorded_at AS at, s.slug AS source, p.slug AS project, c.tag, i.code AS item, c.details, c.result,
       c.device_time, c.received_at
  FROM scans c JOIN sources s ON s.id = c.source_id LEFT JOIN projects p ON p.id = c.project_id
  LEFT JOIN items i ON i.id = c.item_id
 WHERE c.source_id = %(source)s AND c.id > %(id)s ORDER BY c.id LIMIT %(page)s
"""
MESSAGES = """
SELECT m.id, p.slug AS project, m.recorded_at AS at, m.body, m.reply_to, m.pin, m.edited_at, m.edit, m.deleted_at,
       m.received_at
  FROM messages m JOIN projects p ON p.id = m.project_id
 WHERE m.author_id = %(source)s AND (m.id, p.slug) > (%(id)s, %(project)s) ORDER BY m.id, p.slug LIMIT %(page)s
"""
READS = """
SELECT p.slug AS project, r.message, r.at FROM reads r JOIN projects p ON p.id = r.project_id
 WHERE r.source_id = %(source)s AND p.slug > %(project)s ORDER BY p.slug LIMIT %(page)s
"""
EVENTS = """
SELECT e.item_id AS number, e.at, e.id, i.code AS item, p.slug AS project, e.status, e.action, v.slug AS vehicle,
       e.result
  FROM item_events e JOIN items i ON i.id = e.item_id LEFT JOIN projects p ON p.id = e.project_id
  LEFT JOIN sources v ON v.id = e.vehicle_id
 WHERE e.by_id = %(source)s AND (e.item_id, e.at, e.id) > (%(number)s, %(at)s, %(id)s)
 ORDER BY e.item_id, e.at, e.id LIMIT %(page)s
"""
REJECTS = """
SELECT r.id AS number, s.slug AS source, r.topic, r.reason, r.times, r.received_at, r.last_at
  FROM rejects r JOIN sources s ON s.id = r.source_id
 WHERE r.source_id = %(source)s AND r.id > %(number)s ORDER BY r.id LIMIT %(page)s
"""
AUDIT = """
SELECT id AS number, at, "by", door, action, project, detail FROM audit
 WHERE subject = %(slug)s AND split_part(action, '.', 1) = ANY('{user,session,token,member,shift,data}')
   AND id > %(number)s ORDER BY id LIMIT %(page)s
"""
SECTIONS = {
    # its key: what the rows are in order of, from which the next page goes on; whether phones have such rows too
    "memberships": (MEMBERSHIPS, ("project",), False),
    "shifts": (SHIFTS, ("number",), False),
    "devices": (DEVICES, ("number",), False),
    "positions": (POSITIONS, ("at",), True),
    "scans": (SCANS, ("id",), True),
    "messages": (MESSAGES, ("id", "project"), False),
    "reads": (READS, ("project",), False),
    "equipment": (EVENTS, ("number", "at", "id"), True),
    "rejects": (REJECTS, ("number",), True),
    "audit": (AUDIT, ("number",), False),
}

IN_ORDER = "SELECT set_config('enable_bitmapscan', 'off', true)"  # or a page would fetch and sort all of a source

Ask = Callable[[str, dict], list[dict]]


class Whose(NamedTuple):
    """A person by number and slug, and the phones they own."""

    id: int
    slug: str
    phones: list[int]

    @property
    def sources(self) -> list[int]:
        """Theirs and their phones', in the order in which ingest locks them."""
        return sorted([self.id, *self.phones])


class Stored(NamedTuple):
    """How much of one kind, from when to when."""

    kind: str
    count: int
    first: datetime | None
    last: datetime | None

    def with_(self, count: int, first: datetime | None, last: datetime | None) -> "Stored":
        """This and so much more."""
        firsts, lasts = ([at for at in pair if at] for pair in ((self.first, first), (self.last, last)))
        return Stored(self.kind, self.count + count, min(firsts, default=None), max(lasts, default=None))


def ask_in(session: cursor, query: str, values: dict) -> list[dict]:
    """Rows as dicts, within a transaction in which a page costs what it has, however much follows."""
    session.execute(IN_ORDER)
    session.execute(query, values)
    names = [column.name for column in session.description]
    return [dict(zip(names, row, strict=True)) for row in session.fetchall()]


def whose(ask: Ask, slug: str) -> Whose | None:
    """Somebody's number and their phones'; None when nobody is called so."""
    found = ask(WHOSE, {"slug": slug})
    return Whose(**found[0]) if found else None


def counts(ask: Ask, whose: Whose) -> list[Stored]:
    return [Stored(**row) for row in ask(COUNTS, {"sources": whose.sources, "person": whose.id})]


def export(ask: Ask, whose: Whose) -> Iterator[bytes]:
    """All that is stored of a person, one JSON document in pieces; each is asked for when the one before is taken."""
    (account,) = ask(ACCOUNT, {"person": whose.id})
    yield b'{"account":' + encode(account)
    for name, (query, key, phones) in SECTIONS.items():
        yield b',"' + name.encode() + b'":['
        comma = b""
        for source in whose.sources if phones else [whose.id]:
            for rows in _pages(ask, query, key, {"source": source, "slug": whose.slug}):
                yield comma + encode(rows)[1:-1]
                comma = b","
        yield b"]"
    yield b"}\n"


def _pages(ask: Ask, query: str, key: tuple[str, ...], values: dict) -> Iterator[list[dict]]:
    after = {column: LEAST[column] for column in key}
    while rows := ask(query, {**values, **after, "page": PAGE}):
        after = {column: rows[-1][column] for column in key}
        yield rows
        if len(rows) < PAGE:
            return
