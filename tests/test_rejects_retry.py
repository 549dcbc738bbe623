"""`rentguy rejects`: what could not be used is listed, shown, and dealt with again after a fix."""

import json
from contextlib import closing
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from ingest import store as storing
from ingest.database import Database
from ingest.decode import entries
from ingest.entry import Received
from ingest.retries import Retries
from rentguy import db, enrolment, orm, rejects
from rentguy.decoding import encode
from rentguy.mqtt import Incoming
from tests.services import wait_until
from tests.terminal import Done
from tests.visitors import Device

TRUCK = "rentguy/lowlands/position/truck-04"
GHOST = "rentguy/lowlands/position/ghost-1"
NOW = datetime.now(UTC)
ALL = "SELECT id, topic, reason FROM rejects ORDER BY id"


def fix(seconds: float = 0, **more: object) -> dict:
    return {"at": (NOW + timedelta(seconds=seconds)).isoformat(), "lat": 48.17, "lon": 11.55, **more}


def said(done: Done) -> str:
    """Its words on one line, however wide the terminal is."""
    return " ".join(done.stdout.split())


@pytest.fixture
def store(database, lowlands):
    """`store(batch)`: as ingest does with what it received."""
    session = db.connect(database, "test")

    def store(batch: list[Received]) -> None:
        storing.store(session, entries(batch))

    yield store
    session.close()


def received(topic: str, payload: object, at: datetime = NOW) -> Received:
    return Received(Incoming(topic, payload if isinstance(payload, bytes) else encode(payload), False, 1, 1), at)


@pytest.fixture
def enrol(database):
    """`enrol(slug, kind)`: a device of `lowlands`."""

    def enrol(slug: str, kind: str = "truck", owner: str | None = None) -> None:
        engine = orm.engine(database)
        with Session(engine) as session, session.begin():
            enrolment.add_device(session, slug, kind, None, "lowlands", owner)
        engine.dispose()

    return enrol


def test_after_a_fix_a_retry_stores_what_was_sent_when_it_was_sent(embedded, start, config, lowlands, rows, run):
    start("ingest", config)
    # Given a database that refused some of a truck's fixes
    rows("ALTER TABLE positions ADD CONSTRAINT not_there CHECK (ST_X(geom) < 13)")
    with Device(config, "truck-04", lowlands.secrets["truck-04"]) as truck:
        truck.publish("position", [fix(seq=1), fix(1, seq=2, lon=13.37), fix(2, seq=3, lon=13.38)])
        wait_until(lambda: {"stored": [[1, 1]], "rejected": [[2, 3]]} in truck.told("receipt"))
        ((first,),) = rows("SELECT DISTINCT received_at FROM rejects")
        ((heard,),) = rows("SELECT heard_at FROM presence")
        # When the fault is gone, and one of them is retried
        rows("ALTER TABLE positions DROP CONSTRAINT not_there")
        ids = [id for id, *_ in rows(ALL)]
        done = run("rejects", "retry", str(ids[1]), "--json")
        # Then the whole message is stored under its own times and first receipt, and the rejects are gone
        assert json.loads(done.stdout) == {
            "retried": [{"ids": ids, "topic": TRUCK, "outcome": "stored", "reasons": []}]
        }
        assert rows("SELECT recorded_at, received_at, ST_X(geom) FROM positions ORDER BY 1") == [
            (NOW + timedelta(seconds=n), first, lon) for n, lon in enumerate((11.55, 13.37, 13.38))
        ]
        assert rows(ALL) == []
        # and the truck hears of it, which was no proof of its life
        wait_until(lambda: {"stored": [[1, 3]]} in truck.told("receipt"))
        assert rows("SELECT heard_at FROM presence") == [(heard,)]


def test_what_still_fails_is_kept_with_the_new_reason(embedded, start, config, store, rows, run, enrol):
    # Given a message wrong in two ways, one of which is put right
    store([received("rentguy/atlantis/position/ghost-1", fix()), received(GHOST, b"nonsense")])
    enrol("ghost-1")
    start("ingest", config)
    # When both are retried
    done = run("rejects", "retry", "--all")
    # Then each is one reject, with its bytes, for the reason that is left
    assert "still rejected: [0] project: there is no 'atlantis'" in said(done)
    assert "still rejected: [0] expected JSON" in said(done)
    kept = rows("SELECT topic, payload IS NOT NULL, received_at, asked_at FROM rejects ORDER BY 1")
    assert kept == [("rentguy/atlantis/position/ghost-1", True, NOW, None), (GHOST, True, NOW, None)]


def test_a_part_that_still_fails_keeps_the_bytes_for_another_retry(database, store, rows, run, enrol):
    # Given an array that nobody could send, one element of which the database refuses as well
    rows("ALTER TABLE positions ADD CONSTRAINT not_there CHECK (ST_X(geom) < 13)")
    store([received(GHOST, [fix(), fix(1, lon=13.37), fix(2)])])
    enrol("ghost-1")
    assert rows("SELECT count(*), count(payload) FROM rejects") == [(3, 1)]
    # When it is retried, and once more when that is put right too
    again(database, store, run)
    ((reason, payload),) = rows("SELECT reason, payload FROM rejects")
    assert reason.startswith("[1] it can't be stored") and payload
    assert rows("SELECT count(*) FROM positions") == [(2,)]
    rows("ALTER TABLE positions DROP CONSTRAINT not_there")
    again(database, store, run)
    # Then all of it is stored
    assert rows("SELECT count(*) FROM positions") == [(3,)]
    assert rows(ALL) == []


def again(database: str, store, run) -> None:
    """Ask for everything, and deal with it as ingest does."""
    assert run("rejects", "retry", "--all", "--timeout", "0").returncode == 0
    with closing(Database(database)) as session:
        retries = Retries(session)
        store(retries.take())
        retries.done()
        assert Retries(session).take() == []


def test_dying_before_it_is_forgotten_means_once_more(database, store, rows, run, enrol):
    scan = {"id": str(uuid4()), "at": NOW.isoformat(), "tag": "FOH-07", "status": "damaged"}
    store([received("rentguy/lowlands/scan/gate-9", scan), received(GHOST, fix(86400 * 500))])
    enrol("gate-9", "scanner")
    enrol("ghost-1")
    rows("UPDATE assignments SET during = tstzrange(now() - interval '1 day', NULL) WHERE upper_inf(during)")
    run("rejects", "retry", "--all", "--timeout", "0")
    # When ingest stores what is asked for, dies, and comes back twice
    for _ in range(3):
        with closing(Database(database)) as session:
            batch = Retries(session).take()
            assert len(batch) == 2
            store(batch)
    assert len(rows(ALL)) == 2
    # Then everything is there once
    again(database, store, run)
    assert rows(ALL) == []
    assert rows("SELECT count(*) FROM scans") == [(1,)]
    assert rows("SELECT count(*), min(recorded_at) FROM positions") == [(1, NOW)]


def test_what_is_asked_for_again_meanwhile_is_not_forgotten(database, store, rows, run):
    store([received(GHOST, fix())])
    with closing(Database(database)) as session:
        retries = Retries(session)
        run("rejects", "retry", "--all", "--timeout", "0")
        store(retries.take())  # and it is rejected again
        run("rejects", "retry", "--all", "--timeout", "0")
        retries.done()
        assert rows("SELECT asked_at IS NOT NULL FROM rejects") == [(True,)]
        assert len(Retries(session).take()) == 1


def test_ingest_killed_amid_a_retry_loses_and_doubles_nothing(embedded, start, config, lowlands, rows, run, enrol):
    total = 5_000
    with closing(db.connect(config.database_url, "test")) as session, session, session.cursor() as cursor:
        payloads = [encode(fix(-n / 1000)) for n in range(total)]
        rejects.add(
            cursor,
            (rejects.Reject(None, GHOST, each, "[0] who?", NOW, rejects.digest(GHOST, each)) for each in payloads),
        )
    enrol("ghost-1")
    ingest = start("ingest", config)
    # When ingest is killed while it deals with very many
    waits = run("rejects", "retry", "--reason", "who?", "--timeout", "0", "--json")
    assert {each["outcome"] for each in json.loads(waits.stdout)["retried"]} <= {"waiting", "stored"}
    stored = "SELECT count(*) FROM positions"
    wait_until(lambda: rows(stored)[0][0] > 0, 30, every=0.005)
    ingest.kill()
    assert 0 < rows(stored)[0][0] < total
    ingest.start()
    # Then all of them are stored in the end, each once, and no reject is left
    wait_until(lambda: rows("SELECT count(*) FROM rejects") == [(0,)], 60)
    assert rows("SELECT count(*), count(DISTINCT recorded_at) FROM positions") == [(total, total)]


def test_a_word_that_was_refused_is_no_proof_of_life(database, store, rows, run, enrol):
    """Presence that was rejected counts with a newer time of its own only, as a retained one does."""
    topic = "rentguy/lowlands/presence/ghost-1"
    store([received(topic, {"online": True}), received(topic, {"online": True, "at": "2026-01-01T00:00:00Z"})])
    enrol("ghost-1")
    store([received(topic, {"online": False}, NOW + timedelta(seconds=1))])
    again(database, store, run)
    assert rows("SELECT online, heard_at FROM presence") == [(False, NOW + timedelta(seconds=1))]


def test_a_persons_position_stays_private_when_it_is_retried(database, store, rows, run, enrol):
    # Given a phone that nobody had enrolled, whose owner is on no shift
    store([received(GHOST, fix())])
    enrol("ghost-1", "phone", "vera")
    # When it is retried, nothing of where it was is left
    again(database, store, run)
    assert rows("SELECT payload, reason FROM rejects") == [
        (None, "a person's position outside their shift is not kept")
    ]
    # and that can't be retried
    ((id, *_),) = rows(ALL)
    done = run("rejects", "retry", str(id))
    assert "can't be retried: its bytes were not kept" in said(done)
    assert rows("SELECT asked_at FROM rejects") == [(None,)]


def test_without_ingest_a_retry_waits_for_it(store, rows, run):
    store([received(GHOST, fix())])
    done = run("rejects", "retry", "--all", "--timeout", "0.1")
    assert done.returncode == 0
    assert "not dealt with yet: ingest does it as soon as it runs" in said(done)
    assert rows("SELECT asked_at IS NOT NULL FROM rejects") == [(True,)]


def test_rejects_are_listed_newest_first_and_shown(store, rows, run):
    bad = {**fix(), "lat": 95}
    store([received(TRUCK, bad), received(TRUCK, bad), received(TRUCK.replace("04", "05"), b"\xff\x00")])
    store([received("rentguy/lowlands/chat/anouk", {"id": 5}, NOW + timedelta(seconds=1))])

    def listed(*options: str) -> list[tuple]:
        found = json.loads(run("rejects", "list", "--json", *options).stdout)["rejects"]
        return [(each["source"], each["times"]) for each in found]

    assert listed()[0] == ("anouk", 1) and len(listed()) == 3
    assert listed("--limit", "1") == [("anouk", 1)]
    assert listed("--source", "truck-04") == listed("--topic", "rentguy/+/position/truck-04") == [("truck-04", 2)]
    assert set(listed("--topic", "position")) == {("truck-04", 2), ("truck-05", 1)}
    words = run("rejects", "list", "--source", "truck-04").stdout
    assert all(word in words for word in ("times", "reason", "truck-04"))
    assert "nothing was rejected" in run("rejects", "list", "--topic", "read").stdout
    # and each with its bytes, and what would become of it now
    ids = {topic: id for id, topic, _ in rows(ALL)}
    shown = json.loads(run("rejects", "show", str(ids[TRUCK]), "--json").stdout)
    assert (shown["payload"], shown["times"], shown["asked_at"]) == (bad, 2, None)
    assert "95" in shown["now"][0]["error"]
    assert json.loads(run("rejects", "show", str(ids[TRUCK.replace("04", "05")]), "--json").stdout)["hex"] == "ff00"
    words = run("rejects", "show", str(ids[TRUCK])).stdout
    assert '"lat": 95,' in words and "truck-04" in words


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["list", "--topic", "a/#/b"], "topic: 'a/#/b' is neither a kind nor an MQTT filter"),
        (["show", "17"], "there is no reject 17"),
        (["retry", "17", "18"], "there is no reject 17, 18"),
        (["retry"], "say which: ids, or --all, or --reason TEXT"),
        (["retry", "17", "--all"], "say which: ids, or --all, or --reason TEXT"),
    ],
)
def test_what_cannot_be_asked_for_is_one_line(run, database, arguments, reason):
    done = run("rejects", *arguments)
    assert (done.returncode, done.stderr) == (1, f"rentguy: {reason}\n")


def test_what_somebody_sent_commands_no_terminal(store, rows, run):
    store([received("rentguy/\x1b[2J/position/truck-04", '"\x9b2J"'.encode())])
    ((id, *_),) = rows(ALL)
    for said in (run("rejects", "list").stdout, run("rejects", "show", str(id)).stdout):
        assert "\\u001b[2J" in said.replace("\n", "") and not {"\x1b", "\x9b"} & set(said)
