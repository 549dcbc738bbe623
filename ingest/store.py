"""What happens to a batch in the database: the steps, in order, in one transaction.

A step may run again on the same entries: it sets what it learns and never builds on what an earlier run left.
"""

import logging
from collections.abc import Callable

import psycopg2
from psycopg2.extensions import connection

from rentguy.errors import RentGuyError
from rentguy.log import pairs

from .chat import store_chat, store_reads
from .clock import settle
from .entry import Entry
from .identify import identify, place
from .positions import store_positions
from .presence import store_presence
from .rejects import reason, store_rejects
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
# SQLSTATEs that are the database's trouble, not the batch's: connection, state of the transaction (a standby's is
# read-only), rollback, resources, locks, an operator, the system, damage; and a schema that isn't ours (yet)
AWAY = (
    *("08", "25", "40", "53", "55", "57", "58", "F0", "XX001", "XX002"),
    *("3F000", "42501", "42703", "42704", "42883", "42P01", "42P10"),
)
TOO_SLOW = "57014"  # a batch that takes too long may be stored in pieces


class Away(RentGuyError):
    """the database can't store anything"""


def store(session: connection, entries: list[Entry], beat: Callable[[], None] = lambda: None) -> None:
    """Commit all entries. One that PostgreSQL or a step refuses is found by halving and kept as a reject.

    Raises Away when the database is away, full or overtaxed: nothing of the half that was in hand is stored then, and
    the whole batch may be given again. `beat` is called before each step.
    """
    try:
        with session, session.cursor() as cursor:
            for step in STEPS:
                beat()
                step(cursor, entries)
    except Exception as error:  # a step's own failure too: a poisoned message must not stop the stream
        if is_away(error):
            raise Away(str(error).strip()) from error
        if len(entries) == 1:
            logger.warning("a message can't be stored %s", pairs(topic=entries[0].received.incoming.topic))
            _keep_as_reject(session, entries[0], error)
            return
        middle = len(entries) // 2
        for half in (entries[:middle], entries[middle:]):
            store(session, half, beat)


def is_away(error: Exception) -> bool:
    """Whether nothing could be stored now, whatever it is."""
    if not isinstance(error, psycopg2.Error):
        return False
    if error.pgcode is None:  # no word from the server: it is gone, or what it says can't be understood
        lost = isinstance(error, psycopg2.OperationalError | psycopg2.InterfaceError)
        return lost or type(error) is psycopg2.DatabaseError
    return error.pgcode.startswith(AWAY) and error.pgcode != TOO_SLOW


def _keep_as_reject(session: connection, entry: Entry, error: Exception) -> None:
    # whose position it is may not have been learned: then nothing of it is kept
    entry.reject(f"it can't be stored: {reason(error)}", private=entry.source is None)
    try:
        with session, session.cursor() as cursor:
            store_rejects(cursor, [entry])
    except psycopg2.Error as failure:  # what takes no reject takes nothing
        raise Away(str(failure).strip()) from failure
    except Exception:
        logger.exception("a reject can't be kept either, it is given up %s", pairs(reason=entry.rejected))
