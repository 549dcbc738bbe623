"""The months of the history, made when the first fix of one comes."""

from datetime import UTC, datetime

from psycopg2.extensions import cursor

from . import statements as sql


def make_partitions(session: cursor, months: set[tuple[int, int]]) -> None:
    """Attach the months that are missing; ATTACH, unlike PARTITION OF, doesn't wait for readers."""
    for year, month in sorted(months):
        name = f"positions_{year:04}_{month:02}"
        session.execute(sql.PARTITION_KNOWN, (name,))
        if session.fetchone()[0]:
            continue
        session.execute(sql.PARTITION_LOCK)
        session.execute(sql.PARTITION_KNOWN, (name,))
        if session.fetchone()[0]:
            continue
        since = datetime(year, month, 1, tzinfo=UTC)
        until = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)
        session.execute(sql.PARTITION_ADD.format(name=name))
        session.execute(sql.PARTITION_ATTACH.format(name=name), (since, until))
