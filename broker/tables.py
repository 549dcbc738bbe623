"""The journal's file: what of the broker survives its death, in SQLite.

Rows come in two manners. Messages and deliveries have numbers that no broker uses twice, so of one batch inserts may go
before deletes. All others have a key, and of one batch the last word on a key counts.
"""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from rentguy.errors import ConfigError
from rentguy.sqlite import own, transaction

VERSION = 1
SCHEMA = """
CREATE TABLE messages (id INTEGER PRIMARY KEY, topic TEXT, payload BLOB, qos INTEGER);
CREATE TABLE deliveries (number INTEGER PRIMARY KEY, session INTEGER, message INTEGER, qos INTEGER, retain INTEGER,
    "group" TEXT, mid INTEGER, released INTEGER);
CREATE TABLE sessions (number INTEGER PRIMARY KEY, client_id TEXT, source TEXT, away_since REAL);
CREATE TABLE filters (session INTEGER, filter TEXT, qos INTEGER, owing INTEGER, PRIMARY KEY (session, filter));
CREATE TABLE half_received (session INTEGER, mid BLOB, PRIMARY KEY (session, mid));
CREATE TABLE retained (topic TEXT PRIMARY KEY, payload BLOB, qos INTEGER);
CREATE TABLE wills (client_id TEXT PRIMARY KEY, source TEXT, topic TEXT, payload BLOB, qos INTEGER, retain INTEGER);
"""
KEYS = {  # of the tables whose rows have one
    "sessions": ("number",),
    "filters": ("session", "filter"),
    "half_received": ("session", "mid"),
    "retained": ("topic",),
    "wills": ("client_id",),
}
ORDERS = {"deliveries": "number", "sessions": "away_since IS NULL, away_since"}  # connected to the end: away now
COLUMNS = {"sessions": 4, "filters": 4, "half_received": 2, "retained": 3, "wills": 6}
STATEMENTS = {  # in the order in which a batch is written
    "accepted": "INSERT INTO messages VALUES (?, ?, ?, ?)",
    "owed": "INSERT INTO deliveries VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    "sent": "UPDATE deliveries SET mid = ? WHERE number = ?",
    "released": "UPDATE deliveries SET released = 1 WHERE number = ?",
    "done": "DELETE FROM deliveries WHERE number = ?",
    "forgotten": "DELETE FROM messages WHERE id = ?",
    **{f"keep {table}": f"INSERT OR REPLACE INTO {table} VALUES ({', '.join('?' * COLUMNS[table])})" for table in KEYS},
    **{
        f"drop {table}": f"DELETE FROM {table} WHERE {' AND '.join(f'{column} = ?' for column in key)}"
        for table, key in KEYS.items()
    },
}


class Kept(NamedTuple):
    """Every row of every table, as the schema has it, deliveries in the order in which they were owed."""

    messages: list[tuple]
    deliveries: list[tuple]
    sessions: list[tuple]
    filters: list[tuple]
    half_received: list[tuple]
    retained: list[tuple]
    wills: list[tuple]


def connect(file: Path) -> sqlite3.Connection:
    """The file, ours alone. Raises ConfigError when it is another's, sqlite3.DatabaseError when it is none of ours."""
    session = own(file)
    try:
        with transaction(session):
            _create(session)
    except sqlite3.Error as error:
        session.close()
        if isinstance(error, sqlite3.OperationalError):
            raise ConfigError(f"{file}: {error}") from None
        raise
    return session


def _create(session: sqlite3.Connection) -> None:
    (version,) = session.execute("PRAGMA user_version").fetchone()
    if version not in (0, VERSION):
        raise sqlite3.DatabaseError(f"expected version {VERSION}, got {version}")
    if not version:
        for statement in SCHEMA.split(";"):
            session.execute(statement)
        session.execute(f"PRAGMA user_version = {VERSION}")


def load(file: Path) -> Kept:
    """What the last broker left. Raises ConfigError, or sqlite3.DatabaseError for what is no such file."""
    with closing(connect(file)) as session:
        queries = (f"SELECT * FROM {table} ORDER BY {ORDERS.get(table, 'rowid')}" for table in Kept._fields)
        try:
            return Kept(*(session.execute(query).fetchall() for query in queries))
        except sqlite3.OperationalError as error:  # the disk, not the file
            raise ConfigError(f"{file}: {error}") from None


def write(session: sqlite3.Connection, batch: list[tuple[str, list[tuple]]]) -> None:
    """All of a batch or nothing of it. Raises sqlite3.Error."""
    with transaction(session):
        for name, rows in batch:
            session.executemany(STATEMENTS[name], rows)
