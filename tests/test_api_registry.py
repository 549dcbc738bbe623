"""The registry over REST: the lives of a user, a member, a device and a token."""

import json
import shlex
import subprocess
from base64 import b64decode
from datetime import UTC, datetime, timedelta
from secrets import token_hex
from urllib.parse import unquote
from uuid import uuid4

import pytest

from rentguy.mqtt import Client
from tests import house as houses
from tests.services import wait_until
from tests.visitors import Device, Person

database, config, start, embedded, lowlands, house = map(pytest.fixture(scope="module"), houses.PARTS)
PASSWORD = "a quite long password"


@pytest.fixture(scope="module")
def people(house, lowlands):
    """One of each role, signed in."""
    return {slug: Person(house, slug, lowlands.password) for slug in ("vera", "anouk", "dana", "root")}


@pytest.fixture
def root(people):
    return people["root"]


@pytest.fixture
def user(root):
    """A person of a test's own."""
    slug = f"u-{token_hex(4)}"
    assert root.request("POST", "/users", {"slug": slug, "name": "Joris", "password": PASSWORD}).status == 201
    return slug


def audited(root: Person, subject: str) -> list[tuple[str, str, str]]:
    """What the audit has of somebody, oldest first."""
    lines = root.get(f"/audit?subject={subject}")
    return [(each["by"], each["door"], each["action"]) for each in reversed(lines)]


def signs_in(config, slug: str, secret: str) -> bool:
    client = Client(config.mqtt_url, slug, secret)
    client.start()
    try:
        return client.connected.wait(1)
    finally:
        client.stop()


def test_the_life_of_a_user(house, root):
    # Given a person for whom a password is made, which is told once
    slug = f"u-{token_hex(4)}"
    added = root.request("POST", "/users", {"slug": slug, "name": "Joris Smit"})
    assert (added.status, added.headers["Cache-Control"]) == (201, "no-store")
    joris = Person(house, slug, added.body.pop("password"))
    assert added.body == {"slug": slug, "name": "Joris Smit", "admin": False, "enabled": True, "projects": []}
    assert root.get(f"/users/{slug}") == added.body and added.body in root.get("/users?limit=1000")
    # When they change their password, they are signed out, and in again with the new one
    other = root.request("POST", "/auth/login", {"username": slug, "password": PASSWORD})
    assert other.status == 401
    made = root.request("PATCH", f"/users/{slug}", {"password": "another long one"})
    assert made.status == 200 and joris.request("GET", "/me").status == 401
    joris = Person(house, slug, "another long one")
    changed = joris.request("PUT", "/me/password", {"old": "another long one", "new": PASSWORD})
    assert changed.status == 204 and joris.request("GET", "/me").status == 401
    joris = Person(house, slug, PASSWORD)
    # When an admin renames them and makes an admin of them, they can do what admins can, until they no longer are
    answer = root.request("PATCH", f"/users/{slug}", {"name": "Joris", "admin": True})
    assert (answer.body["name"], answer.body["admin"]) == ("Joris", True)
    assert joris.request("GET", "/users").status == 200
    root.request("PATCH", f"/users/{slug}", {"admin": False})
    assert joris.request("GET", "/users").status == 403
    # When they are signed out, they can sign in again; when they are disabled, they can't
    assert root.request("POST", f"/users/{slug}/sign-out").status == 204
    assert joris.request("GET", "/me").status == 401
    joris = Person(house, slug, PASSWORD)
    assert root.request("PATCH", f"/users/{slug}", {"enabled": False}).body["enabled"] is False
    assert joris.request("GET", "/me").status == 401
    assert root.request("POST", "/auth/login", {"username": slug, "password": PASSWORD}).status == 401
    root.request("PATCH", f"/users/{slug}", {"enabled": True})
    assert joris.request("GET", "/me").status == 401
    assert Person(house, slug, PASSWORD).get("/me")["name"] == "Joris"
    # Then the audit has each change, and no secret
    actions = "add password password rename admin admin sign-out disable enable"
    by = ["root"] * 2 + [slug] + ["root"] * 6
    expected = [(who, "rest", f"user.{action}") for who, action in zip(by, actions.split(), strict=True)]
    assert audited(root, slug) == expected
    told = json.dumps(root.get(f"/audit?subject={slug}"))
    assert PASSWORD not in told and "another long one" not in told


def test_the_life_of_a_member(house, project, people, user):
    dana, joris = people["dana"], Person(house, user, PASSWORD)
    # Given a dispatcher who finds somebody by a part of their name
    assert {"slug": user, "name": "Joris"} in dana.get("/people?search=JORI")
    assert dana.get("/people?search=%25") == []
    # When they let them in, then they are there, for all to see
    path = f"/projects/{project}/members"
    member = {"slug": user, "name": "Joris", "role": "crew", "enabled": True}
    assert dana.request("PUT", f"{path}/{user}", {"role": "crew"}).body == member
    assert member in joris.get(path)
    assert people["root"].get(f"/users/{user}")["projects"] == [{"slug": project, "name": "Lowlands", "role": "crew"}]
    # and pages go by slug
    first = dana.request("GET", f"{path}?limit=2")
    rest = dana.get(first.headers["Link"].split(">")[0].removeprefix("</api/v1"))
    assert [each["slug"] for each in first.body + rest] == sorted(["anouk", "dana", "vera", user])
    # When they are taken out, the project isn't there for them
    assert dana.request("DELETE", f"{path}/{user}").status == 204
    assert joris.request("GET", path).status == 404
    assert dana.request("DELETE", f"{path}/{user}").status == 404


def test_a_project_keeps_positions_as_long_as_it_says(root):
    slug = f"p-{token_hex(4)}"
    made = root.request("POST", "/projects", {"slug": slug, "name": "Tour"})
    kept = {"slug": slug, "name": "Tour", "keep_people_days": None, "keep_vehicles_days": None}
    assert (made.status, made.body) == (201, kept)
    changed = root.request("PATCH", f"/projects/{slug}", {"keep_people_days": 30})
    assert changed.body == {**kept, "keep_people_days": 30}
    changed = root.request("PATCH", f"/projects/{slug}", {"keep_vehicles_days": 365, "name": "Tour 2026"})
    assert changed.body == {"slug": slug, "name": "Tour 2026", "keep_people_days": 30, "keep_vehicles_days": 365}
    changed = root.request("PATCH", f"/projects/{slug}", {"keep_people_days": None})
    assert changed.body["keep_people_days"] is None
    assert root.get(f"/projects/{slug}/settings") == changed.body


def test_the_life_of_a_device(house, project, people, root):
    # Given a device that works for nothing, with its secret and settings, told once
    dana, slug = people["dana"], f"t-{token_hex(4)}"
    added = root.request("POST", "/devices", {"slug": slug, "kind": "tracker", "name": "Tracker"})
    assert (added.status, added.headers["Cache-Control"], added.body["topic"]) == (201, "no-store", None)
    assert slug in [each["slug"] for each in dana.get("/devices")]
    assert slug not in [each["slug"] for each in dana.get("/devices?project=lowlands")]
    card = dana.get(f"/devices/{slug}")
    assert (card["project"], card["online"], card["seen_at"], card["clock_s"]) == (None,) * 4
    assert (card["rejects"], card["rate"], card["assignments"], card["newest_rejects"]) == (0, 0, [], [])
    # When a dispatcher takes it for two hours
    until = (datetime.now(UTC) + timedelta(hours=2)).isoformat()
    (taken,) = dana.request("PUT", f"/devices/{slug}/assignment", {"project": project, "until": until}).body
    assert (taken["project"], datetime.fromisoformat(taken["until"])) == (project, datetime.fromisoformat(until))
    # Then it sends where it is, three minutes ahead of the clock, and what can't be used
    with Device(house, slug, added.body["secret"], project) as tracker:
        ahead = datetime.now(UTC) + timedelta(minutes=3)
        tracker.publish("position", {"at": ahead.isoformat(), "lat": 48.1, "lon": 11.5, "battery": 61, "seq": 1})
        tracker.publish("position", {"at": datetime.now(UTC).isoformat(), "lat": 95, "lon": 11.5, "seq": 2})
        wait_until(lambda: [[1, 1]] in [each.get("stored") for each in tracker.told("receipt")])
        card = wait_until(lambda: (now := dana.get(f"/devices/{slug}"))["rejects"] and now["seen_at"] and now)
        assert (card["battery"], card["rate"], card["rejects"]) == (61, 0.1, 1)
        assert 170 < card["clock_s"] <= 180
        assert "lat" in card["newest_rejects"][0]["reason"]
        assert dana.get(f"/rejects?source={slug}") == card["newest_rejects"]
        # When its secret is made anew, the old one is void
        rotated = dana.request("POST", f"/devices/{slug}/secret")
        assert (rotated.status, rotated.headers["Cache-Control"]) == (200, "no-store")
        assert rotated.body["topic"] == f"rentguy/{project}/position/{slug}"
    wait_until(lambda: not signs_in(house, slug, added.body["secret"]))
    Device(house, slug, rotated.body["secret"], project).stop()
    # When it is renamed and disabled, it can't sign in
    assert dana.request("PATCH", f"/devices/{slug}", {"name": "Box", "enabled": False}).body["enabled"] is False
    wait_until(lambda: not signs_in(house, slug, rotated.body["secret"]))
    # When its assignment is ended, it is a spare again, which others may take
    assert dana.request("DELETE", f"/devices/{slug}/assignments/{taken['id']}").status == 204
    assert dana.get(f"/devices/{slug}")["project"] is None
    actions = [action for _, _, action in audited(root, slug)]
    assert actions == [f"device.{each}" for each in ("add", "assign", "secret", "rename", "disable", "unassign")]


def test_nobody_shortens_what_a_device_did_for_others(people, root):
    # Given a spare that worked for somebody else yesterday
    slug, now = f"t-{token_hex(4)}", datetime.now(UTC)
    root.request("POST", "/devices", {"slug": slug, "kind": "truck"})
    yesterday = {"since": (now - timedelta(days=1)).isoformat(), "until": (now - timedelta(hours=1)).isoformat()}
    (before,) = root.request("PUT", f"/devices/{slug}/assignment", {"project": "pukkel", **yesterday}).body
    # When a dispatcher of another project takes it from a time on when it did
    since = (now - timedelta(hours=2)).isoformat()
    answer = people["dana"].request("PUT", f"/devices/{slug}/assignment", {"project": "lowlands", "since": since})
    # Then that is refused, and nothing has changed
    assert answer.status == 404
    assert root.get(f"/devices/{slug}")["assignments"] == [before]


@pytest.fixture
def handed_over(root):
    """What one gets with a new device."""
    body = {"slug": f"t-{token_hex(4)}", "kind": "truck", "project": "lowlands"}
    return root.request("POST", "/devices", body).body


def test_the_line_to_paste_is_one_command_and_its_fix_arrives(house, people, handed_over, tmp_path):
    # Given a stand-in for mosquitto_pub that says what it was asked
    line, said = handed_over["mosquitto_pub"], tmp_path / "mosquitto_pub"
    said.write_text('#!/bin/sh\nfor each; do printf "%s\\0" "$each"; done\n')
    said.chmod(0o755)

    def pasted() -> dict[str, str]:
        done = subprocess.run(["sh", "-c", line], stdout=subprocess.PIPE, env={"PATH": f"{tmp_path}:/usr/bin:/bin"})
        asked = done.stdout.decode().split("\0")[:-1]
        return dict(zip(asked[::2], asked[1::2], strict=True))

    options = pasted()
    assert f"mqtt://{options['-h']}:{options['-p']}" == handed_over["mqtt_url"] == house.mqtt_url
    assert (options["-u"], options["-P"], options["-t"]) == tuple(handed_over[n] for n in ("slug", "secret", "topic"))
    # When what it would publish is published
    with people["dana"].open("lowlands") as window, Device(house, options["-u"], options["-P"]) as truck:
        # Then it is a position of now (of whole seconds, so perhaps of before it was at work)
        heard = lambda: truck.publish("position", pasted()["-m"].encode()) or window.heard(options["-t"])  # noqa: E731
        fix = wait_until(heard, every=0.3)[0]
        assert abs(datetime.fromisoformat(fix["at"]) - datetime.now(UTC)) < timedelta(minutes=1)
    assert shlex.split(line)[0] == "mosquitto_pub"


def test_owntracks_gets_its_settings(house, handed_over):
    scheme, _, inline = handed_over["owntracks"].partition("?inline=")
    told = json.loads(b64decode(unquote(inline)))
    assert scheme == "owntracks:///config"
    host, port = house.broker_listen.split(":")
    assert (told["_type"], told["mode"], told["host"], told["port"], told["tls"]) == (
        "configuration",
        0,
        host,
        int(port),
        False,
    )
    assert (told["username"], told["password"], told["pubTopicBase"]) == tuple(
        handed_over[each] for each in ("slug", "secret", "topic")
    )


def test_the_life_of_a_token(house, people, root, user):
    joris = Person(house, user, PASSWORD)
    people["dana"].request("PUT", f"/projects/lowlands/members/{user}", {"role": "crew"})
    # Given a token to read, told once
    made = joris.request("POST", "/me/tokens", {"name": "wall", "scopes": ["read"], "days": 7})
    assert (made.status, made.headers["Cache-Control"]) == (201, "no-store")
    token = made.body.pop("token")
    assert joris.get("/me/tokens") == [made.body]
    assert (made.body["name"], made.body["scopes"], made.body["used_at"]) == ("wall", ["read"], None)
    # When a program uses it, it may read, and neither say nor change anything, nor make another
    program = Person(house, user, PASSWORD)
    program.token = token
    assert program.get("/projects/lowlands/members") and program.get("/inventory/items")
    assert program.request("POST", "/projects/lowlands/shifts", {"hours": 1}).status == 403
    assert program.request("PATCH", "/inventory/items/foh-07/status", {"status": "damaged"}).status == 403
    assert program.request("POST", "/me/tokens", {"name": "more", "scopes": ["read"]}).status == 403
    assert joris.get("/me/tokens")[0]["used_at"]
    # When everything is logged out, the token goes on; when it is revoked, it doesn't
    assert joris.request("POST", "/auth/logout-everywhere").status == 204
    assert program.get("/me")["slug"] == user
    joris = Person(house, user, PASSWORD)
    assert joris.request("DELETE", f"/me/tokens/{made.body['id']}").status == 204
    assert program.request("GET", "/me").status == 401
    assert joris.get("/me/tokens") == []
    assert [action for _, _, action in audited(root, user)][-3:] == ["token.add", "user.sign-out", "token.revoke"]
    assert token not in json.dumps(root.get(f"/audit?by={user}"))


def test_clicks_are_in_the_audit_once(people, root):
    id, codes = str(uuid4()), ["amp-12", "dim-03"]
    for _ in range(2):
        people["dana"].request("PATCH", "/inventory/items/status", {"codes": codes, "status": "damaged", "id": id})
    (line,) = root.get("/audit?action=item.status&subject=amp-12&by=dana")
    assert (line["detail"], line["door"]) == ({"codes": codes, "status": "damaged"}, "rest")


def test_the_audit_is_read_backwards_page_by_page(root, user):
    for name in ("A", "B", "C"):
        root.request("PATCH", f"/users/{user}", {"name": name})
    first = root.request("GET", f"/audit?subject={user}&limit=2")
    rest = root.get(first.headers["Link"].split(">")[0].removeprefix("</api/v1"))
    assert [each["detail"]["name"] for each in first.body + rest] == ["C", "B", "A", "Joris"][: len(first.body + rest)]
    assert root.get("/audit?project=nowhere") == []
