"""What the last broker left in its journal, put back as if its connections had all been lost at once."""

import logging
import sqlite3
import time
from itertools import count
from pathlib import Path

from rentguy.access import Identity
from rentguy.log import pairs
from rentguy.sqlite import set_aside

from .journal import Journal
from .message import Delivery, Message
from .packets import Will
from .policy import Allows, Permissions
from .registry import Registry
from .router import Router
from .session import Session
from .tables import Kept, load

logger = logging.getLogger(__name__)

FILE = "broker/journal.db"


def open_journal(data: Path) -> tuple[Journal, Kept]:
    """The journal in a data directory, not yet started, and what is in it.

    A file that can't be read is set aside, so that the broker runs. Raises ConfigError when another broker has it.
    """
    file = data / FILE
    try:
        kept = load(file)
    except sqlite3.DatabaseError as error:  # not the disk's fault, the file's
        set_aside(file, error)
        kept = load(file)
    return Journal(file, kept), kept


def restore(kept: Kept, router: Router, registry: Registry, allows: Allows) -> None:
    """Retained messages, sessions with what they are owed, and the wills of those who were connected."""
    for row in kept.retained:
        router.retained.restore(*row)
    router.numbers = count(1 + max((row[0] for row in (*kept.sessions, *kept.filters)), default=0))
    sessions = {}
    for number, client_id, source, away_since in kept.sessions:
        # of one that isn't known (yet) nothing is judged: the broker does so when it knows the registry
        identity = registry.identity(source) or Identity(source, "device", enabled=False)
        sessions[number] = router.make(client_id, Permissions(identity, allows), number)
        if away_since is None:
            router.unused_since(sessions[number], time.time())
        else:
            sessions[number].away_since = away_since
    _restore_deliveries(kept, sessions)
    for number, filter, qos, owing in kept.filters:
        if number in sessions:
            router.enter(sessions[number], filter, qos, bool(owing))
    for number, mid in kept.half_received:
        if number in sessions:
            sessions[number].half_received.add(mid)
    if any(kept):
        figures = pairs(sessions=len(sessions), owed=len(kept.deliveries), retained=len(router.retained))
        logger.info("what the last broker left is back %s", figures)


def wills(kept: Kept) -> dict[str, tuple[str, Will]]:
    """Whose will is still to be published, by client id: source and will."""
    return {row[0]: (row[1], Will(row[2], row[3], row[4], bool(row[5]))) for row in kept.wills}


def _restore_deliveries(kept: Kept, sessions: dict[int, Session]) -> None:
    messages = {row[0]: Message(row[1], row[2], row[3], False, id=row[0]) for row in kept.messages}
    skipped = 0
    for number, session, message, qos, retain, group, mid, released in kept.deliveries:
        if session not in sessions or message not in messages:
            skipped += 1
            continue
        delivery = Delivery(messages[message], qos, bool(retain), group)
        delivery.number, delivery.mid, delivery.released = number, mid, bool(released)
        messages[message].owed += 1
        sessions[session].outgoing.take(delivery)
    if skipped:
        logger.error("deliveries without a session are left out %s", pairs(deliveries=skipped))
