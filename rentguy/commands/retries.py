"""Asking ingest to deal with rejects again, a message at a time, and hearing what became of each."""

from dataclasses import dataclass, field
from time import monotonic, sleep

from sqlalchemy import text
from sqlalchemy.orm import Session

from rentguy.errors import RentGuyError, TopicError
from rentguy.items import owe
from rentguy.rejects import UNPUBLISHED
from rentguy.topics import parse

LOOK_S = 0.2
KEPT = "EXISTS (SELECT FROM rejects k WHERE k.digest = r.digest AND k.payload IS NOT NULL)"
CHOSEN = """
SELECT id, digest FROM rejects WHERE :all OR id = ANY(:ids) OR position(CAST(:reason AS text) IN reason) > 0
"""
# all rows of a message together, locked in the order in which ingest writes them
ASK = f"""
WITH locked AS (
    SELECT r.id FROM rejects r
     WHERE digest IN (SELECT digest FROM ({CHOSEN}) c) AND NOT starts_with(reason, :unpublished) AND {KEPT}
     ORDER BY digest, reason COLLATE "C" FOR UPDATE)
UPDATE rejects r SET asked_at = now() FROM locked WHERE r.id = locked.id RETURNING r.id, r.topic, r.digest
"""
OWE = f"""
DELETE FROM rejects WHERE id IN (SELECT id FROM ({CHOSEN}) c) AND starts_with(reason, :unpublished)
RETURNING id, topic, digest
"""
WITHOUT_BYTES = f"""
SELECT id, topic, digest FROM rejects r
 WHERE id IN (SELECT id FROM ({CHOSEN}) c) AND NOT starts_with(reason, :unpublished) AND NOT {KEPT}
"""
KNOWN = "SELECT id FROM rejects WHERE id = ANY(:ids)"
WAITING = "SELECT EXISTS (SELECT FROM rejects WHERE id = ANY(:ids) AND asked_at IS NOT NULL)"
LEFT = "SELECT digest, reason, asked_at FROM rejects WHERE digest = ANY(:digests) ORDER BY id"
PEOPLE = "SELECT slug FROM sources WHERE kind = 'person' OR owner_id IS NOT NULL"

WORDS = {
    "stored": "stored",
    "settled": "stored, or dropped as outside a shift",
    "rejected": "still rejected",
    "waiting": "not dealt with yet: ingest does it as soon as it runs",
    "owed": "owed to MQTT again",
    "unkept": "can't be retried: its bytes were not kept",
}


@dataclass
class Retry:
    """A message that is to be dealt with again: its rejects, and what became of it (a key of WORDS)."""

    ids: list[int]
    topic: str
    digest: bytes
    outcome: str
    reasons: list[str] = field(default_factory=list)

    def facts(self) -> dict[str, object]:
        return {"ids": self.ids, "topic": self.topic, "outcome": self.outcome, "reasons": self.reasons}

    def sentence(self) -> str:
        words = ": ".join([WORDS[self.outcome], *filter(None, ["; ".join(self.reasons)])])
        return f"{', '.join(map(str, self.ids))} {self.topic}: {words}"


def ask(session: Session, ids: list[int], every: bool, reason: str | None) -> list[Retry]:
    """Ask for the messages of these rejects. Raises RentGuyError for an id that isn't there.

    What could not be published is owed to MQTT again at once.
    """
    chosen = {"ids": ids, "all": every, "reason": reason, "unpublished": UNPUBLISHED}
    if missing := sorted({*ids} - {*session.scalars(text(KNOWN), chosen)}):
        raise RentGuyError(f"there is no reject {', '.join(map(str, missing))}")
    unkept = _retries(session, WITHOUT_BYTES, chosen, "unkept")
    owed = _retries(session, OWE, chosen, "owed")
    asked = _retries(session, ASK, chosen, "waiting")
    owe(session.connection().connection.cursor(), [retry.topic for retry in owed])
    return unkept + owed + asked


def hear(session: Session, retries: list[Retry], timeout: float) -> None:
    """Wait until ingest has dealt with what was asked, and set what became of it."""
    waiting = [retry for retry in retries if retry.outcome == "waiting"]
    ids, until = [id for retry in waiting for id in retry.ids], monotonic() + timeout
    while session.scalar(text(WAITING), {"ids": ids}) and monotonic() < until:
        sleep(LOOK_S)
    left: dict[bytes, list] = {}
    for digest, reason, asked_at in session.execute(text(LEFT), {"digests": [retry.digest for retry in waiting]}):
        left.setdefault(bytes(digest), []).append((reason, asked_at))
    people = {*session.scalars(text(PEOPLE))}
    for retry in waiting:
        rows = left.get(retry.digest, [])
        if any(asked_at for _, asked_at in rows):
            continue
        retry.reasons = [reason for reason, _ in rows]
        retry.outcome = "rejected" if rows else "settled" if _personal(retry.topic, people) else "stored"


def _retries(session: Session, query: str, chosen: dict[str, object], outcome: str) -> list[Retry]:
    found: dict[bytes, Retry] = {}
    for id, topic, digest in session.execute(text(query), chosen):
        found.setdefault(bytes(digest), Retry([], topic, bytes(digest), outcome)).ids.append(id)
    return list(found.values())


def _personal(topic: str, people: set[str]) -> bool:
    """Whether it is a position that is dropped outside a shift, and leaves no trace that could be found."""
    try:
        _, kind, source = parse(topic)
    except TopicError:
        return False
    return kind == "position" and source in people
