"""Ingest as a process, against what is broken, late or repeated."""

from contextlib import closing
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from ingest import store as storing
from ingest.decode import entries
from ingest.entry import Received
from rentguy import db
from rentguy.credentials import service_secret
from rentguy.decoding import encode
from rentguy.mqtt import Client, Incoming
from tests import house as houses
from tests.fixes import COUNT, fix, settled
from tests.services import wait_until
from tests.visitors import Device

database, config, start, embedded, lowlands, _ = map(pytest.fixture(scope="module"), houses.PARTS)


@pytest.fixture(scope="module")
def ingest(embedded, start, config):
    return start("ingest", config)


@pytest.fixture(autouse=True)
def nothing_has_come(rows):
    """One house is for all: what the test before has left in it is gone."""
    rows("TRUNCATE positions, latest_positions, adjusted_times, presence, rejects, scans, messages, reads CASCADE")


@pytest.fixture
def truck(ingest, config, lowlands):
    with Device(config, "truck-04", lowlands.secrets["truck-04"]) as truck:
        yield truck


def test_bad_input_is_kept_as_rejects_and_harms_nothing(truck, rows):
    now = datetime.now(UTC)
    good, bad = fix(now, 3), {**fix(now, 4), "lat": 95}
    # When a truck sends everything that is wrong, and one array with a bad element between good ones
    for payload in (b"{", b"\xff\x00\x01", b"", b'"text"', b'{"at":1,"lat":"x","lon":1,"seq":1}', b"[" * 50_000):
        truck.publish("position", payload)
    truck.publish("position", [good, bad, fix(now + timedelta(seconds=1), 5)])
    # Then the good are stored, the bad named with field, bound and value
    wait_until(lambda: {1, 3, 4, 5} <= settled(truck))
    assert rows(COUNT) == [(2,)]
    reasons = [reason for (reason,) in rows("SELECT reason FROM rejects ORDER BY id")]
    assert len(reasons) == 7
    assert "[1] lat: Expected `float` <= 90.0, got 95" in reasons
    assert "[0] lat: Expected `float`, got `str`" in reasons
    assert "[0] expected JSON, got an empty payload" in reasons
    # and even that was proof of life
    assert rows("SELECT count(*) FROM presence p JOIN sources s ON s.id = p.source_id WHERE slug = 'truck-04'") == [
        (1,)
    ]


def test_a_row_that_postgresql_refuses_loses_only_itself(truck, rows):
    # Given a database that refuses one longitude
    rows("ALTER TABLE positions ADD CONSTRAINT not_there CHECK (ST_X(geom) <> 13.37)")
    now = datetime.now(UTC)
    fixes = [fix(now + timedelta(milliseconds=n), n) for n in range(300)]
    fixes[137]["lon"] = 13.37
    # When it comes amid others, in an array and beside other messages
    truck.publish("position", fixes)
    for n in range(300, 400):
        truck.publish("position", fix(now + timedelta(milliseconds=n), n))
    # Then all others are stored, and it is a reject
    wait_until(lambda: settled(truck) == set(range(400)), 30)
    assert rows(COUNT) == [(399,)]
    ((reason,),) = rows("SELECT reason FROM rejects")
    assert "not_there" in reason
    assert [137, 137] in [each for receipt in truck.told("receipt") for each in receipt.get("rejected", [])]
    rows("ALTER TABLE positions DROP CONSTRAINT not_there")


def test_a_step_that_fails_loses_only_what_it_failed_on(database, lowlands, rows, monkeypatch):
    """A poisoned message, whatever in us it breaks, must not stop the stream."""

    def break_on_a_battery(cursor, entries) -> None:
        if any(entry.message.battery == 13 for entry in entries):
            raise ValueError("thirteen")

    monkeypatch.setattr(storing, "STEPS", (*storing.STEPS, break_on_a_battery))
    now = datetime.now(UTC)
    payload = encode([{**fix(now + timedelta(milliseconds=n)), "battery": n} for n in range(40)])
    incoming = Incoming("rentguy/lowlands/position/truck-04", payload, False, 1, 1)
    with closing(db.connect(database, "test")) as session:
        storing.store(session, entries([Received(incoming, now)]))
    assert rows("SELECT count(*), count(*) FILTER (WHERE battery = 13) FROM positions") == [(39, 0)]
    assert rows("SELECT reason FROM rejects") == [("[13] it can't be stored: thirteen",)]


def test_a_wrong_clock_freezes_nothing_and_loses_nothing(truck, rows):
    now = datetime.now(UTC)
    future, past = [fix(now + timedelta(days=3650), n) for n in range(3)], fix(now - timedelta(days=1024 * 7), 10)
    # When a clock runs ten years ahead, then 1,024 weeks behind, and all is sent twice
    for _ in range(2):
        truck.publish("position", future)
        truck.publish("position", past)
        truck.publish("position", fix(now, 20, lat=48.17001))
    wait_until(lambda: {0, 1, 2, 10, 20} <= settled(truck))
    truck.publish("position", fix(now + timedelta(seconds=5), 21, lat=48.17002))
    wait_until(lambda: 21 in settled(truck))
    # Then each is kept once, near its receipt, with what it claimed
    claims = rows("SELECT device_time IS NOT NULL, abs(extract(epoch FROM recorded_at - now())) < 60 FROM positions")
    assert sorted(claims) == [(False, True)] * 2 + [(True, True)] * 4
    # and the newest true fix is the latest
    assert rows("SELECT ST_Y(geom) FROM latest_positions") == [(48.17002,)]


def test_a_jump_is_stored_and_flagged_and_not_the_latest(truck, rows):
    now = datetime.now(UTC)
    truck.publish(
        "position", [fix(now, 1), fix(now + timedelta(seconds=1), 2, lat=49.9), fix(now + timedelta(seconds=2), 3)]
    )
    wait_until(lambda: {1, 2, 3} <= settled(truck))
    assert rows("SELECT flags FROM positions ORDER BY recorded_at") == [(0,), (2,), (0,)]
    assert rows("SELECT recorded_at = (SELECT max(recorded_at) FROM positions) FROM latest_positions") == [(True,)]


def test_a_phone_off_shift_leaves_nothing(ingest, config, lowlands, rows):
    with Device(config, "anouk-phone", lowlands.secrets["anouk-phone"]) as phone:
        now = datetime.now(UTC)
        # When a phone sends a fix of its shift, and a backlog from before it
        phone.publish("position", [fix(now + timedelta(seconds=1), 1), fix(now - timedelta(hours=5), 2, lat=48.99)])
        wait_until(lambda: {1, 2} <= settled(phone))
    # Then only the one is stored, and the reject keeps no body
    assert rows(COUNT) == [(1,)]
    assert rows("SELECT payload, reason FROM rejects") == [
        (None, "a person's position outside their shift is not kept")
    ]


def test_a_bad_array_is_kept_once(truck, rows):
    truck.publish("position", b"[" + b",".join([b"0"] * 400) + b"]")
    wait_until(lambda: rows("SELECT count(*), count(payload) FROM rejects") == [(400, 1)])


def test_a_fix_from_the_future_stays_the_same_fix_when_its_time_has_come(database, lowlands, rows):
    """Sent again after its claim has become possible, it is still the row it was at first."""
    now = datetime.now(UTC)
    payload = encode(fix(now + timedelta(seconds=90)))
    incoming = Incoming("rentguy/lowlands/position/truck-04", payload, False, 1, 1)
    with closing(db.connect(database, "test")) as session:
        for received in (now, now + timedelta(seconds=40)):
            storing.store(session, entries([Received(incoming, received)]))
    assert rows("SELECT recorded_at FROM positions") == [(now,)]


def test_a_time_that_is_given_is_free(database, lowlands, rows):
    """A true fix at the very moment of our receipt keeps its row, and the lying one gets another."""
    now = datetime.now(UTC)
    messages = [fix(now), fix(now + timedelta(days=900), lat=48.1), fix(now + timedelta(days=900), lat=48.2)]
    topic = "rentguy/lowlands/position/truck-04"
    with closing(db.connect(database, "test")) as session:
        for message in messages:
            storing.store(session, entries([Received(Incoming(topic, encode(message), False, 1, 1), now)]))
    assert rows("SELECT recorded_at FROM positions ORDER BY 1") == [
        (now + timedelta(microseconds=n),) for n in range(3)
    ]


def test_cases_are_loaded_only_on_vehicles_of_the_project(ingest, config, lowlands, rows):
    with Device(config, "gate-1", lowlands.secrets["gate-1"]) as gate:
        loads = {str(uuid4()): vehicle for vehicle in ("truck-90", "anouk-phone", "gate-1", "truck-04")}
        for id, vehicle in loads.items():
            scan = {
                "id": id,
                "at": datetime.now(UTC).isoformat(),
                "tag": "FOH-07",
                "action": "load",
                "vehicle": vehicle,
            }
            gate.publish("scan", scan)
        results = {
            loads[id]: word for receipt in wait_until(lambda: _all(gate, 4)) for id, word in receipt["ids"].items()
        }
    assert results == {"truck-90": "rejected", "anouk-phone": "rejected", "gate-1": "rejected", "truck-04": "stored"}


def _all(device: Device, ids: int) -> list[dict]:
    receipts = device.told("receipt")
    return receipts if sum(len(receipt.get("ids", {})) for receipt in receipts) >= ids else []


def test_chat_stays_in_its_project_and_is_caught_up_with(database, lowlands, rows):
    """An edit elsewhere changes nothing; one that comes first doesn't hide its message from who catches up."""
    first, other = str(uuid4()), str(uuid4())
    now = datetime.now(UTC).isoformat()
    said = [
        ("pukkel", {"id": first, "at": now, "edit": "elsewhere"}),
        ("lowlands", {"id": other, "at": now, "body": "other"}),
        ("lowlands", {"id": first, "at": now, "body": "hello"}),
        ("pukkel", {"id": other, "at": now, "delete": True}),
    ]
    with closing(db.connect(database, "test")) as session:
        for project, message in said:
            incoming = Incoming(f"rentguy/{project}/chat/anouk", encode(message), False, 1, 1)
            storing.store(session, entries([Received(incoming, datetime.now(UTC))]))
    query = """SELECT p.slug, body, edit, deleted_at FROM messages m JOIN projects p ON p.id = m.project_id
                WHERE recorded_at IS NOT NULL ORDER BY number"""
    assert rows(query) == [("lowlands", "other", None, None), ("lowlands", "hello", None, None)]


def test_each_change_of_a_message_has_a_revision_of_its_own(database, lowlands, rows):
    """Who catches up hears of each once: a message after its edit, an edit that takes; of none that comes again."""
    id, now = str(uuid4()), datetime.now(UTC)
    early, late = ({"id": id, "at": (now + timedelta(seconds=n)).isoformat(), "edit": f"edit {n}"} for n in (1, 2))
    said, deleted = ({"id": id, "at": now.isoformat(), **what} for what in ({"body": "hello"}, {"delete": True}))
    other = {**said, "id": str(uuid4())}
    changed = []
    with closing(db.connect(database, "test")) as session:
        for message in (early, other, said, said, late, late, early, deleted, deleted):
            ((before,),) = rows("SELECT coalesce(max(revision), 0) FROM messages")
            incoming = Incoming("rentguy/lowlands/chat/anouk", encode(message), False, 1, 1)
            storing.store(session, entries([Received(incoming, datetime.now(UTC))]))
            changed.append(rows("SELECT id::text FROM messages WHERE revision > %s", before))
    assert changed == [[(id,)], [(other["id"],)], [(id,)], [], [(id,)], [], [], [(id,)], []]


def test_reads_and_presence_are_kept(truck, rows):
    truck.publish("presence", {"online": True, "at": datetime.now(UTC).isoformat()})
    query = "SELECT online FROM presence p JOIN sources s ON s.id = p.source_id WHERE slug = 'truck-04'"
    wait_until(lambda: rows(query) == [(True,)])
    truck.publish("presence", {"online": False})
    wait_until(lambda: rows(query) == [(False,)])


def test_what_the_broker_replays_is_no_later_word_than_a_live_one(database, lowlands, rows):
    """After a reconnect all of it may come in one batch: the will, that the device is back, and the same replayed."""
    now = datetime.now(UTC)
    back = encode({"online": True, "at": (now - timedelta(seconds=1)).isoformat()})
    topic, words = "rentguy/lowlands/presence/truck-04", ((b'{"online":false}', False), (back, False), (back, True))
    with closing(db.connect(database, "test")) as session:
        for batch in (words[:1], words[1:]):
            received = [Received(Incoming(topic, payload, retained, 1, 1), now) for payload, retained in batch]
            storing.store(session, entries(received))
    assert rows("SELECT online FROM presence") == [(True,)]


def test_unknown_sources_and_projects_are_named(ingest, config, rows):
    # Given somebody the broker trusts, who speaks for things nobody knows
    gateway = Client(config.mqtt_url, "_gateway", service_secret(config.secret_key, "_gateway")).start()
    assert gateway.connected.wait(10)
    gateway.publish("rentguy/lowlands/position/ghost-1", b'{"at":1,"lat":1,"lon":1}')
    gateway.publish("rentguy/atlantis/position/truck-04", b'{"at":1,"lat":1,"lon":1}')
    # Then each is a reject that says so
    wait_until(lambda: rows("SELECT count(*) FROM rejects") == [(2,)])
    gateway.stop()
    assert set(rows("SELECT reason FROM rejects")) == {
        ("[0] source: nobody is called 'ghost-1'",),
        ("[0] project: there is no 'atlantis'",),
    }


def test_ids_are_settled_too(ingest, config, lowlands):
    with Device(config, "gate-1", lowlands.secrets["gate-1"]) as gate:
        broken = str(uuid4())
        gate.publish("scan", {"id": broken, "at": 1, "tag": ""})
        wait_until(lambda: {"ids": {broken: "rejected"}} in gate.told("receipt"))


def test_a_scan_sent_again_is_answered_as_the_first_time(ingest, config, lowlands, rows):
    outcomes = {"FOH-07": "stored", "XYZ-1": "unknown_tag", "LED-90": "wrong_project"}
    scans = {tag: {"id": str(uuid4()), "at": 1_760_000_000, "tag": tag} for tag in outcomes}
    with Device(config, "gate-1", lowlands.secrets["gate-1"]) as gate:
        # Given scans of all kinds, dealt with
        gate.publish("scan", [*scans.values()])
        wait_until(lambda: _ids(gate) == {scans[tag]["id"]: outcome for tag, outcome in outcomes.items()})
        # When they are sent again because their receipt was lost
        gate.heard.clear()
        gate.publish("scan", [*scans.values()])
        # Then each is answered as then, but that what is stored is not stored again
        again = outcomes | {"FOH-07": "duplicate"}
        wait_until(lambda: _ids(gate) == {scans[tag]["id"]: outcome for tag, outcome in again.items()})
    assert rows("SELECT count(*) FROM scans") == [(3,)]


def _ids(device: Device) -> dict[str, str]:
    """What receipts have said of ids."""
    return {id: said for receipt in device.told("receipt") for id, said in receipt.get("ids", {}).items()}
