"""A SQLite file that is one process's own: what is committed is on the disk, and what is no such file is set aside."""

import logging
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rentguy.errors import ConfigError
from rentguy.log import pairs

logger = logging.getLogger(__name__)

WAIT_S = 10.0  # for the process that had it and was killed to end
WAL_BYTES = 16 * 1024 * 1024  # what is kept of the write-ahead log after a flood


def own(file: Path | str) -> sqlite3.Connection:
    """The file, ours alone until it is closed or we die; its folder is made.

    It may be used from several threads in turn. Raises ConfigError when another process has it or the disk refuses,
    sqlite3.DatabaseError when it is no database.
    """
    try:
        if isinstance(file, Path):
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        session = sqlite3.connect(file, timeout=WAIT_S, isolation_level=None, check_same_thread=False)
    except (sqlite3.OperationalError, OSError) as error:
        raise ConfigError(f"{file}: {error}") from None
    try:
        for setting in ("locking_mode = EXCLUSIVE", "journal_mode = WAL", "synchronous = FULL"):
            session.execute(f"PRAGMA {setting}")
        session.execute(f"PRAGMA journal_size_limit = {WAL_BYTES}")
        session.execute("BEGIN EXCLUSIVE")  # takes the lock, and keeps it
        session.execute("COMMIT")
        return session
    except sqlite3.Error as error:
        session.close()
        if isinstance(error, sqlite3.OperationalError):
            raise ConfigError(f"{file}: {error}") from None
        raise


@contextmanager
def transaction(session: sqlite3.Connection, sync: str = "FULL") -> Iterator[None]:
    """All of it or nothing; with `sync` NORMAL it outlives us, but perhaps not a power cut. Raises sqlite3.Error."""
    session.execute(f"PRAGMA synchronous = {sync}")
    session.execute("BEGIN IMMEDIATE")
    try:
        yield
        session.execute("COMMIT")
    except BaseException:
        if session.in_transaction:
            session.execute("ROLLBACK")
        raise


def open_or_set_aside(file: Path | str, schema: str, check: str) -> sqlite3.Connection:
    """The file with its table; one that `check`, a query, can't read is set aside. Raises ConfigError."""
    try:
        return _with(own(file), schema, check)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):  # the disk's fault
            raise ConfigError(f"{file}: {error}") from None
        set_aside(file, error)
        return _with(own(file), schema, check)


def _with(session: sqlite3.Connection, schema: str, check: str) -> sqlite3.Connection:
    try:
        session.execute(schema)
        session.execute(check).fetchone()
        return session
    except sqlite3.Error:
        session.close()
        raise


def set_aside(file: Path, error: sqlite3.DatabaseError) -> None:
    """Move away what can't be read, so that its process runs."""
    aside = file.with_suffix(f".broken-{time.time():.0f}")
    logger.error("a file can't be read and is set aside %s", pairs(file=aside, reason=error))
    for suffix in ("", "-wal"):
        if (part := file.with_name(file.name + suffix)).exists():
            part.rename(aside.with_name(aside.name + suffix))
