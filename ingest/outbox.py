"""What is committed is heard: publishes the current state of every topic the outbox names, then forgets it.

A topic that can't be published holds up no other: it becomes a reject.
"""

import logging
import threading
from collections.abc import Sized
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

from psycopg2.extensions import connection, cursor

from rentguy import rejects
from rentguy.db import listen
from rentguy.decoding import MAX_PAYLOAD, encode
from rentguy.errors import MessageError
from rentguy.items import current
from rentguy.log import pairs
from rentguy.messages import DeviceConfig, Presence
from rentguy.mqtt import Client
from rentguy.topics import NO_PROJECT, STORER, Topic, parse

from . import statements as sql
from .life import Life
from .rejects import reason
from .store import is_away

logger = logging.getLogger(__name__)
AT_ONCE = 500
ACK_S = 5.0
LOOK_S = 2.0


class Publisher:
    """One of all workers holds the lock and publishes, so that the states of a topic leave in order."""

    def __init__(self, client: Client, mark: Path, life: Life, spool: Sized) -> None:
        self._client, self._mark, self._life, self._spool = client, mark, life, spool
        self._holder: connection | None = None
        self._lost = threading.Event()
        if mark.exists():
            self._lost.set()

    def broker_lost_its_state(self) -> None:
        """Publish every retained state again; the `mark`, a file, says so to the next process if we die before."""
        self._mark.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._mark.touch()
        self._lost.set()

    def run(self, url: str, stop: threading.Event) -> None:
        listen(url, "rentguy outbox", ["outbox"], self._publish_owed, stop, LOOK_S)

    def _publish_owed(self, session: connection) -> None:
        with session.cursor() as cursor:
            if not self._may_publish(session, cursor):
                return
            # what the spool holds was heard, and may be who came back
            if not len(self._spool) and (began := self._life.take()):
                self._hold_against(cursor, began)
            if self._lost.is_set() and self._client.connected.is_set():
                self._owe_all(cursor)
            while owed := _owed(cursor):
                states = _states(session, owed)
                if not self._delivered(states):
                    return  # the rows stay; the next look tries again
                cursor.execute(sql.PAID, ([id for topic in states for id in owed[topic]],))

    def _hold_against(self, cursor: cursor, began: datetime) -> None:
        """Who was heard last before the broker's life began has gone; in a new life all retained states are owed."""
        cursor.execute(sql.GONE, {"began": began})
        if cursor.rowcount:
            logger.info("devices haven't come back to the broker %s", pairs(devices=cursor.rowcount, began=began))
        if self._life.is_new(began):
            self.broker_lost_its_state()
            self._life.remember(began)

    def _owe_all(self, cursor: cursor) -> None:
        self._lost.clear()
        try:
            cursor.execute(sql.OWE_ALL)
        except BaseException:
            self._lost.set()
            raise
        if not self._lost.is_set():  # again, meanwhile
            self._mark.unlink(missing_ok=True)

    def _may_publish(self, session: connection, cursor: cursor) -> bool:
        if self._holder is not session:
            cursor.execute(sql.PUBLISHER_LOCK)
            self._holder = session if cursor.fetchone()[0] else None
        return self._holder is session

    def _delivered(self, states: dict[str, bytes]) -> bool:
        """Whether the broker has acknowledged them all in time."""
        acknowledged, until = threading.Semaphore(0), monotonic() + ACK_S
        taken = [self._client.publish(topic, payload, acknowledged.release) for topic, payload in states.items()]
        return all(taken) and all(acknowledged.acquire(timeout=max(0, until - monotonic())) for _ in taken)


def state(cursor: cursor, topic: Topic) -> bytes:
    """What is retained under a topic now; empty when nothing is. Raises MessageError for a kind without states."""
    if topic.kind not in STATES:
        raise MessageError(f"kind: {topic.kind!r} has no state")
    return STATES[topic.kind](cursor, topic)


def _states(session: connection, owed: dict[str, list[int]]) -> dict[str, bytes]:
    """The states of the topics that can be published; the others become rejects, and are owed no more."""
    states: dict[str, bytes] = {}
    with session.cursor() as cursor:
        for topic, ids in owed.items():
            payload = None
            try:
                payload = state(cursor, parse(topic))
                if len(payload) > MAX_PAYLOAD:
                    raise MessageError(f"expected at most {MAX_PAYLOAD} bytes, got {len(payload)}")
                states[topic] = payload
            except Exception as error:  # our own failure too
                if is_away(error):
                    raise
                _give_up(session, ids, topic, payload, f"{rejects.UNPUBLISHED}{reason(error)}")
    return states


def _give_up(session: connection, ids: list[int], topic: str, payload: bytes | None, why: str) -> None:
    logger.warning("a topic that is owed can't be published %s", pairs(topic=topic[:200], reason=why))
    now = datetime.now(UTC)
    if payload is None:
        reject = rejects.without_payload(None, topic, why, now)
    else:
        reject = rejects.Reject(None, topic, payload, why, now, rejects.digest(topic, payload))
    with session, session.cursor() as cursor:  # a transaction, although the connection commits by itself
        rejects.add(cursor, [reject])
        cursor.execute(sql.PAID, (ids,))


def _item(cursor: cursor, topic: Topic) -> bytes:
    items = current(cursor, "WHERE i.code = %s", (topic.source,))
    return encode(items[0]) if items and (items[0].project or NO_PROJECT) == topic.project else b""


def _config(cursor: cursor, topic: Topic) -> bytes:
    cursor.execute(sql.DEVICE_CONFIG, (topic.source,))
    row = cursor.fetchone()
    return encode(DeviceConfig(*row)) if row else b""


def _presence(cursor: cursor, topic: Topic) -> bytes:
    cursor.execute(sql.PRESENCE, (topic.project, topic.source))
    row = cursor.fetchone()
    return encode(Presence(*row, by=STORER)) if row else b""


STATES = {"equipment": _item, "config": _config, "presence": _presence}


def _owed(cursor: cursor) -> dict[str, list[int]]:
    """The next topics that are owed, each with the ids of its rows: no others may be forgotten."""
    cursor.execute(sql.OWED, (AT_ONCE,))
    owed: dict[str, list[int]] = {}
    for id, topic in cursor.fetchall():
        owed.setdefault(topic, []).append(id)
    return owed
