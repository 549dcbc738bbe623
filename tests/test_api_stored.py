"""What is stored of a person: seen, taken along, erased."""

import http.client
import itertools
import json
import re
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import msgspec
import psutil
import pytest
from psycopg2.extensions import cursor

from api.cards import StoredCount
from api.database import Database
from api.room import Room
from rentguy import db, enrolment, erasure, stored
from rentguy.credentials import service_secret
from rentguy.mqtt import Client
from tests import house as houses
from tests.services import wait_until
from tests.visitors import Device, Person

database, config, start, embedded, lowlands, _ = map(pytest.fixture(scope="module"), houses.PARTS)
MANY = 300_000
ADD = """
INSERT INTO positions (source_id, recorded_at, project_id, geom, accuracy, received_at)
SELECT s.id, date_trunc('month', now()) + n * interval '1 ms', p.id, ST_SetSRID(ST_MakePoint(11.5, 48), 4326), 5, now()
  FROM generate_series(1, %s) n, sources s, projects p WHERE s.slug = %s AND p.slug = 'lowlands'
"""
COUNT = "SELECT count(*) FROM {} x JOIN sources s ON s.id = x.source_id WHERE s.slug = %s"


@pytest.fixture(scope="module")
def api(embedded, start, config):
    start("ingest", config)
    return start("api", config)


@pytest.fixture(scope="module")
def house(api, config):
    return config


@pytest.fixture
def person(registry, house, lowlands, rows) -> Person:
    """Somebody new, crew of `lowlands` on shift, with a phone, of whom there is something of everything."""
    slug = f"kees-{uuid4().hex[:6]}"
    with registry() as session:
        enrolment.add_user(session, slug, "Kees Bos", lowlands.password)
        enrolment.add_member(session, "lowlands", slug, "crew")
        enrolment.add_shift(session, slug, "lowlands", 8)
        secret = enrolment.add_device(session, f"{slug}-phone", "phone", None, "lowlands", slug)
    over = "INSERT INTO shifts (source_id, project_id, during) SELECT s.id, p.id, tstzrange(%s, %s) FROM sources s, "
    yesterday = datetime.now(UTC) - timedelta(days=1)
    rows(f"{over} projects p WHERE s.slug = %s AND p.slug = 'pukkel'", yesterday, yesterday + timedelta(hours=8), slug)
    kees = Person(house, slug, lowlands.password)
    now = datetime.now(UTC).isoformat()
    topic = f"rentguy/lowlands/{{}}/{slug}".format
    with kees.open("lowlands") as window, Device(house, f"{slug}-phone", secret) as phone:
        said, scan = str(uuid4()), str(uuid4())
        window.publish(topic("position"), {"at": now, "lat": 48.1, "lon": 11.5})
        window.publish(topic("chat"), {"id": said, "at": now, "body": "here"})
        window.publish(topic("read"), {"id": said, "at": now})
        window.publish(topic("scan"), {"id": scan, "at": now, "tag": "FOH-07", "status": "in_use"})
        phone.publish("position", {"at": "2036-01-01T00:00:00Z", "lat": 48.2, "lon": 11.5})
        phone.publish("position", {"at": yesterday.isoformat(), "lat": 48.3, "lon": 11.5})
        phone.publish("presence", {"online": True})
        wait_until(lambda: rows(COUNT.format("reads"), slug) == rows(COUNT.format("scans"), slug) == [(1,)])
        wait_until(lambda: rows(COUNT.format("rejects"), f"{slug}-phone") == [(1,)])
        wait_until(lambda: rows(COUNT.format("presence"), f"{slug}-phone") == [(1,)])
    return kees


@pytest.fixture
def root(house, lowlands) -> Person:
    return Person(house, "root", lowlands.password)


def counts(rows: list) -> dict[str, int]:
    assert msgspec.convert(rows, list[StoredCount])
    return {row["kind"]: row["count"] for row in rows}


def audit(rows, slug: str) -> list[tuple]:
    return rows(
        'SELECT "by", door, action FROM audit WHERE subject = %s AND action LIKE %s ORDER BY id', slug, "data.%"
    )


def test_one_sees_and_takes_along_what_is_stored_of_one(person, rows):
    slug = person.slug
    found = person.get("/me/data")
    assert counts(found) == {"positions": 2, "scans": 1, "messages": 1, "shifts": 2}
    assert all(row["first"] <= row["last"] for row in found)
    # When they take it along, it is a file
    answer = person.request("GET", "/me/data/export")
    file = f'attachment; filename="rentguy-{slug}-{datetime.now(UTC):%Y-%m-%d}.json"'
    assert (answer.status, answer.headers["Content-Disposition"]) == (200, file)
    # Then it has all of it, and nothing of others
    document = answer.body
    assert list(document) == ["account", *stored.SECTIONS]
    assert (document["account"]["slug"], document["account"]["name"]) == (slug, "Kees Bos")
    assert [each["project"] for each in document["memberships"]] == ["lowlands"]
    assert {each["project"] for each in document["shifts"]} == {"lowlands", "pukkel"}
    assert [each["slug"] for each in document["devices"]] == [f"{slug}-phone"]
    assert {(each["source"], each["lat"]) for each in document["positions"]} == {(slug, 48.1), (f"{slug}-phone", 48.2)}
    assert [(each["tag"], each["item"], each["project"]) for each in document["scans"]] == [
        ("FOH-07", "foh-07", "lowlands")
    ]
    assert [each["body"] for each in document["messages"]] == ["here"]
    assert [each["message"] for each in document["reads"]] == [document["messages"][0]["id"]]
    assert [(each["item"], each["status"]) for each in document["equipment"]] == [("foh-07", "in_use")]
    assert [each["source"] for each in document["rejects"]] == [f"{slug}-phone"]
    assert "payload" not in document["rejects"][0] and not re.search(r"48\.3(?!\d)", json.dumps(document))
    assert {"user.add", "data.export"} <= {each["action"] for each in document["audit"]}
    assert audit(rows, slug) == [(slug, "rest", "data.export")]
    # and they may again
    assert person.request("GET", "/me/data/export").status == 200


@pytest.fixture
def transaction(config) -> Iterator[Callable]:
    """`with transaction() as cursor`."""

    @contextmanager
    def transaction() -> Iterator[cursor]:
        with session, session.cursor() as open_cursor:
            yield open_cursor

    with closing(db.connect(config.database_url, "test")) as session:
        yield transaction


@pytest.fixture
def ask(transaction) -> stored.Ask:
    def ask(query: str, values: dict) -> list[dict]:
        with transaction() as session:
            return stored.ask_in(session, query, values)

    return ask


def test_pages_follow_each_other_without_a_gap(person, rows, ask, monkeypatch):
    rows(ADD, 3, person.slug)
    whose = stored.whose(ask, person.slug)
    whole = b"".join(stored.export(ask, whose))
    monkeypatch.setattr(stored, "PAGE", 1)
    assert json.loads(b"".join(stored.export(ask, whose))) == (document := json.loads(whole))
    assert len(document["positions"]) == 5 and len(document["audit"]) == 3


def begin_export(house, person) -> tuple[http.client.HTTPConnection, http.client.HTTPResponse]:
    line = http.client.HTTPConnection(house.listen, timeout=60)
    line.request("GET", "/api/v1/me/data/export", headers={"Authorization": f"Bearer {person.token}"})
    return line, line.getresponse()


def test_a_long_export_takes_no_memory_and_no_connection_and_one_is_enough(person, api, house, rows):
    rows(ADD, MANY, person.slug)
    (worker,) = psutil.Process(api.pid).children()
    before = worker.memory_info().rss
    line, answer = begin_export(house, person)
    # While somebody takes it along slowly
    size = len(answer.read(1_000_000))
    again = person.request("GET", "/me/data/export")
    assert (again.status, again.headers["Retry-After"]) == (429, "60")
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%%'"
    wait_until(lambda: rows(waiting) == [(0,)])
    most, last = 0, b""
    while piece := answer.read(1_000_000):
        size, most, last = size + len(piece), max(most, worker.memory_info().rss), piece
    # Then it is whole, and was never in memory
    assert size > 60_000_000 and last.endswith(b"}\n")
    assert most - before < 30_000_000, f"{(most - before) / 1e6:.0f} MB more for {size / 1e6:.0f} MB"
    line.close()
    # When the next goes away in the midst of it, another may come
    line, answer = begin_export(house, person)
    answer.read(1000)
    line.close()

    def another() -> bool:
        line, answer = begin_export(house, person)
        line.close()
        return answer.status == 200

    assert [wait_until(another) for _ in range(2)] == [True, True]


def test_only_oneself_sees_it_and_only_admins_erase(person, root, lowlands, house, registry):
    with registry() as session:
        _, token = enrolment.issue_token(session, person.slug, "x", frozenset({"read", "publish", "manage"}))
    for path in ("/me/data", "/me/data/export"):
        answer = person.request("GET", path, Authorization=f"Bearer {token}")
        assert answer.status == 403 and "with this token" in answer.body["detail"]
        assert person.request("GET", path, Authorization="Bearer x").status == 401
    for who in (person, Person(house, "dana", lowlands.password)):
        answer = who.request("DELETE", f"/users/{person.slug}/data")
        assert answer.status == 403 and "ask a dispatcher or an admin" in answer.body["detail"]
    for nobody in ("nobody", f"{person.slug}-phone", "truck-04"):
        assert root.request("DELETE", f"/users/{nobody}/data").status == 404
    assert counts(person.get("/me/data"))["positions"] == 2


def retained(config, topic: str) -> bool:
    """Whether a newcomer is told something at once."""
    heard = []
    client = Client(
        config.mqtt_url,
        "_api",
        service_secret(config.secret_key, "_api"),
        client_id=f"_api/{uuid4().hex[:8]}",
        on_message=lambda each: heard.append((each.topic, each.retained)),
    )
    client.start()
    wait_until(client.connected.is_set)
    after = "rentguy/-/equipment/dim-03"
    client.subscribe(topic)
    client.subscribe(after)
    wait_until(lambda: (after, True) in heard)
    client.stop()
    return (topic, True) in heard


def test_who_is_erased_has_been_nowhere_but_has_said_and_done_what_they_did(person, root, house, rows, lowlands):
    slug, phone = person.slug, f"{person.slug}-phone"
    presence = f"rentguy/lowlands/presence/{phone}"
    assert retained(house, presence)
    # Given somebody who watches
    database = Database(house.database_url)
    room = Room("lowlands")
    room.load(database)
    assert phone.encode() in room.everyone() and f"position/{slug}".encode() in room.everyone()
    window = root.open("lowlands")
    assert all(window.heard(f"rentguy/lowlands/position/{each}") for each in (slug, phone))
    # When an admin erases them
    answer = root.request("DELETE", f"/users/{slug}/data")
    # Then it says what has gone, and so does the audit
    assert (answer.status, counts(answer.body)) == (200, {"positions": 2, "shifts": 1})
    assert audit(rows, slug) == [("root", "rest", "data.erase"), ("root", "rest", "data.erased")]
    for table in ("positions", "latest_positions", "adjusted_times", "presence", "rejects"):
        assert rows(COUNT.format(table), slug) == rows(COUNT.format(table), phone) == [(0,)], table
    assert counts(person.get("/me/data")) == {"positions": 0, "scans": 1, "messages": 1, "shifts": 1}
    # and nobody is shown where they were: not by the map, not by the broker
    wait_until(lambda: all(window.heard(f"rentguy/lowlands/position/{each}")[-1] is None for each in (slug, phone)))
    window.close()
    room.load(database)
    assert phone.encode() not in room.everyone() and f"position/{slug}".encode() not in room.everyone()
    assert not {each["source"] for each in root.get("/projects/lowlands/latest")} & {slug, phone}
    wait_until(lambda: not retained(house, presence))
    # while the record of the project is as it was
    assert [each["by"] for each in root.get("/inventory/items/foh-07/events")].count(slug) == 1
    assert slug in {each["author"] for each in root.get("/projects/lowlands/chat?limit=500")}
    # When it is asked again, there is nothing more to erase
    again = root.request("DELETE", f"/users/{slug}/data")
    assert again.body == [{"kind": kind, "count": 0, "first": None, "last": None} for kind in ("positions", "shifts")]


def test_what_is_too_much_at_once_is_erased_in_several_goes(person, root, rows, transaction, ask, monkeypatch):
    rows(ADD, 12_000, person.slug)
    whose, by = stored.whose(ask, person.slug), erasure.By("root", "rest")
    monkeypatch.setattr(erasure, "monotonic", itertools.count().__next__)
    # When there is time for two spans, then those have gone, and who asks is told to ask again
    with pytest.raises(erasure.Unfinished, match="ask again for the rest"):
        erasure.erase(transaction, whose, by, seconds=2)
    assert rows(COUNT.format("positions"), person.slug) == [(2001,)]
    assert rows(COUNT.format("latest_positions"), person.slug) == [(0,)]
    assert audit(rows, person.slug) == [("root", "rest", "data.erase")]
    # When they do, the rest follows
    positions, shifts = erasure.erase(transaction, whose, by, seconds=100)
    assert (positions.count, shifts.count) == (2002, 1)
    assert counts(person.get("/me/data"))["positions"] == 0


def test_the_command_line_shows_exports_and_erases(person, rows, run, tmp_path):
    slug = person.slug
    shown = json.loads(run("data", "show", slug.upper(), "--json").stdout)["stored"]
    assert counts(shown) == {"positions": 2, "scans": 1, "messages": 1, "shifts": 2}
    assert "messages" in run("data", "show", slug).stdout
    file = tmp_path / "kees.json"
    assert run("data", "export", slug, "--output", str(file)).returncode == 0
    assert file.stat().st_mode & 0o777 == 0o600
    assert len(json.loads(file.read_text())["positions"]) == 2
    assert json.loads(run("data", "export", slug).stdout)["account"]["slug"] == slug
    # Erasing has to be meant
    refused = run("data", "erase", slug)
    assert refused.returncode == 1 and "2 positions" in refused.stderr and "--yes" in refused.stderr
    done = run("data", "erase", slug, "--yes")
    assert done.stdout == f"of {slug} are gone: 2 positions, 1 shifts\n"
    assert [action for _, door, action in audit(rows, slug) if door == "command line"] == [
        *["data.export"] * 2,
        "data.erase",
        "data.erased",
    ]
    assert "there is no person 'nobody'" in run("data", "show", "nobody").stderr
