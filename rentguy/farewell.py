"""What is said of who has been turned out by a broker that publishes no will of theirs: the platform says it for them.

The embedded broker needs none of this.
"""

from collections.abc import Iterable, Mapping
from time import time

import psycopg2
from psycopg2.extensions import connection

from rentguy.db import connect
from rentguy.items import owe
from rentguy.registry import DOOR_S, Account, Registered

SETTLE_S = 0.5  # what is said before a broker has turned somebody out is no sign of life after it
AGAIN_S = 1.0
LIMITS = {"lock_timeout": "2s", "statement_timeout": "5s"}
GONE = """
WITH told AS (
    SELECT slug, to_timestamp(at) AS at FROM unnest(%(slugs)s::text[], %(moments)s::float[]) told (slug, at)
), locked AS (
    SELECT s.id, told.at FROM told JOIN sources s USING (slug) JOIN presence p ON p.source_id = s.id
     WHERE p.online AND greatest(p.at, p.heard_at) < told.at ORDER BY s.id FOR NO KEY UPDATE OF s
)
UPDATE presence p SET online = false, at = locked.at FROM locked
 WHERE locked.id = p.source_id AND p.online AND greatest(p.at, p.heard_at) < locked.at
"""
TOPICS = """
SELECT DISTINCT 'rentguy/' || p.slug || '/presence/' || s.slug
  FROM sources s JOIN presence said ON said.source_id = s.id AND said.at IS NOT NULL
  JOIN assignments a ON a.source_id = s.id JOIN projects p ON p.id = a.project_id
 WHERE s.slug = ANY(%(slugs)s) AND a.during && tstzrange(now() - make_interval(secs => %(door)s), now(), '[]')
"""


def gone_since(old: Account | None, new: Account | None, device: Registered | None, at: float) -> float | None:
    """From when on it has no connection to hold any more; None when it has, or had none.

    A door that closes ends nothing: what it left, it left before.
    """
    if old is None or not old.identity.enabled:
        return None
    if device is None or new is None or not new.identity.enabled or old.secret_hash != new.secret_hash:
        return at + SETTLE_S
    left = (new.identity.ended | old.identity.roles.keys() - new.identity.roles.keys()) - old.identity.ended
    if not left:
        return None
    ends = (each.until for each in device.assignments if each.project in left and each.until and each.until <= at)
    return max(ends, default=at)


def say_gone(session: connection, moments: Mapping[str, float]) -> None:
    """Each source of `moments` is offline unless it was heard since; all its projects of late are owed its presence."""
    slugs = sorted(moments)
    with session, session.cursor() as cursor:
        cursor.execute(GONE, {"slugs": slugs, "moments": [moments[slug] for slug in slugs]})
        cursor.execute(TOPICS, {"slugs": slugs, "door": DOOR_S})
        owe(cursor, sorted(topic for (topic,) in cursor.fetchall()))


class Farewells:
    """What is still to be said, by source; while the database is away it waits."""

    def __init__(self, database_url: str) -> None:
        self._url, self._owed, self._not_before = database_url, {}, 0.0

    def add(self, moments: Iterable[tuple[str, float | None]]) -> None:
        self._owed |= {slug: moment for slug, moment in moments if moment is not None}

    def say(self) -> None:
        """All whose moment has come. Never raises for a database that is away."""
        now = time()
        due = {slug: moment for slug, moment in self._owed.items() if moment <= now}
        if not due or now < self._not_before:
            return
        self._not_before = now + AGAIN_S
        try:
            session = connect(self._url, "farewell", connect_timeout=2, **LIMITS)
            try:
                say_gone(session, due)
            finally:
                session.close()
        except psycopg2.Error:  # who follows the registry has told so
            return
        self._not_before = 0.0
        self._owed = {slug: moment for slug, moment in self._owed.items() if slug not in due}
