"""A person's position is welcome within their shift only: door by door, before, during and after, live and stored."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from rentguy import enrolment
from tests import house as houses
from tests.fixes import settled
from tests.services import wait_until
from tests.visitors import Device, Person, Window

database, config, start, embedded, lowlands, house = map(pytest.fixture(scope="module"), houses.PARTS)

AHEAD, LASTS = timedelta(seconds=2), timedelta(seconds=5)
STORED = """
SELECT ST_Y(x.geom) FROM {} x JOIN sources s ON s.id = x.source_id WHERE s.slug = %s ORDER BY x.recorded_at
"""
TABLES = "positions", "latest_positions"
BEFORE, DURING, AFTER, LATE = 48.10001, 48.10002, 48.10003, 48.10004
TOPIC = "rentguy/{}/position/{}".format


@pytest.fixture
def plan(project, house, lowlands) -> Callable[[], datetime]:
    """Dispatch plans a shift for anouk: when it begins; it lasts `LASTS`."""
    dana = Person(house, "dana", lowlands.password)

    def plan() -> datetime:
        since = datetime.now(UTC) + AHEAD
        asked = {"hours": LASTS / timedelta(hours=1), "person": "anouk", "since": since.isoformat()}
        answer = dana.request("POST", f"/projects/{project}/shifts", asked)
        assert answer.status == 201, answer
        return since

    return plan


@pytest.fixture
def watching(project, house, lowlands) -> Iterator[Window]:
    with Person(house, "dana", lowlands.password).open(project) as window:
        yield window


@pytest.fixture
def traces(rows, project, watching) -> Callable[[str], dict]:
    """Where somebody was, as far as anything knows."""

    def traces(slug: str) -> dict[str, list]:
        stored, latest = ([lat for (lat,) in rows(STORED.format(table), slug)] for table in TABLES)
        live = sorted({each["lat"] for each in watching.heard(TOPIC(project, slug))})
        bodies = rows("SELECT payload FROM rejects WHERE payload IS NOT NULL AND topic LIKE %s", f"%/{slug}")
        return {"positions": stored, "latest": latest, "live": live, "bodies": bodies}

    return traces


def fix(lat: float, at: datetime | None = None, **more: object) -> dict:
    return {"at": (at or datetime.now(UTC)).isoformat(), "lat": lat, "lon": 11.5, **more}


def come(at: datetime) -> None:
    wait_until(lambda: datetime.now(UTC) > at)


def test_a_planned_shift_opens_and_closes_the_browsers_door_by_the_clock(project, plan, traces, anouk):
    topic = TOPIC(project, "anouk")
    with anouk.open(project) as window:

        def said(payload: object) -> str:
            """What became of it: "$/ack" or "$/error"."""
            ref = window.publish(topic, payload)
            answered = lambda: [n for n in ("$/ack", "$/error") for each in window.heard(n) if each.get("ref") == ref]  # noqa: E731
            return wait_until(answered)[0]

        planned = plan()
        # Before it begins, nothing is welcome, not even for a time within it
        assert said(fix(BEFORE)) == "$/error"
        assert said(fix(BEFORE, planned)) == "$/error"
        # When it has begun, though nobody has said so, what is of its time is
        come(planned)
        assert said(fix(BEFORE, planned - timedelta(seconds=1))) == "$/error"
        assert said(fix(DURING)) == "$/ack"
        wait_until(lambda: traces("anouk")["live"] == traces("anouk")["positions"] == [DURING])
        # When it has ended, only what was of its time
        come(planned + LASTS)
        assert said(fix(AFTER)) == "$/error"
        assert said([fix(LATE, planned + LASTS - timedelta(milliseconds=1)), fix(AFTER)]) == "$/error"
        assert said(fix(LATE, planned + LASTS - timedelta(milliseconds=1))) == "$/ack"
    wait_until(lambda: traces("anouk")["positions"] == [DURING, LATE])
    found = traces("anouk")
    assert (found["latest"], found["bodies"]) == ([LATE], [])
    assert not {BEFORE, AFTER} & {*found["live"]}


def test_a_phone_of_ones_own_is_heard_and_stored_within_the_shift_only(project, registry, house, traces, plan, rows):
    slug = f"{project}-phone"
    with registry() as session:
        secret = enrolment.add_device(session, slug, "phone", None, project, "anouk")
    refused = f"SELECT count(*) FROM rejects WHERE topic = '{TOPIC(project, slug)}' AND payload IS NULL"
    # Before the shift a position is refused at the door
    with Device(house, slug, secret, project) as phone:
        planned = plan()
        phone.publish("position", fix(BEFORE, seq=1))
        wait_until(lambda: rows(refused) == [(1,)])
        assert phone.told("receipt") == []
    # When it has begun, by the clock, what is of its time is heard and stored, and of a backlog only that
    come(planned)
    with Device(house, slug, secret, project) as phone:
        phone.publish("position", fix(DURING, seq=2))
        phone.publish("position", [fix(BEFORE, planned - timedelta(minutes=5), seq=3), fix(DURING, seq=4)])
        wait_until(lambda: {2, 3, 4} <= settled(phone))
        wait_until(lambda: DURING in traces(slug)["live"])
        # When it has ended, its backlog still comes in, and what is of now doesn't
        come(planned + LASTS)
        last = planned + LASTS - timedelta(milliseconds=1)
        phone.publish("position", [fix(LATE, last, seq=5), fix(AFTER, seq=6)])
        phone.publish("position", fix(AFTER, datetime.now(UTC) + timedelta(days=999), seq=7))  # a clock that lies
        wait_until(lambda: {5, 6, 7} <= settled(phone))
        # and a position that comes as something else leaves no trace either
        phone.publish("scan", fix(AFTER, seq=8))
        wait_until(lambda: rows("SELECT count(*) FROM rejects WHERE topic LIKE %s", f"%/scan/{slug}") == [(1,)])
    found = traces(slug)
    assert found["positions"] == [DURING, DURING, LATE]
    assert (found["latest"], found["bodies"]) == ([LATE], [])
    assert not {BEFORE, AFTER} & {*found["live"]}
