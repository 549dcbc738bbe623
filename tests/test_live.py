"""What a browser sees move: everyone's newest plausible fix, of a time when they were welcome."""

from datetime import UTC, datetime, timedelta

import pytest

from rentguy import enrolment
from rentguy.models import User
from tests import house as houses
from tests.services import wait_until
from tests.visitors import Device, Person

database, config, start, embedded, lowlands, house = map(pytest.fixture(scope="module"), houses.PARTS)


def now() -> str:
    return datetime.now(UTC).isoformat()


def test_positions_are_coalesced_to_the_newest(house, anouk, lowlands):
    topic = "rentguy/lowlands/position/truck-04"
    with Device(house, "truck-04", lowlands.secrets["truck-04"]) as truck, anouk.open("lowlands") as window:
        base = datetime.now(UTC).timestamp()
        for n in range(500):
            truck.publish("position", {"at": base + n / 100, "lat": 48 + n * 1e-7, "lon": 11.5})
        last = 48 + 499 * 1e-7
        wait_until(lambda: window.heard(topic) and window.heard(topic)[-1]["lat"] == pytest.approx(last, abs=1e-9))
        frames = window.heard(topic)
        assert len(frames) < 400
        assert [each["at"] for each in frames] == sorted(each["at"] for each in frames)


def test_a_lying_clock_shows_as_now(house, anouk, lowlands):
    topic = "rentguy/lowlands/position/truck-05"
    with Device(house, "truck-05", lowlands.secrets["truck-05"]) as truck, anouk.open("lowlands") as window:
        truck.publish("position", {"at": "2036-01-01T00:00:00Z", "lat": 48.0, "lon": 11.5})
        (seen,) = wait_until(lambda: window.heard(topic))
        assert abs(datetime.fromisoformat(seen["at"]).timestamp() - datetime.now(UTC).timestamp()) < 60
        # and the next true fix still moves the marker
        truck.publish("position", {"at": now(), "lat": 48.00001, "lon": 11.5})
        wait_until(lambda: window.heard(topic)[-1]["lat"] == 48.00001)


def test_fixes_of_a_lying_clock_keep_their_order(house, anouk, lowlands):
    topic = "rentguy/lowlands/position/gate-1"
    with Device(house, "gate-1", lowlands.secrets["gate-1"]) as gate, anouk.open("lowlands") as window:
        # The second is 1.1 km from the first: a wrong clock says nothing about speed
        gate.publish("position", [{"at": "2036-01-01T00:00:00Z", "lat": 48 + n / 100, "lon": 11.5} for n in (1, 2)])
        wait_until(lambda: window.heard(topic)[-1]["lat"] == 48.02)


def test_a_bogus_fix_does_not_hide_the_true_ones(house, lowlands):
    topic = "rentguy/pukkel/position/truck-90"
    with Device(house, "truck-90", lowlands.secrets["truck-90"], "pukkel") as truck:
        truck.publish("position", {"at": now(), "lat": 48.0, "lon": 11.5, "seq": 1})
        wait_until(lambda: {"stored": [[1, 1]]} in truck.told("receipt"))
        # Given a room that is opened after the first fix, and hears a bogus one first
        with Person(house, "root", lowlands.password).open("pukkel") as window:
            truck.publish("position", {"at": now(), "lat": -48.0, "lon": 11.5})
            truck.publish("position", {"at": now(), "lat": 48.00001, "lon": 11.5})
            wait_until(lambda: window.heard(topic)[-1]["lat"] == 48.00001)
            assert -48.0 not in [each["lat"] for each in window.heard(topic)]


def test_what_works_elsewhere_is_not_shown_here(house, anouk, lowlands, registry):
    topic, other = (f"rentguy/lowlands/position/van-0{n}" for n in (7, 8))
    with registry() as session:
        secrets = [enrolment.add_device(session, f"van-0{n}", "van", None, "lowlands") for n in (7, 8)]
        kees = enrolment.add_user(session, "kees", "Kees Bos", lowlands.password).id
    with (
        Device(house, "van-07", secrets[0]) as van,
        Device(house, "van-08", secrets[1]) as later,
        anouk.open("lowlands") as window,
        Person(house, "kees", lowlands.password).open() as gone,
    ):
        van.publish("position", {"at": now(), "lat": 48.0, "lon": 11.5})
        wait_until(lambda: window.heard(topic))
        # When it is sent elsewhere, while the door is open for its backlog
        with registry() as session:
            enrolment.assign(session, "van-07", "pukkel")
            session.get_one(User, kees).enabled = False
        wait_until(lambda: gone.closed == 1008)  # the registry is looked at again
        van.publish("position", {"at": now(), "lat": 48.00001, "lon": 11.5, "seq": 5})
        wait_until(lambda: {"stored": [[5, 5]]} in van.told("receipt"))
        later.publish("position", {"at": now(), "lat": 48.0, "lon": 11.5})
        wait_until(lambda: window.heard(other))
        assert {each["lat"] for each in window.heard(topic)} == {48.0}


def test_a_person_off_shift_shares_no_position(house, anouk, lowlands):
    topic, shared = "rentguy/lowlands/position/anouk", {"lat": 48.1, "lon": 11.5}
    before = (datetime.now(UTC) - timedelta(hours=2)).isoformat()
    with anouk.open("lowlands") as window:
        for payload in ({"at": before, **shared}, [{"at": now(), **shared}, {"at": before, **shared}]):
            window.publish(topic, payload)
        detail = "your position is only shared while you are on shift"
        wait_until(lambda: [each["detail"] for each in window.heard("$/error")] == [detail, detail])
        ref = window.publish(topic, {"at": now(), **shared})
        wait_until(lambda: {"ref": ref} in window.heard("$/ack"))


def test_a_phone_is_shown_while_its_owner_is_on_shift(house, anouk, lowlands):
    topic = "rentguy/lowlands/position/anouk-phone"
    with Device(house, "anouk-phone", lowlands.secrets["anouk-phone"]) as phone, anouk.open("lowlands") as window:
        before = (datetime.now(UTC) - timedelta(hours=2)).isoformat()
        phone.publish("position", {"at": before, "lat": 48.0, "lon": 11.5})
        phone.publish("position", {"at": now(), "lat": 48.1, "lon": 11.5})
        wait_until(lambda: window.heard(topic))
        assert [each["lat"] for each in window.heard(topic)] == [48.1]
