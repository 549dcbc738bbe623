"""The months of the history, made when the first fix of one comes, dropped when the last of an old one has gone."""

import logging
import re
import threading
from datetime import UTC, datetime

from psycopg2.errors import LockNotAvailable, QueryCanceled
from psycopg2.extensions import connection, cursor

from rentguy.log import pairs

from . import statements as sql

logger = logging.getLogger(__name__)
NAME = re.compile(r"positions_(\d{4})_(\d\d)")


def make_partitions(session: cursor, months: set[tuple[int, int]]) -> None:
    """Attach the months that are missing; ATTACH, unlike PARTITION OF, doesn't wait for readers.

    A month that is there stays to the end of the transaction: that has read from `positions` before, and whoever drops
    one waits for all who have.
    """
    for year, month in sorted(months):
        name = f"positions_{year:04}_{month:02}"
        session.execute(sql.PARTITION_KNOWN, (name,))
        if session.fetchone()[0]:
            continue
        session.execute(sql.PARTITION_LOCK)
        session.execute(sql.PARTITION_KNOWN, (name,))
        if session.fetchone()[0]:
            continue
        session.execute(sql.PARTITION_ADD.format(name=name))
        session.execute(sql.PARTITION_ATTACH.format(name=name), _span(year, month))


def drop_empty_months(session: connection, before: datetime, stop: threading.Event) -> None:
    """Detach and drop the months that end before this and hold nothing; one that is read just then stays for now."""
    with session, session.cursor() as cursor:
        cursor.execute(sql.MONTHS)
        names = [name for (name,) in cursor.fetchall()]
    for name in names:
        match = NAME.fullmatch(name)
        if stop.is_set() or not match or _span(*map(int, match.groups()))[1] > before:
            continue
        try:
            if _is_empty(session, name) and _dropped(session, name):
                logger.info("a month of the history is empty and has gone %s", pairs(name=name))
        except (LockNotAvailable, QueryCanceled):  # whoever wants to read or write next would wait behind us
            return


def _is_empty(session: connection, name: str) -> bool:
    with session, session.cursor() as cursor:
        cursor.execute(sql.MONTH_USED.format(name=name))
        return not cursor.fetchone()[0]


def _dropped(session: connection, name: str) -> bool:
    with session, session.cursor() as cursor:
        cursor.execute(sql.MONTHS_ALONE)
        cursor.execute(sql.MONTH_USED.format(name=name))
        if cursor.fetchone()[0]:
            return False
        cursor.execute(sql.MONTH_DETACH.format(name=name))
        cursor.execute(sql.MONTH_DROP.format(name=name))
        return True


def _span(year: int, month: int) -> tuple[datetime, datetime]:
    return datetime(year, month, 1, tzinfo=UTC), datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)
