"""The real drive that comes along: read whole, speed and heading from consecutive points, played again."""

import json
from itertools import pairwise

import pytest

from devices.replay import Replay
from devices.route import Place, Point, bearing, distance
from devices.trace import Fix, TraceError, backwards, line, read, samples, shipped, thawed

DRIVE = shipped("munich-car")
HERE, THERE, YONDER = Point(48.0, 11.0), Point(48.0001, 11.0), Point(48.0002, 11.0)


def test_drive_is_read_whole():
    assert len(DRIVE) == 1194
    assert DRIVE[0] == Fix(0, Point(48.16350662940509, 11.564388282625075))
    assert DRIVE[-1].seconds == 1195
    assert line(DRIVE).length == pytest.approx(13647, abs=2)


def test_speed_and_heading_follow_from_consecutive_points():
    made = samples(DRIVE)
    assert [sample.place.point for sample in made] == [fix.point for fix in DRIVE]
    for (before, a), (fix, b) in pairwise(zip(DRIVE, made, strict=True)):
        assert 0 <= b.place.heading < 360
        gone, took = distance(before.point, fix.point), fix.seconds - before.seconds
        assert b.place.speed == pytest.approx(gone / took)
        expected = bearing(before.point, fix.point) if gone >= 0.5 else a.place.heading
        assert b.place.heading == pytest.approx(expected)


@pytest.mark.parametrize("direction", [lambda fixes: fixes, backwards], ids=["there", "back"])
def test_thawed_drive_never_leaps(direction):
    """The receiver stood still for 33 s in a tunnel; without those fixes no car here is faster than a car."""
    fixes = direction(thawed(DRIVE))
    assert len(fixes) == 1194 - 33
    assert max(sample.place.speed for sample in samples(fixes)) < 40
    assert all(later.seconds > fix.seconds for fix, later in pairwise(fixes))


@pytest.mark.parametrize(
    "fixes, expected",
    [
        ([Fix(0, HERE)], [(0, 0)]),
        ([Fix(0, HERE), Fix(1, THERE)], [(11.12, 0), (11.12, 0)]),
        ([Fix(0, HERE), Fix(1, HERE)], [(0, 0), (0, 0)]),
        ([Fix(0, THERE), Fix(1, HERE), Fix(9, HERE)], [(11.12, 180), (11.12, 180), (0, 180)]),
        ([Fix(0, HERE), Fix(1, THERE), Fix(1, YONDER)], [(11.12, 0), (11.12, 0), (11.12, 0)]),
        ([Fix(0, HERE), Fix(0, HERE), Fix(2, THERE)], [(0, 0), (0, 0), (5.56, 0)]),
    ],
    ids=["alone", "the first as the second", "standing", "keeps its heading", "same second", "twice at first"],
)
def test_samples_of_odd_fixes(fixes, expected):
    made = [(sample.place.speed, sample.place.heading) for sample in samples(fixes)]
    assert made == [pytest.approx(each, abs=0.01) for each in expected]


@pytest.mark.parametrize(
    "records, reason",
    [
        ([], "at least 2 points"),
        ([{"point": "POINT(11 48)", "time": "2014-09-10 06:54:07+0200"}], "at least 2 points"),
        ([{"point": "POINT(48)", "time": "2014-09-10 06:54:07+0200"}], r"element 0: expected POINT\(lon lat\)"),
        ([{"point": "POINT(11 148)", "time": "2014-09-10 06:54:07+0200"}], "in degrees, got 'POINT"),
        ([{"point": "POINT(nan 48)", "time": "2014-09-10 06:54:07+0200"}], "in degrees, got 'POINT"),
        ([{"point": "POINT(11 48)", "time": "yesterday"}], "element 0: .*yesterday"),
        ([{"point": "POINT(11 48)"}], "time"),
        ({}, "array"),
    ],
)
def test_bad_trace_says_what_is_wrong(tmp_path, records, reason):
    file = tmp_path / "trace.json"
    file.write_text(json.dumps(records))
    with pytest.raises(TraceError, match=reason):
        read(file)


def test_replay_says_every_fix_once_at_its_time_shifted_to_now():
    replay = Replay(DRIVE, begins=1e9)
    said = [message for second in range(2000) for message in replay.messages(1e9 + second)]
    fixes = thawed(DRIVE)
    assert [message.at.timestamp() - 1e9 for message in said] == [fix.seconds for fix in fixes]
    assert [(m.lat, m.lon) for m in said] == [pytest.approx(fix.point, abs=1e-7) for fix in fixes]
    assert replay.ended(1e9 + 1195) and not Replay(DRIVE, 1e9).ended(1e9 + 10)


def test_replay_at_another_speed_is_that_much_faster():
    slow, fast = (Replay(DRIVE, 1e9, speed=speed) for speed in (1, 10))
    for second in range(0, 1190, 7):
        there, soon = slow.at(1e9 + second + 0.5), fast.at(1e9 + (second + 0.5) / 10)
        assert soon == Place(there.point, there.heading, there.speed * 10)


def test_replay_in_a_loop_drives_there_and_back_without_a_leap():
    replay = Replay(DRIVE, 0.0, loop=True)
    places = [replay.at(1e9 + second) for second in range(int(replay.period) + 100)]
    tunnel = 475  # metres, crossed in one step after 34 s of silence
    assert max(distance(a.point, b.point) for a, b in pairwise(places)) < tunnel
    assert sum(distance(a.point, b.point) for a, b in pairwise(places)) > 2 * 13000
    assert not replay.ended(2e9)


@pytest.mark.parametrize("speed", [0, -1])
def test_replay_refuses_to_stand_still(speed):
    with pytest.raises(ValueError, match="above 0"):
        Replay(DRIVE, 0.0, speed=speed)
