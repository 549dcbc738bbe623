"""How long positions are kept: people's and vehicles', project by project."""

import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace
from sqlalchemy.orm import Session

from ingest import retention as keeping
from ingest import store as storing
from ingest.decode import entries
from ingest.entry import Received
from ingest.retention import Limit, Retention, limits
from rentguy import db, enrolment, erasure, orm
from rentguy.decoding import encode
from rentguy.mqtt import Incoming
from tests.fixes import COUNT, fix
from tests.services import free_port, wait_until

NOW = datetime.now(UTC)
DAY = timedelta(days=1)
LEFT = """
SELECT s.slug, p.slug, round(extract(epoch FROM %s - x.recorded_at) / 86400)::int
  FROM {} x JOIN sources s ON s.id = x.source_id LEFT JOIN projects p ON p.id = x.project_id ORDER BY 1, 2, 3
"""
ELSEWHERE = """
INSERT INTO shifts (source_id, project_id, during)
SELECT source_id, (SELECT id FROM projects WHERE slug = 'pukkel'), during FROM shifts
"""
MONTHS = "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'positions'::regclass"

LIMITS = [
    # projects with their days for people and for vehicles; what is to go
    ([], []),
    ([(1, None, None)], []),
    ([(1, 30, None), (2, None, None)], [Limit(True, 30, (1,))]),
    ([(1, 30, 90), (2, 30, None)], [Limit(True, 30, (0, 1, 2)), Limit(False, 90, (1,))]),
    ([(1, None, 90), (2, 7, 30)], [Limit(True, 7, (2,)), Limit(False, 30, (2,)), Limit(False, 90, (0, 1))]),
]


@pytest.mark.parametrize(("projects", "expected"), LIMITS)
def test_what_is_to_go(projects, expected):
    assert limits(projects) == expected


@pytest.fixture
def store(database, lowlands) -> Callable[..., None]:
    """`store("truck-04", at, …)`: fixes, stored as ingest does when they come; a project's with `project=`."""

    def store(source: str, *moments: datetime, project: str = "lowlands", came: datetime = NOW) -> None:
        payload = encode([fix(at) for at in moments])
        found = entries([Received(Incoming(f"rentguy/{project}/position/{source}", payload, False, 1, 1), came)])
        with closing(db.connect(database, "test")) as session:
            storing.store(session, found)

    return store


@pytest.fixture
def keep(database, lowlands, rows) -> Iterator[Callable[..., None]]:
    """`keep("lowlands", people, vehicles)`: so many days; everybody has worked there for ever."""

    def keep(project: str, people: int | None = None, vehicles: int | None = None) -> None:
        with Session(engine) as session, session.begin():
            enrolment.keep_positions(session, project, people, vehicles)

    engine = orm.engine(database)
    rows("UPDATE assignments SET during = tstzrange(NULL, NULL)")
    rows("UPDATE shifts SET during = tstzrange(NULL, NULL)")
    yield keep
    engine.dispose()


@pytest.fixture
def left(rows) -> Callable[..., list[tuple]]:
    """Whose positions of where are left, and how many days old they are."""
    return lambda table="positions": rows(LEFT.format(table), NOW)


def ago(*days: float) -> list[datetime]:
    return [NOW - each * DAY for each in days]


def look(database: str) -> None:
    assert Retention(database).look(threading.Event())


def test_people_phones_and_vehicles_are_kept_as_long_as_their_project_wants(database, store, keep, left, rows):
    # Given two projects with positions of all ages: of a person, a phone of hers, a truck each, and a spare one
    rows(ELSEWHERE)
    rows("DELETE FROM assignments USING sources s WHERE s.id = source_id AND s.slug = 'truck-05'")
    for source in ("anouk", "anouk-phone", "truck-04", "truck-05"):
        store(source, *ago(1, 8, 40, 200))
    store("anouk", *ago(2, 9, 41, 201), project="pukkel")
    store("truck-90", *ago(1, 8, 40, 200), project="pukkel")
    keep("lowlands", people=7, vehicles=30)
    keep("pukkel", people=100)
    # When ingest has looked
    look(database)
    # Then each has what its own project keeps; who belonged to none is kept as long as any project keeps
    people = [("anouk", "lowlands", 1), ("anouk", "pukkel", 2), ("anouk", "pukkel", 9), ("anouk", "pukkel", 41)]
    trucks = [("truck-04", "lowlands", 1), ("truck-04", "lowlands", 8)]
    spare = [("truck-05", None, days) for days in (1, 8, 40, 200)]
    foreign = [("truck-90", "pukkel", days) for days in (1, 8, 40, 200)]
    assert left() == [*people, ("anouk-phone", "lowlands", 1), *trucks, *spare, *foreign]
    # When the other project has a limit too, then the spare one's go by the longer
    keep("pukkel", people=100, vehicles=100)
    look(database)
    assert left() == [*people, ("anouk-phone", "lowlands", 1), *trucks, *spare[:3], *foreign[:3]]


def test_the_latest_position_goes_or_is_the_newest_that_is_left(database, store, keep, left, rows):
    store("truck-04", *ago(60))
    store("truck-05", *ago(40))
    rows(ELSEWHERE)
    keep("lowlands", people=7, vehicles=50)
    store("anouk", *ago(20), project="pukkel")
    store("anouk", *ago(10))
    assert ("anouk", "lowlands", 10) in left("latest_positions")
    look(database)
    assert left("latest_positions") == [("anouk", "pukkel", 20), ("truck-05", "lowlands", 40)]


def test_times_given_to_wrong_clocks_go_with_their_positions(database, store, keep, rows):
    # Given a truck and a phone whose clocks are years ahead, heard 40 days ago and today, and what a dropped fix left
    for came in ago(40, 0):
        for source in ("truck-04", "anouk-phone"):
            store(source, datetime(2040, 1, 1, tzinfo=UTC) + (NOW - came), came=came)
    keep("lowlands", people=30, vehicles=90)
    rows("UPDATE shifts SET during = 'empty'")
    store("anouk-phone", datetime(2041, 1, 1, tzinfo=UTC), came=NOW - 41 * DAY)
    count = "SELECT s.slug, count(*) FROM adjusted_times JOIN sources s ON s.id = source_id GROUP BY 1 ORDER BY 1"
    assert rows(count) == [("anouk-phone", 3), ("truck-04", 2)]
    look(database)
    assert rows(count) == [("anouk-phone", 1), ("truck-04", 2)]


def test_months_that_hold_nothing_any_more_are_dropped_and_made_anew(database, store, keep, rows, left):
    old, older = ago(70, 130)
    store("truck-04", old, older, NOW)
    store("anouk", older)
    name = f"positions_{older:%Y_%m}"
    keep("lowlands", people=7, vehicles=100)
    # When all of a month has gone, so has the month; the others stay
    look(database)
    assert sorted(rows(MONTHS)) == [(f"positions_{old:%Y_%m}",), (f"positions_{NOW:%Y_%m}",)]
    assert rows("SELECT to_regclass(%s)", name) == [(None,)]
    # When a fix of that month comes late, it is stored all the same, and goes in its turn
    store("truck-04", older)
    assert left() == [("truck-04", "lowlands", 0), ("truck-04", "lowlands", 70), ("truck-04", "lowlands", 130)]
    look(database)
    assert len(left()) == len(rows(MONTHS)) == 2


def test_a_month_that_is_read_stays_and_holds_nobody_up(database, store, keep, rows):
    store("truck-04", *ago(70))
    keep("lowlands", vehicles=10)
    with closing(db.connect(database, "test")) as reader, reader.cursor() as cursor:
        cursor.execute(COUNT)
        look(database)
        assert rows(COUNT) == [(0,)] and len(rows(MONTHS)) == 1
    look(database)
    assert rows(MONTHS) == []


def test_spans_are_small_and_what_was_looked_through_is_not_looked_at_again(database, store, keep, rows, monkeypatch):
    spans = []

    def noted(*arguments):
        spans.append(erasure.let_go(*arguments))
        return spans[-1]

    monkeypatch.setattr(keeping, "let_go", noted)
    # Given 12,000 old positions, a third of them of a project that keeps them
    add = """
    INSERT INTO positions (source_id, recorded_at, project_id, geom, received_at)
    SELECT s.id, date_trunc('month', %s) - n * interval '1 s', p.id, ST_SetSRID(ST_MakePoint(11, 48), 4326), now()
      FROM generate_series(1, 12000) n, sources s, projects p
     WHERE s.slug = 'truck-04' AND p.slug = CASE WHEN n %% 3 = 0 THEN 'pukkel' ELSE 'lowlands' END
    """
    store("truck-05", NOW - 40 * DAY)
    rows(f"CREATE TABLE old PARTITION OF positions FOR VALUES FROM ('{NOW - 400 * DAY}') TO ('{NOW - 200 * DAY}')")
    rows(add, NOW - 210 * DAY)
    keep("lowlands", vehicles=30)
    ours = Retention(database)
    # When it has looked, then nothing was read at once but 5,000 rows
    assert ours.look(threading.Event())
    assert rows(COUNT) == [(4000,)]
    assert sorted(span.count for span in spans) == [1, 1334, 3333, 3333]
    # and when it looks again, it begins where it was
    spans.clear()
    assert ours.look(threading.Event())
    assert spans == []
    # When it is told to stop, it stops between two spans
    keep("pukkel", vehicles=30)
    stop = threading.Event()
    stop.set()
    assert Retention(database).look(stop)
    assert rows(COUNT) == [(4000,)]


def test_one_ingest_does_it_at_a_time_and_a_locked_source_holds_up_no_other(database, store, keep, rows):
    for source in ("truck-04", "truck-05"):
        store(source, *ago(40))
    keep("lowlands", vehicles=30)
    with closing(db.connect(database, "test")) as other, other.cursor() as cursor:
        # While another is at it
        cursor.execute("SELECT pg_advisory_lock(hashtext('rentguy.retention'))")
        look(database)
        assert rows(COUNT) == [(2,)]
        cursor.execute("SELECT pg_advisory_unlock_all()")
        # While somebody stores of a source for long
        cursor.execute("SELECT FROM sources WHERE slug = 'truck-04' FOR NO KEY UPDATE")
        look(database)
        assert rows("SELECT s.slug FROM positions p JOIN sources s ON s.id = p.source_id") == [("truck-04",)]
    look(database)
    assert rows(COUNT) == [(0,)]


def test_without_a_database_it_tries_again(caplog):
    ours = Retention(f"postgresql://127.0.0.1:{free_port()}/none")
    assert [ours.look(threading.Event()) for _ in range(2)] == [False, False]
    assert caplog.text.count("positions can't be let go of") == 1


def test_ingest_lets_go_from_its_start_on_counts_it_and_ends_well(embedded, start, config, store, keep, rows):
    store("truck-04", *ago(1, 40))
    store("anouk", *ago(40, 41))
    keep("lowlands", people=30, vehicles=30)
    listen = f"127.0.0.1:{free_port()}"
    ingest = start("ingest", replace(config, ingest_health_listen=listen))
    wait_until(lambda: rows(COUNT) == [(1,)])
    with urllib.request.urlopen(f"http://{listen}/metrics", timeout=5) as answer:
        counted = [line for line in answer.read().decode().splitlines() if line.startswith("rentguy_ingest_let_go_t")]
    assert sorted(counted) == [
        'rentguy_ingest_let_go_total{of="people"} 2.0',
        'rentguy_ingest_let_go_total{of="vehicles"} 1.0',
    ]
    ingest.stop()
