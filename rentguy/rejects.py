"""What can't be used is kept with its reason: a message that fails again for the same reason is the same row.

Written by the broker (what it refuses) and by ingest (what can't be decoded, stored or published); listed and retried
from the command line.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from hashlib import sha256
from typing import NamedTuple

from psycopg2.extensions import cursor
from psycopg2.extras import execute_values

LONGEST_TOPIC = 1000
LONGEST_REASON = 2000  # bytes: an index row has room for 2,704
UNPUBLISHED = "it can't be published: "  # how the reason begins when a state owed to MQTT can't go there

# the bytes are kept once a message; a row that waits for its retry is about to go and doesn't count
ADD = """
INSERT INTO rejects AS r (source_id, topic, payload, reason, received_at, digest, times, last_at)
SELECT (SELECT id FROM sources WHERE slug = v.source), v.topic,
       CASE WHEN v.payload IS NOT NULL AND NOT EXISTS (
                SELECT FROM rejects k WHERE k.digest = v.digest AND k.payload IS NOT NULL AND k.asked_at IS NULL)
            THEN v.payload END,
       v.reason, v.received_at, v.digest, v.times, v.last_at
  FROM (VALUES %s) AS v (digest, reason, source, topic, payload, received_at, times, last_at)
ON CONFLICT (digest, reason) DO UPDATE SET
    times = r.times + EXCLUDED.times, last_at = greatest(r.last_at, EXCLUDED.last_at), asked_at = NULL,
    payload = coalesce(r.payload, EXCLUDED.payload)
"""
ROW = "(%s::bytea, %s, %s::text, %s, %s::bytea, %s::timestamptz, %s::bigint, %s::timestamptz)"


class Reject(NamedTuple):
    """One failure of a message from `source` (a slug), first received at `at`; `digest` says which message it is."""

    source: str | None
    topic: str
    payload: bytes | None
    reason: str
    at: datetime
    digest: bytes


def digest(topic: str, payload: bytes) -> bytes:
    """The identity of a message."""
    return sha256(_topic(topic).encode() + b"\0" + payload).digest()


def without_payload(source: str | None, topic: str, reason: str, at: datetime) -> Reject:
    """A reject that keeps no bytes: all of a topic, reason and day (UTC) are one.

    A digest of the bytes would let a position be guessed and compared.
    """
    topic, reason = _topic(topic), _clean(reason)
    day = f"{at.astimezone(UTC):%Y-%m-%d}"
    return Reject(source, topic, None, reason, at, sha256("\0".join((topic, reason, day)).encode()).digest())


def add(session: cursor, rejects: Iterable[Reject]) -> None:
    """Store rejects, each failure of a message once with how often it came; the bytes with the message's first."""
    rows: dict[tuple[bytes, str], list] = {}
    kept: set[bytes] = set()
    for source, topic, payload, reason, at, digest in rejects:
        key = digest, _short(_clean(reason))
        if key in rows:  # a statement may touch a row once
            *same, times, last = rows[key]
            rows[key] = [*same, times + 1, max(last, at)]
        else:
            bytes_ = None if digest in kept else payload
            rows[key] = [source, _topic(topic), bytes_, at, 1, at]
            kept.add(digest)
    # in one order, since two workers may bring the same ones
    execute_values(session, ADD, [(*key, *rows[key]) for key in sorted(rows)], template=ROW)


def _clean(text: str) -> str:
    """The text as PostgreSQL takes it: without NUL and without half characters."""
    return text.encode(errors="backslashreplace").decode().replace("\0", "\\0")


def _topic(text: str) -> str:
    return _clean(text)[:LONGEST_TOPIC]


def _short(text: str) -> str:
    return text.encode()[:LONGEST_REASON].decode(errors="ignore")
