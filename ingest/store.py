"""What happens to a batch in the database: the steps, in order, in one transaction.

A step may run again on the same entries: it sets what it learns and never builds on what an earlier run left.
"""

import logging

import psycopg2
from psycopg2.extensions import connection

from rentguy.log import pairs

from .chat import store_chat, store_reads
from .clock import settle
from .entry import Entry
from .identify import identify, place
from .positions import store_positions
from .presence import store_presence
from .rejects import store_rejects
from .scans import store_scans

logger = logging.getLogger(__name__)

STEPS = (
    identify,
    settle,
    place,
    store_positions,
    store_chat,
    store_reads,
    store_scans,
    store_presence,
    store_rejects,
)
AWAY = (psycopg2.OperationalError, psycopg2.InterfaceError)  # the database's trouble, not the batch's


def store(session: connection, entries: list[Entry]) -> None:
    """Commit all entries. One that PostgreSQL or a step refuses is found by halving and kept as a reject.

    Raises OperationalError or InterfaceError when the database is away, full or overtaxed: nothing of the half that
    was in hand is stored then, and the whole batch may be given again.
    """
    try:
        with session, session.cursor() as cursor:
            for step in STEPS:
                step(cursor, entries)
    except AWAY:
        raise
    except Exception as error:  # a step's own failure too: a poisoned message must not stop the stream
        if len(entries) == 1:
            logger.warning("a message can't be stored %s", pairs(topic=entries[0].received.incoming.topic))
            _keep_as_reject(session, entries[0], error)
            return
        middle = len(entries) // 2
        for half in (entries[:middle], entries[middle:]):
            store(session, half)


def _keep_as_reject(session: connection, entry: Entry, error: Exception) -> None:
    entry.reject(f"it can't be stored: {_reason(error)}")
    with session, session.cursor() as cursor:
        store_rejects(cursor, [entry])


def _reason(error: Exception) -> str:
    """What PostgreSQL says first; its details would repeat the row, which may be private."""
    if isinstance(error, psycopg2.Error) and error.diag.message_primary:
        return error.diag.message_primary
    return str(error).strip() or type(error).__name__
