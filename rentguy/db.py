"""Ways into PostgreSQL: a plain connection, and to hear a NOTIFY."""

import logging
import random
import select
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import psycopg2
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT, connection
from psycopg2.extras import register_uuid

from rentguy.log import pairs

logger = logging.getLogger(__name__)
register_uuid()

CONNECT_S = 10
RETRY_S = 1.0
OPTIONS = {
    "connect_timeout": CONNECT_S,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,  # ms
    "options": "-c timezone=UTC",
}


def connect(url: str, name: str, *, connect_timeout: int = CONNECT_S, **settings: object) -> connection:
    """A psycopg2 connection of its own, known as `name` to the operator, with settings of PostgreSQL."""
    chosen = " ".join([OPTIONS["options"], *(f"-c {setting}={value}" for setting, value in settings.items())])
    options = OPTIONS | {"connect_timeout": connect_timeout, "options": chosen}
    return psycopg2.connect(url, application_name=name, **options)


def listen(
    url: str,
    name: str,
    channels: Iterable[str],
    heard: Callable[[connection], None],
    stop: threading.Event,
    every: float,
) -> None:
    """Call `heard` at the start, after each NOTIFY, and at least `every` seconds, until `stop`; outlives the database.

    `heard` gets the connection (in autocommit) that listens, whose `notifies` are those it is called for. A database
    that is away is waited for.
    """
    away = False
    while not stop.is_set():
        try:
            with _listening(url, name, channels) as session:
                away = False
                while not stop.is_set():
                    told = len(session.notifies)  # others may come while it asks on this connection
                    heard(session)
                    del session.notifies[:told]
                    _wait(session, stop, every)
        except psycopg2.Error as error:
            if not away:
                logger.warning("database is away, trying again %s", pairs(name=name, reason=str(error).strip()))
            away = True
            stop.wait(RETRY_S * random.uniform(0.5, 1.5))
        except Exception:
            logger.exception("what listens failed, trying again %s", pairs(name=name))
            stop.wait(RETRY_S)


@contextmanager
def _listening(url: str, name: str, channels: Iterable[str]) -> Iterator[connection]:
    session = connect(url, name)
    try:
        session.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
        with session.cursor() as cursor:
            for channel in channels:
                cursor.execute(f"LISTEN {channel}")
        yield session
    finally:
        session.close()


def _wait(session: connection, stop: threading.Event, seconds: float) -> None:
    """Until a NOTIFY, `stop`, or the time is up; looks at `stop` four times a second."""
    waited = 0.0
    while not stop.is_set() and waited < seconds and not session.notifies:
        ready, _, _ = select.select([session], [], [], 0.25)
        if ready:
            session.poll()
        waited += 0.25
