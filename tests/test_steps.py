"""The pure parts of storing: what events make of an item, when a message was made, how a receipt is written."""

import itertools
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from ingest.receipts import _ranges
from rentguy import db
from rentguy.earth import distance
from rentguy.fixes import Flag, Seen, flags, trusted
from rentguy.items import Event, Item, State, _fold, record
from rentguy.messages import Position

CASES = json.loads((Path(__file__).parent / "cases" / "items.json").read_text())
NOW = datetime(2026, 6, 20, 21, 40, tzinfo=UTC)
PROJECTS = {"p": 1, "q": 2, None: None}
VEHICLES = {"truck-04": 4, "truck-05": 5, None: None}


def event(number: int, asked: dict) -> Event:
    return Event(
        1,
        NOW + timedelta(seconds=asked["at"]),
        UUID(int=number),
        None,
        PROJECTS[asked.get("project")],
        asked.get("status"),
        asked.get("action"),
        VEHICLES[asked.get("vehicle")],
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["rule"])
def test_events_of_an_item(case):
    events = sorted((event(n, asked) for n, asked in enumerate(case["events"])), key=lambda e: (e.at, e.id))
    item, outcome = _fold(Item("foh-07", State(), NOW, None), events)
    expected = case["expected"]
    assert item.state == State(expected["status"], PROJECTS[expected["project"]], VEHICLES[expected["vehicle"]])
    if "results" in case:
        assert [result for _, result in outcome] == case["results"]


@pytest.mark.parametrize(
    "claimed, expected",
    [
        (timedelta(0), True),
        (timedelta(seconds=60), True),
        (timedelta(seconds=61), False),
        (timedelta(days=-400), True),
        (timedelta(days=-400, seconds=-1), False),
        (timedelta(weeks=-1024), False),
    ],
)
def test_a_clock_is_trusted_within_its_window(claimed, expected):
    assert trusted(NOW + claimed, NOW) is expected


@pytest.mark.parametrize(
    "fix, seconds, expected",
    [
        ({"lat": 48.0, "lon": 11.0}, 1, Flag(0)),
        ({"lat": 48.0005, "lon": 11.0}, 1, Flag(0)),  # 56 m in a second
        ({"lat": 48.001, "lon": 11.0}, 1, Flag.JUMP),  # 111 m in a second
        ({"lat": 48.001, "lon": 11.0}, 2, Flag(0)),
        ({"lat": 48.001, "lon": 11.0}, -1, Flag(0)),  # late: there is a newer one to judge it by
        ({"lat": 48.0, "lon": 11.0, "accuracy": 500}, 1, Flag(0)),
        ({"lat": 48.0, "lon": 11.0, "accuracy": 501}, 1, Flag.COARSE),
    ],
)
def test_implausible_fixes_are_flagged(fix, seconds, expected):
    at = NOW + timedelta(seconds=seconds)
    assert flags(Position(at=at, **fix), at, Seen(NOW, 48.0, 11.0)) == expected


def test_distance_from_the_equator_to_the_pole():
    assert distance(Seen(NOW, 0, 11.5), Seen(NOW, 90, 11.5)) == pytest.approx(10_007_557, abs=1)


@pytest.mark.parametrize(
    "numbers, expected",
    [([], []), ([7], [(7, 7)]), ([3, 1, 2], [(1, 3)]), ([1, 2, 3, 7, 9, 8, 7], [(1, 3), (7, 9)])],
)
def test_ranges_of_a_receipt(numbers, expected):
    assert _ranges(numbers) == expected


def test_the_order_of_arrival_changes_no_item(database, lowlands):
    """Every order in which four events can arrive leaves the same item and the same results."""
    session = db.connect(database, "test")
    with session, session.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT id FROM projects WHERE slug = %s), (SELECT id FROM projects WHERE slug = %s),"
            " (SELECT id FROM sources WHERE slug = 'truck-04')",
            ("lowlands", "pukkel"),
        )
        here, there, truck = cursor.fetchone()
        asked = [
            (1, here, None, "out", None),
            (2, here, None, "load", truck),
            (3, there, None, "out", None),
            (4, None, "damaged", None, None),
        ]
        left = set()
        for code, order in enumerate(itertools.permutations(asked)):
            cursor.execute("INSERT INTO items (code, name) VALUES (%s, 'x') RETURNING id", (f"case-{code}",))
            (item,) = cursor.fetchone()
            for at, project, status, action, vehicle in order:
                moment = NOW + timedelta(seconds=at)
                record(cursor, [Event(item, moment, UUID(int=at), None, project, status, action, vehicle)])
            cursor.execute(
                "SELECT status, project_id, vehicle_id, changed_at,"
                " (SELECT array_agg(result ORDER BY at) FROM item_events WHERE item_id = i.id)::text"
                " FROM items i WHERE id = %s",
                (item,),
            )
            left.add(cursor.fetchone())
        session.rollback()
    session.close()
    assert left == {("damaged", here, truck, NOW + timedelta(seconds=4), "{stored,stored,wrong_project,stored}")}
