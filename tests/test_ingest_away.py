"""Whose trouble it is that a batch can't be stored: the database's, which passes, or a message's, which doesn't."""

from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import count

import psycopg2
import pytest
from psycopg2 import errors

from ingest import history
from ingest import store as storing
from ingest.decode import entries
from ingest.entry import Received
from ingest.store import Away, is_away
from rentguy import db
from rentguy.decoding import encode
from rentguy.mqtt import Incoming
from tests.fixes import fix

NOW = datetime.now(UTC)
DATABASES = ("08006", "25006", "40P01", "42P01", "42703", "42P10", "53100", "53300", "55P03", "57P01", "58030", "XX001")
MESSAGES = ("22003", "22P05", "23514", "42804", "54000", "57014", "XX000")


class Coded(psycopg2.Error):
    """As PostgreSQL would raise it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.__setstate__({"pgcode": code})


@pytest.mark.parametrize("code", DATABASES)
def test_the_databases_trouble_makes_no_reject(code: str) -> None:
    assert is_away(Coded(code))


@pytest.mark.parametrize("code", MESSAGES)
def test_a_messages_fault_never_waits_for_the_database(code: str) -> None:
    assert not is_away(Coded(code))


def test_without_a_word_of_the_server_it_depends_on_who_complains() -> None:
    gone = (psycopg2.OperationalError("no route"), psycopg2.InterfaceError("closed"), psycopg2.DatabaseError("garbled"))
    assert all(map(is_away, gone))
    assert not any(map(is_away, (psycopg2.ProgrammingError("can't adapt"), ValueError("a bug"))))


def received(numbers: range) -> list[Received]:
    topic = "rentguy/lowlands/position/truck-04"
    return [Received(Incoming(topic, encode(fix(NOW - timedelta(seconds=n))), False, 1, 1), NOW) for n in numbers]


def test_what_takes_too_long_together_is_stored_in_pieces(database, lowlands, rows, monkeypatch) -> None:
    beats = count(1)

    def slow(cursor, found) -> None:
        if len(found) > 10:
            raise errors.QueryCanceled("statement timeout")

    monkeypatch.setattr(errors.QueryCanceled, "pgcode", "57014", raising=False)
    monkeypatch.setattr(storing, "STEPS", (slow, *storing.STEPS))
    with closing(db.connect(database, "test")) as session:
        storing.store(session, entries(received(range(100))), lambda: next(beats))
    assert rows("SELECT count(*) FROM positions") == [(100,)]
    assert rows("SELECT count(*) FROM rejects") == [(0,)]
    assert next(beats) > 100  # each step of each piece has its own time


def test_a_message_is_not_rejected_where_no_reject_can_be_kept(database, lowlands, rows) -> None:
    """A database that takes nothing at all is away, whatever it calls it; and the message is as good as before."""
    rows("ALTER TABLE positions ADD CONSTRAINT nothing CHECK (false)")
    rows("ALTER TABLE rejects ADD CONSTRAINT nothing CHECK (false)")
    with closing(db.connect(database, "test")) as session:
        with pytest.raises(Away):
            storing.store(session, entries(received(range(1))))
        rows("ALTER TABLE positions DROP CONSTRAINT nothing")
        storing.store(session, entries(received(range(1))))
    assert rows("SELECT count(*) FROM positions") == [(1,)]


def test_arrays_of_a_wrong_clock_that_come_close_together_are_dated_at_once(database, lowlands, rows) -> None:
    """A tracker with a dead clock empties its memory: 20,000 fixes in a few milliseconds, each with its own time."""
    topic, wrong = "rentguy/lowlands/position/truck-04", NOW + timedelta(days=900)
    arrays = [encode([fix(wrong + timedelta(seconds=500 * array + n)) for n in range(500)]) for array in range(40)]
    batch = [
        Received(Incoming(topic, payload, False, 1, 1), NOW + timedelta(microseconds=300 * n))
        for n, payload in enumerate(arrays)
    ]
    with closing(db.connect(database, "test")) as session:
        storing.store(session, entries(batch))
    assert rows("SELECT count(*), count(DISTINCT device_time) FROM positions") == [(20_000, 20_000)]


def test_a_fold_that_never_meets_ends_all_the_same(database, lowlands, rows, monkeypatch) -> None:
    """Two trackers under one name, 500 km apart: whose fix comes first makes a jump of every one of the other's."""
    monkeypatch.setattr(history, "MOST_CHANGED", 50)
    topic, since = "rentguy/lowlands/position/truck-04", NOW - timedelta(hours=1)

    def batch(numbers: range, lat: float) -> list[Received]:
        fixes = [fix(since + timedelta(seconds=n), lat=lat) for n in numbers]
        return [Received(Incoming(topic, encode(fixes), False, 1, 1), NOW)]

    with closing(db.connect(database, "test")) as session:
        storing.store(session, entries(batch(range(1, 400, 2), 48.0)))
        storing.store(session, entries(batch(range(2, 400, 2), 52.5)))
        assert rows("SELECT count(*) FROM positions WHERE flags = 2") == [(199,)]
        storing.store(session, entries(batch(range(0, 1), 52.5)))
    assert 0 < rows("SELECT count(*) FROM positions WHERE ST_Y(geom) = 48 AND flags = 2")[0][0] < 199
    assert rows("SELECT count(*) FROM positions") == [(400,)]
