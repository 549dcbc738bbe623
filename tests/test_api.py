"""REST: who gets in, what is answered to whom, pages, and what is said to broken requests."""

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from rentguy import db
from tests import house as houses
from tests.services import wait_until
from tests.visitors import Device, Person

NOW = datetime.now(UTC)
database, config, start, embedded, lowlands, house = map(pytest.fixture(scope="module"), houses.PARTS)


@pytest.fixture(scope="module")
def api(embedded, start, config):
    return start("api", config)


@pytest.fixture
def dana(api, config, lowlands):
    return Person(config, "dana", lowlands.password)


@pytest.fixture
def stored(config, lowlands):
    """Put rows where ingest would: `stored(query, rows)`."""
    session = db.connect(config.database_url, "test")
    session.autocommit = True

    def stored(query: str, rows: list[tuple]) -> None:
        with session.cursor() as cursor:
            cursor.executemany(query, rows)

    yield stored
    session.close()


SAID = """
INSERT INTO messages (author_id, id, project_id, recorded_at, body, received_at)
SELECT s.id, %s, p.id, %s, %s, now() FROM sources s, projects p WHERE s.slug = 'anouk' AND p.slug = %s
"""


def test_signing_in(api, config, lowlands):
    dana = Person(config, "dana", lowlands.password)
    assert dana.get("/me") == {
        "slug": "dana",
        "name": "Dana de Wit",
        "admin": False,
        "projects": [{"slug": "lowlands", "name": "Lowlands", "role": "dispatcher"}],
    }
    # A wrong password, nobody's name, and nobody at all are told the same, and how to go on
    for body in ({"username": "dana", "password": "guess"}, {"username": "nobody", "password": lowlands.password}):
        answer = dana.request("POST", "/auth/login", body)
        assert (answer.status, answer.body["detail"]) == (401, "the name or the password is wrong")
    dana.token = ""
    answer = dana.request("GET", "/projects")
    assert answer.status == 401 and "sign in" in answer.body["detail"]
    assert answer.headers["Content-Type"] == "application/problem+json"
    dana.token = "e30.e30.e30"
    assert dana.request("GET", "/projects").status == 401


def test_a_cookie_counts_only_from_our_own_pages(api, config, lowlands):
    body = json.dumps({"username": "dana", "password": lowlands.password}).encode()
    url = f"http://{config.listen}/api/v1"
    with urllib.request.urlopen(urllib.request.Request(f"{url}/auth/login", body)) as response:
        cookie = response.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie

    def patch(origin: str) -> int:
        headers = {"Cookie": cookie.split(";")[0], "Origin": origin}
        change = urllib.request.Request(
            f"{url}/inventory/items/foh-07/status", b'{"status":"damaged"}', headers, method="PATCH"
        )
        try:
            return urllib.request.urlopen(change).status
        except urllib.error.HTTPError as error:
            return error.code

    assert patch(f"http://{config.listen}") == 200
    assert patch("https://evil.example") == 403
    assert patch("http://[") == 403


def test_logging_out_forgets_the_cookie_whatever_it_is_worth(api, dana):
    dana.token = "nonsense"
    answer = dana.request("POST", "/auth/logout")
    assert answer.status == 204 and "rentguy_session=;" in answer.headers["Set-Cookie"]


def test_a_wrong_setting_is_told_in_one_line(config):
    environment = {**os.environ, **config.environment(), "RENTGUY_DEVICE_RATE": "fast"}
    ended = subprocess.run([sys.executable, "-m", "api"], env=environment, capture_output=True, text=True, timeout=30)
    assert (ended.returncode, len(ended.stderr.splitlines())) == (2, 1)
    assert "RENTGUY_DEVICE_RATE: expected float, got 'fast'" in ended.stderr


BROKEN = [
    ("POST", "/auth/login", b"{", 422, "expected JSON"),
    ("POST", "/auth/login", b"", 422, "expected JSON"),
    ("POST", "/auth/login", b'{"username":"dana"}', 422, "missing required field `password`"),
    ("POST", "/auth/login", b'{"username":7,"password":"x"}', 422, "username: Expected `str`, got `int`"),
    ("PATCH", "/inventory/items/foh-07/status", b'{"status":"lost"}', 422, "status: Invalid enum value 'lost'"),
    ("PATCH", "/inventory/items/foh-07/status", b"[]", 422, "Expected `object`, got `array`"),
    ("PATCH", "/inventory/items/foh-07/status", b"\xff\x00", 422, "expected JSON"),
    ("PATCH", "/inventory/items/foh-07/status", b'{"status":"\xff"}', 422, "utf"),
    ("POST", "/auth/login", b'{"username":"\xff","password":"x"}', 422, "utf"),
    ("POST", "/auth/login", b'{"username":"\\u0000","password":"x"}', 422, "username: "),
    ("GET", "/projects/low%00lands/chat", None, 422, "'slug': expected text without U+0000"),
    ("GET", "/inventory/items?search=a%00", None, 422, "'search': expected text without U+0000"),
    ("GET", "/projects/lowlands/positions?source=%00", None, 422, "'source': expected text without U+0000"),
    ("PATCH", "/inventory/items/%00/status", b'{"status":"damaged"}', 422, "'code': expected text without U+0000"),
    ("GET", "/projects/lowlands/positions?to=0001-01-01T00:00:00Z", None, 422, "to: expected a time from 1970 on"),
    ("GET", "/projects/lowlands/chat?after=9999999999999999999", None, 422, "after: expected a whole number"),
    ("PATCH", "/inventory/items/foh-07/status", b"x" * 300_000, 413, "exceeds"),
    ("PATCH", "/inventory/items/nothing/status", b'{"status":"damaged"}', 404, "no item 'nothing'"),
    ("GET", "/projects/lowlands/chat?limit=0", None, 422, "limit: expected a whole number from 1 to 500, got '0'"),
    ("GET", "/projects/lowlands/chat?limit=x", None, 422, "limit: expected a whole number"),
    ("GET", "/projects/lowlands/chat?before=1&after=1", None, 422, "expected one of them"),
    ("GET", "/projects/lowlands/positions?from=yesterday", None, 422, "from: expected a time from 1970 on"),
    ("GET", "/projects/lowlands/positions?from=2026-06-20T21:00:00", None, 422, "from: expected a time"),
    ("GET", "/projects/lowlands/positions?source=ghost", None, 404, "nobody is called 'ghost'"),
    ("GET", "/projects/pukkel/latest", None, 404, "no project 'pukkel' that you belong to"),
    ("GET", "/projects/atlantis/chat", None, 404, "no project 'atlantis'"),
    ("GET", "/nonsense", None, 404, "nothing at"),
    ("DELETE", "/projects", None, 405, "not allowed"),
]


def test_broken_requests_are_told_what_was_wrong(dana):
    for method, path, body, status, detail in BROKEN:
        answer = dana.request(method, path, body)
        assert (answer.status, answer.body["status"]) == (status, status), (method, path, answer)
        assert detail in answer.body["detail"]
    assert dana.get("/me")["slug"] == "dana"


def test_chat_is_paged_both_ways(dana, stored):
    # Given 120 messages, one stored late with an earlier time, and one of another project
    ids = [str(uuid4()) for _ in range(120)]
    stored(SAID, [(id, NOW + timedelta(seconds=n), f"line {n}", "lowlands") for n, id in enumerate(ids)])
    late = str(uuid4())
    stored(SAID, [(late, NOW + timedelta(seconds=10.5), "late", "lowlands"), (str(uuid4()), NOW, "theirs", "pukkel")])
    # When the newest page is read, then the pages before it
    read, path = [], "/projects/lowlands/chat?limit=50"
    while path:
        answer = dana.request("GET", path)
        read = [each["body"] for each in answer.body] + read
        link = answer.headers.get("Link", "")
        path = link.split(">")[0].removeprefix("</api/v1") if link else None
    # Then all are there in the order of their time
    expected = [f"line {n}" for n in range(120)]
    expected.insert(11, "late")
    assert read == expected
    # and catching up goes by the order of changes, so that the late one isn't missed
    newest = dana.get("/projects/lowlands/chat?limit=1")[0]["revision"]
    assert [each["body"] for each in dana.get(f"/projects/lowlands/chat?after={newest}")] == ["late"]


def test_a_deleted_message_keeps_neither_words_nor_pin(dana, stored):
    id = str(uuid4())
    stored(SAID, [(id, NOW + timedelta(hours=1), "here", "lowlands")])
    stored("UPDATE messages SET pin = %s, deleted_at = now() WHERE id = %s", [('{"item": "foh-07"}', id)])
    (said,) = [each for each in dana.get("/projects/lowlands/chat?limit=500") if each["id"] == id]
    assert (said["body"], said["pin"]) == (None, None)
    stored("DELETE FROM messages WHERE id = %s", [(id,)])


def test_positions_are_paged_and_implausible_ones_left_out(dana, embedded, start, config, lowlands):
    start("ingest", config)
    since = datetime.now(UTC)  # the truck belongs to the project from about now
    fixes = [
        {"at": (since + timedelta(seconds=n)).isoformat(), "lat": 48 + n * 1e-5, "lon": 11.5, "seq": n}
        for n in range(25)
    ]
    fixes[13]["accuracy"] = 900
    with Device(config, "truck-04", lowlands.secrets["truck-04"]) as truck:
        truck.publish("position", fixes)
        wait_until(lambda: {"stored": [[0, 24]]} in truck.told("receipt"))
    first = dana.request("GET", "/projects/lowlands/positions?source=truck-04&limit=20")
    link = first.headers["Link"].split(">")[0].removeprefix("</api/v1")
    rest = dana.get(link)
    lats = [round((row["lat"] - 48) * 1e5) for row in first.body + rest]
    assert lats == [n for n in range(25) if n != 13]


def test_sources_name_everyone_of_the_project(dana):
    sources = {each["slug"]: each for each in dana.get("/projects/lowlands/sources")}
    phone = {"slug": "anouk-phone", "kind": "phone", "name": "Anouk's phone", "owner": "anouk", "role": None}
    assert sources["anouk-phone"] == phone
    assert [sources[slug]["role"] for slug in ("dana", "anouk", "vera")] == ["dispatcher", "crew", "viewer"]
    assert {"dana", "anouk", "vera", "truck-04", "gate-1"} <= set(sources)
    assert "truck-90" not in sources
