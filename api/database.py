"""A pool of connections, and rows as plain dicts."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg2
from psycopg2 import extensions
from psycopg2.errors import QueryCanceled
from psycopg2.extensions import cursor
from psycopg2.extras import RealDictCursor
from sqlalchemy import event
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError, TimeoutError
from sqlalchemy.orm import Session

from rentguy import orm

from .problems import Problem

POOL = 20
WAIT_S = 5
STATEMENT = "8 s"
DOOR = "rest"  # as the audit has it
LOST = (psycopg2.OperationalError, psycopg2.InterfaceError)


class Database:
    """At most `POOL` connections; a request that gets none within 5 s, or finds the database away, is told so."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._engine = orm.engine(url, pool_size=POOL, max_overflow=0, pool_timeout=WAIT_S)
        event.listen(self._engine, "connect", _bound)

    @contextmanager
    def transaction(self, factory: type[cursor] = cursor) -> Iterator[cursor]:
        """A cursor in a transaction of its own: committed at the end, rolled back by an error."""
        try:
            session = self._engine.raw_connection()
        except (SQLAlchemyError, *LOST) as error:
            raise _away() from error
        try:
            with session.cursor(cursor_factory=factory) as open_cursor:
                yield open_cursor
            session.commit()
        except QueryCanceled as error:
            session.rollback()
            raise Problem(503, f"that took the database more than {STATEMENT}; ask for less at once") from error
        except Exception as error:
            if isinstance(error, LOST) or session.dbapi_connection.closed:
                session.invalidate(error)
                raise _away() from error
            session.rollback()
            raise
        except BaseException as error:
            session.invalidate(error)  # we were stopped in the middle of something
            raise
        finally:
            session.close()

    @contextmanager
    def session(self, by: str) -> Iterator[Session]:
        """The same as an SQLAlchemy session, which `rentguy.enrolment` works in, for who changes the registry."""
        try:
            with Session(self._engine, info={"by": by, "door": DOOR}) as session, session.begin():
                yield session
        except (TimeoutError, OperationalError, InterfaceError) as error:
            raise _away() from error

    @staticmethod
    def fetch(session: cursor, query: str, values: dict | tuple = ()) -> list[dict]:
        """Rows within a transaction of more than one query."""
        session.execute(query, values)
        names = [column.name for column in session.description]
        return [dict(zip(names, row, strict=True)) for row in session.fetchall()]

    def rows(self, query: str, values: dict | tuple = ()) -> list[dict]:
        with self.transaction(RealDictCursor) as session:
            session.execute(query, values)
            return [dict(row) for row in session.fetchall()]

    def row(self, query: str, values: dict | tuple = ()) -> dict | None:
        return next(iter(self.rows(query, values)), None)


def _away() -> Problem:
    return Problem(503, "the database can't be reached; try again in a moment", **{"Retry-After": "5"})


def _bound(connection: extensions.connection, record: object) -> None:
    """Let no statement hold a connection for long."""
    with connection.cursor() as open_cursor:
        open_cursor.execute("SELECT set_config('statement_timeout', %s, false)", (STATEMENT,))
    connection.commit()
