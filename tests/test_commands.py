"""The command line, run as people run it: against a database of its own."""

import json
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from rentguy import credentials, db, enrolment, orm, registry
from rentguy.commands import demo
from rentguy.errors import RegistryError
from tests.services import ROOT


def accounts(url: str) -> dict[str, registry.Account]:
    session = db.connect(url, "test")
    try:
        return registry.accounts(session)
    finally:
        session.close()


def outbox(url: str) -> list[str]:
    session = db.connect(url, "test")
    try:
        with session.cursor() as cursor:
            cursor.execute("SELECT topic FROM outbox ORDER BY id")
            return [topic for (topic,) in cursor]
    finally:
        session.close()


def test_a_project_is_enrolled_from_the_command_line(run, database):
    # When a project, its people, a device and an item are added
    steps = [
        run("project", "add", "Lowlands", "--name", "Lowlands 2026", "--json"),
        run("user", "add", "dana", "--password-stdin", "--json", stdin="a long password\n"),
        run("member", "add", "lowlands", "dana", "--role", "dispatcher", "--json"),
        run("device", "add", "phone-1", "--kind", "phone", "--project", "lowlands", "--owner", "dana", "--json"),
        run(
            "item", "add", "foh-07", "--name", "FOH rack", "--tag", "A", "--tag", "B", "--project", "lowlands", "--json"
        ),
        run("shift", "add", "dana", "lowlands", "--hours", "8", "--json"),
    ]
    assert [(step.returncode, step.stderr) for step in steps] == [(0, "")] * len(steps)
    # Then each says what it did as JSON, the slug folded
    facts = [json.loads(step.stdout) for step in steps]
    assert facts[0] == {"slug": "lowlands", "name": "Lowlands 2026"}
    # and the registry knows the device, its secret and its owner's shift
    account = accounts(database)["phone-1"]
    assert credentials.verify_secret(facts[3]["secret"], account.secret_hash)
    assert account.identity.on_shift == {"lowlands"}
    # and what MQTT has to hear of it is owed
    assert set(outbox(database)) >= {"rentguy/-/config/phone-1", "rentguy/lowlands/equipment/foh-07"}


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["project", "add", "lowlands"], "a project 'lowlands' is there already"),
        (["project", "add", "low lands"], "'low lands' is no slug"),
        (["device", "add", "dana", "--kind", "truck", "--project", "lowlands"], "the slug 'dana' is taken"),
        (["device", "add", "t", "--kind", "truck", "--project", "nonesuch"], "there is no project 'nonesuch'"),
        (["device", "add", "t", "--kind", "person", "--project", "lowlands"], "kind: 'person' is none of truck, van"),
        (["device", "add", "t", "--kind", "phone", "--owner", "gate-1"], "'gate-1' is a scanner, expected a person"),
        (["item", "add", "foh-07"], "an item 'foh-07' is there already"),
        (["item", "add", "foh-08", "--tag", "FOH-07"], "tag 'FOH-07' is on another item already"),
        (["member", "add", "lowlands", "dana", "--role", "boss"], "role: 'boss' is none of viewer, crew, dispatcher"),
        (["member", "add", "lowlands", "gate-1", "--role", "crew"], "'gate-1' is a scanner, expected a person"),
        (["shift", "add", "anouk", "lowlands", "--hours", "0"], "hours: expected more than 0"),
        (["user", "add", "eve", "--password-stdin"], "the password is empty"),
        (["user", "add", "eve"], "add --password-stdin"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_change_that_cannot_be_is_one_line_and_exit_code_1(run, lowlands, database, arguments, reason):
    before = outbox(database)
    done = run(*arguments)
    assert done.returncode == 1
    assert reason in done.stderr
    assert done.stderr.startswith("rentguy: ") and done.stderr.count("\n") == 1
    assert outbox(database) == before


def test_a_database_that_is_away_is_one_line(run):
    done = run("project", "add", "x", RENTGUY_DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")
    assert done.returncode == 1
    assert done.stderr.startswith("rentguy: the database can't be reached: ")


def test_a_database_without_tables_says_what_to_run(run, empty_database):
    done = run("project", "add", "x", RENTGUY_DATABASE_URL=empty_database)
    assert (done.returncode, done.stderr) == (1, "rentguy: the database is not migrated: run `rentguy migrate`\n")
    assert run("migrate", RENTGUY_DATABASE_URL=empty_database).returncode == 0
    assert run("project", "add", "x", RENTGUY_DATABASE_URL=empty_database).returncode == 0


def test_doctor_tells_what_is_missing(run, embedded):
    done = run("doctor", "--json")
    findings = json.loads(done.stdout)
    assert {name: finding["state"] for name, finding in findings.items()} == {
        "postgis": "ok",
        "database": "ok",
        "broker": "ok",
        "api": "missing",
        "device rate": "warning",
    }
    assert {name for name, finding in findings.items() if not finding["ok"]} == {"api"}
    assert done.returncode == 1


def test_decode_prints_messages_and_reasons(run):
    lines = [
        {
            "topic": "rentguy/lowlands/position/truck-04",
            "payload": [{"at": 1780300800, "lat": 52.4, "lon": 5.7}, {"at": 1780300800, "lat": 95, "lon": 5}],
            "received_at": "2026-06-01T08:00:05Z",
        },
        {"topic": "rentguy/lowlands/chat/anouk", "payload": "no JSON"},
        {"topic": "rentguy/lowlands", "payload": {}},
    ]
    done = run("decode", stdin="\n".join(map(json.dumps, lines)) + "\nnonsense\n")
    first, second, third, fourth, fifth = map(json.loads, done.stdout.splitlines())
    assert first["message"] == {"at": "2026-06-01T08:00:00Z", "lat": 52.4, "lon": 5.7}
    assert (first["recorded_at"], first["flags"]) == ("2026-06-01T08:00:00Z", [])
    assert "lat" in second["error"] and second["index"] == 1
    assert all("error" in answer for answer in (third, fourth, fifth))


def test_a_wrong_clock_is_decoded_as_it_would_be_stored(run):
    line = {"topic": "rentguy/p/position/t", "payload": {"at": 5, "lat": 1, "lon": 1}, "received_at": 1780300800}
    answer = json.loads(run("decode", stdin=json.dumps(line)).stdout)
    assert (answer["recorded_at"], answer["flags"]) == ("2026-06-01T08:00:00Z", ["clock"])


def test_assigning_ends_one_assignment_and_begins_the_next(lowlands, database):
    engine = orm.engine(database)
    with Session(engine) as session, session.begin():
        enrolment.assign(session, "truck-04", "pukkel")
        enrolment.assign(session, "truck-05", None)
        with pytest.raises(RegistryError, match="is assigned otherwise after"):
            enrolment.assign(session, "truck-90", "lowlands", datetime(2020, 1, 1, tzinfo=UTC))
    session = db.connect(database, "test")
    with session.cursor() as cursor:
        cursor.execute("""
SELECT s.slug, p.slug, upper_inf(a.during) FROM assignments a
  JOIN sources s ON s.id = a.source_id JOIN projects p ON p.id = a.project_id
 WHERE s.slug IN ('truck-04', 'truck-05') ORDER BY a.id""")
        assert cursor.fetchall() == [
            ("truck-04", "lowlands", False),
            ("truck-05", "lowlands", False),
            ("truck-04", "pukkel", True),
        ]
    session.close()
    engine.dispose()


def test_a_shift_that_meets_another_prolongs_it(lowlands, database):
    engine = orm.engine(database)
    with Session(engine) as session, session.begin():
        first = enrolment.add_shift(session, "vera", "lowlands", 2)
        longer = enrolment.add_shift(session, "vera", "lowlands", 5)
        shorter = enrolment.add_shift(session, "vera", "lowlands", 1)
    engine.dispose()
    assert longer.lower == first.lower and longer.upper > first.upper
    assert shorter == longer


def test_the_demo_is_enrolled_once_and_keeps_its_secrets(config, database):
    demo.prepare(config)
    file = config.data / "demo-secrets.json"
    first = file.read_bytes()
    assert file.stat().st_mode & 0o077 == 0
    demo.prepare(config)
    assert file.read_bytes() == first
    # A lost file means new secrets, which the registry knows
    file.unlink()
    demo.prepare(config)
    fresh = json.loads(file.read_bytes())
    assert fresh != json.loads(first)
    known = accounts(database)
    assert all(credentials.verify_secret(secret, known[slug].secret_hash) for slug, secret in fresh["secrets"].items())


@pytest.mark.parametrize(
    "command", ["up", "migrate", "doctor", "decode", "simulate", "project add", "device add", "rejects list"]
)
def test_every_command_explains_itself(run, command):
    done = run(*command.split(), "--help")
    assert done.returncode == 0 and f"Usage: rentguy {command}" in done.stdout


def test_it_runs_as_a_module():
    done = subprocess.run([sys.executable, "-m", "rentguy", "nonsense"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2 and "No such command" in done.stderr


def test_items_come_by_events_so_that_late_ones_find_them_there(lowlands, database):
    session = db.connect(database, "test")
    with session.cursor() as cursor:
        cursor.execute(
            "SELECT i.code, i.status, e.action FROM items i JOIN item_events e ON e.item_id = i.id ORDER BY 1"
        )
        assert cursor.fetchall() == [(code, "available", "out") for code in ("amp-12", "foh-07", "led-90")]
    session.close()
