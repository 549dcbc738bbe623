"""Distances, bearings, places along a line, and how a vehicle's speed follows from its stops."""

import json
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

from devices.motion import Shuttle
from devices.profile import ACCELERATION, Profile, Stop, traffic
from devices.route import Point, Route, bearing, distance, moved, towards

CASES = json.loads((Path(__file__).parent / "cases" / "devices.json").read_text())
HOOK = Route([Point(48.0, 11.0), Point(48.01, 11.0), Point(48.01, 11.01)])


@pytest.mark.parametrize("case", CASES["between"], ids=lambda case: case["rule"])
def test_distance_and_bearing(case):
    a, b = Point(*case["from"]), Point(*case["to"])
    assert distance(a, b) == pytest.approx(case["metres"], rel=1e-4, abs=0.1)
    assert bearing(a, b) == pytest.approx(case["degrees"], abs=0.01)


@pytest.mark.parametrize("case", CASES["along"], ids=lambda case: case["rule"])
def test_place_along_a_route(case):
    point, heading = HOOK.at(case["travelled"])
    assert point == pytest.approx(case["expected"], abs=2e-5)
    assert heading == pytest.approx(case["heading"], abs=0.01)


def test_moved_is_as_far_as_it_says():
    start = Point(48.1687, 11.551)
    assert distance(start, moved(start, 30, 40)) == pytest.approx(50, rel=1e-3)
    assert bearing(start, moved(start, 30, 0)) == pytest.approx(90, abs=0.01)


def test_towards_never_passes_the_goal():
    start, goal = Point(48.0, 11.0), Point(48.001, 11.0)
    assert towards(start, goal, 1e6) == goal
    assert distance(start, towards(start, goal, 10)) == pytest.approx(10, rel=1e-3)


def test_part_backwards_ends_where_forwards_begins():
    there, back = HOOK.part(500, 1500), HOOK.part(1500, 500)
    assert there.length == pytest.approx(1000, abs=0.1) == back.length
    assert there.points == back.points[::-1]
    assert back.at(0)[1] == pytest.approx(270, abs=0.01)


@pytest.mark.parametrize("points", [[], [Point(48, 11)], [Point(48, 11), Point(48, 11)]])
def test_route_without_length_is_refused(points):
    with pytest.raises(ValueError, match="at least 2 points"):
        Route(points)


def test_profile_stops_where_and_as_long_as_told():
    profile = Profile(1000, 10.0, [Stop(400, 30)])
    standing = [second for second in range(200) if profile.at(second) == (400, 0.0)]
    assert len(standing) == pytest.approx(30, abs=1)
    assert profile.at(0) == (0, 0.0)
    assert profile.at(profile.seconds) == profile.at(1e6) == (1000, 0.0)


@pytest.mark.parametrize("seed", range(5))
def test_profile_never_leaps(seed):
    """Speed stays under the cruise and changes no faster than a vehicle can; metres follow from speed."""
    profile = Profile(6000, 12.5, traffic(6000, Random(seed)))
    moments = [profile.at(tenth / 10) for tenth in range(int(profile.seconds * 10) + 20)]
    for (metres, speed), (later, faster) in pairwise(moments):
        assert abs(faster - speed) <= ACCELERATION * 0.1 + 1e-6
        assert later - metres == pytest.approx((speed + faster) / 2 * 0.1, abs=0.02)
        assert faster <= 12.5 + 1e-9
    assert moments[-1] == (6000, 0.0)


def test_profile_of_a_short_hop_never_reaches_its_cruise():
    profile = Profile(20, 30.0)
    assert max(profile.at(tenth / 10)[1] for tenth in range(200)) < 5


def test_shuttle_waits_at_both_ends_and_never_leaps():
    shuttle = Shuttle(HOOK, 10.0, 60.0, 0.0, Random(1))
    places = [shuttle.at(second) for second in range(int(2 * shuttle.period))]
    waits = [[place.point for place in places].count(end) for end in (HOOK.points[0], HOOK.points[-1])]
    assert min(waits) >= 2 * 59
    assert max(distance(a.point, b.point) for a, b in pairwise(places)) <= 10.01


def test_shuttle_is_where_the_clock_says_whoever_asks():
    ours, theirs = (Shuttle(HOOK, 10.0, 60.0, 7.0, Random("truck-01")) for _ in range(2))
    assert [ours.at(1e9 + second) for second in range(500)] == [theirs.at(1e9 + second) for second in range(500)]
