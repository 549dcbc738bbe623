"""The pure parts of storing: what events make of an item, when a message was made, how a receipt is written."""

import itertools
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from ingest.receipts import _ranges
from rentguy.fixes import Flag, Seen, distance, flags, trusted
from rentguy.items import Event, Item, State, _fold
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


def test_distance_munich_to_amsterdam():
    assert distance(48.1372, 11.5755, 52.3731, 4.8926) == pytest.approx(666_900, rel=0.001)


@pytest.mark.parametrize(
    "numbers, expected",
    [([], []), ([7], [(7, 7)]), ([3, 1, 2], [(1, 3)]), ([1, 2, 3, 7, 9, 8, 7], [(1, 3), (7, 9)])],
)
def test_ranges_of_a_receipt(numbers, expected):
    assert _ranges(numbers) == expected


def test_the_order_of_arrival_changes_no_item():
    """Every order in which four events can arrive leaves the same item: what `record` stores is this fold."""
    asked = [
        {"at": 1, "project": "p", "action": "out"},
        {"at": 2, "project": "p", "action": "load", "vehicle": "truck-04"},
        {"at": 3, "project": "q", "action": "out"},
        {"at": 4, "status": "damaged"},
    ]
    events = [event(n, each) for n, each in enumerate(asked)]
    folded = {
        _fold(Item("foh-07", State(), NOW, None), sorted(order, key=lambda e: (e.at, e.id)))[0]
        for order in itertools.permutations(events)
    }
    assert len(folded) == 1
