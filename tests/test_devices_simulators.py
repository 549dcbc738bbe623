"""What simulated vehicles, phones and scanners say over the hours: plausible, and never a leap."""

from contextlib import closing
from itertools import pairwise
from random import Random

import pytest

from devices.client import Device
from devices.motion import Parked, Shuttle
from devices.outbox import Batch, Outbox
from devices.phone import Phone
from devices.route import Point, Route, distance, moved
from devices.scanner import NEXT, STEPS, Scanner
from devices.tracker import Tracker
from rentguy.decoding import decode, encode
from rentguy.errors import MessageError
from rentguy.messages import Position, Scan
from rentguy.topics import Topic

DOCK = Point(48.1687, 11.551)
START = 1_790_000_000.0
POSITION = Position(at=START, lat=48.17, lon=11.55)


def said(simulator, seconds: float, every: float = 1.0) -> list:
    return [m for step in range(int(seconds / every)) for m in simulator.messages(START + step * every)]


def apart(positions: list[Position]) -> float:
    """The longest step between two reports, in metres."""
    points = [Point(position.lat, position.lon) for position in positions]
    return max(distance(a, b) for a, b in pairwise(points))


def test_tracker_reports_near_the_truth_and_without_a_leap():
    shuttle = Shuttle(Route([DOCK, moved(DOCK, 800, 500)]), 12.0, 30.0, 0.0, Random(1))
    positions = said(Tracker(shuttle, Random(2)), 600)
    assert len(positions) == 600
    assert apart(positions) < 15
    assert max(distance(Point(p.lat, p.lon), shuttle.at(p.at.timestamp()).point) for p in positions) < 15
    assert {0.0, 12.0} <= {position.speed for position in positions}


def test_parked_tracker_jitters_within_its_accuracy():
    positions = said(Tracker(Parked(DOCK, 98.0), Random(3)), 3600)
    away = [distance(Point(p.lat, p.lon), DOCK) for p in positions]
    assert 0 < max(away) < 12 and apart(positions) < 4
    assert {(p.speed, p.heading) for p in positions} == {(0.0, 98.0)}


def test_phone_wanders_within_the_venue():
    positions = said(Phone(DOCK, 80, Random(4)), 3600)
    assert max(distance(Point(p.lat, p.lon), DOCK) for p in positions) < 100
    assert apart(positions) < 8
    assert {0.0, 1.3} == {position.speed for position in positions}


def test_phone_rides_away_and_comes_back_without_a_leap():
    truck = Shuttle(Route([DOCK, moved(DOCK, 2000, 0)]), 12.0, 400.0, 0.0, Random(5))
    positions = said(Phone(DOCK, 80, Random(6), rides=truck), 6 * 3600)
    away = [distance(Point(p.lat, p.lon), DOCK) for p in positions]
    assert max(away) > 1900 and min(away[-3600:]) < 100
    assert apart(positions) < 25


@pytest.mark.parametrize("metres, aboard", [(2000, True), (50, False)])
def test_phone_begins_aboard_when_its_vehicle_is_away(metres, aboard):
    truck = Parked(moved(DOCK, metres, 0), 0.0)
    phone = Phone(DOCK, 80, Random(7), rides=truck)
    assert len(said(phone, 1)) == 1 and phone.aboard is aboard


def test_scanner_takes_each_case_through_its_steps():
    scanner = Scanner([f"RG-{n}" for n in range(20)], ["truck-01"], Random(7))
    scans = said(scanner, 4 * 3600, 0.5)
    by_step = {tuple(sorted(fields.items())): step for step, fields in STEPS.items()}
    last: dict[str, str] = {}
    for scan in scans:
        fields = {"action": scan.action} if scan.action else {"status": scan.status}
        step = by_step[tuple(sorted(fields.items()))]
        assert step in NEXT[last.get(scan.tag, "in")]
        assert (scan.vehicle == "truck-01") is (step in ("load", "unload"))
        last[scan.tag] = step
    assert len({scan.id for scan in scans}) == len(scans)
    assert set(STEPS) <= {by_step[("action", s.action),] if s.action else by_step[("status", s.status),] for s in scans}


def test_scanner_unloads_from_the_vehicle_it_loaded_and_only_while_that_is_here():
    here = {"truck-01": True, "truck-02": False}
    scanner = Scanner(["A", "B"], list(here), Random(8), here=lambda vehicle, now: here[vehicle])
    assert {scan.vehicle for scan in said(scanner, 1800, 0.5)} == {None, "truck-01"}


def test_scanner_waits_while_no_vehicle_is_here():
    scanner = Scanner(["A"], ["truck-01"], Random(9), here=lambda vehicle, now: False)
    assert [scan.action for scan in said(scanner, 3600, 0.5)] == ["out"]


@pytest.mark.parametrize("gate, symbology", [(True, "epc"), (False, "code128")])
def test_scans_are_what_the_contract_takes(gate, symbology):
    scan, *_ = said(Scanner(["3034F4A1B2C0000000051000"], [], Random(10), gate=gate), 10, 0.5)
    decoded = decode(Topic("p", "scan", "gate-1"), encode(scan))
    assert decoded == [scan] and isinstance(scan, Scan)
    assert scan.symbology == symbology
    assert (scan.rssi is not None) is gate


def test_outbox_gives_up_the_oldest_when_full():
    outbox = Outbox(most=3)
    assert [outbox.add(seq, "position", b"{}") for seq in range(5)] == [True, True, True, False, False]
    assert outbox.lost == 2 and len(outbox) == 3


def test_outbox_outlives_its_process_and_numbers_are_never_given_twice(tmp_path):
    file = tmp_path / "truck-04.db"
    with closing(Outbox(file)) as outbox:
        for seq in range(5, 9):
            outbox.add(seq, "position", b"{}")
        outbox.settle(8, 8)
    with closing(Outbox(file)) as outbox:
        assert (len(outbox), outbox.last) == (3, 8)
        assert outbox.oldest(99) == Batch("position", 5, 7, b"[{},{},{}]")
        outbox.settle(0, 7)
    with closing(Outbox(file)) as outbox:
        assert (len(outbox), outbox.last) == (0, 8)
        client = Device("mqtt://127.0.0.1:1", "truck-04", "secret", outbox=outbox)
        outbox.add(2**50, "position", b"{}")  # by a clock that ran ahead
        ahead = Device("mqtt://127.0.0.1:1", "truck-04", "secret", outbox=outbox)
        assert client.send_position(POSITION) < 2**50 < ahead.send_position(POSITION)


def test_outbox_takes_nothing_that_could_never_be_sent():
    outbox = Outbox()
    with pytest.raises(MessageError, match="at most 65536 bytes, got 65537"):
        outbox.add(1, "scan", bytes(65_537))
    for seq in (1, 2, 3, 4):
        outbox.add(seq, "scan", bytes(65_536))
    assert (outbox.oldest(9).first, outbox.oldest(9).last) == (1, 3)


def test_outbox_forgets_what_a_receipt_names():
    outbox = Outbox()
    for seq in range(10):
        outbox.add(seq, "position", b"{}")
    assert outbox.settle(2, 4) == 3
    assert outbox.settle(0, 2**63 - 1) == 7
    assert outbox.settle(0, 9) == 0 and len(outbox) == 0


def test_outbox_batches_neighbours_of_a_kind_in_order():
    outbox = Outbox()
    for seq, kind in enumerate(["position"] * 3 + ["scan"] * 2 + ["position"]):
        outbox.add(seq, kind, str(seq).encode())
    batches = []
    while batch := outbox.oldest(99):
        batches.append((batch.kind, batch.payload))
        assert outbox.settle(batch.first, batch.last) and not outbox.holds(batch.first, batch.last)
    assert batches == [("position", b"[0,1,2]"), ("scan", b"[3,4]"), ("position", b"[5]")]


def test_outbox_batches_stay_within_what_a_payload_may_have():
    outbox = Outbox()
    for seq in range(600):
        outbox.add(seq, "position", b"x" * 1000)
    batch = outbox.oldest(600)
    assert len(batch.payload) <= 200 * 1024
    short = Outbox()
    for seq in range(600):
        short.add(seq, "position", b"{}")
    assert short.oldest(600).last == 499
