"""What REST answers is what `api/rows.py` and `api/cards.py` say, field by field."""

from datetime import UTC, datetime
from uuid import uuid4

import msgspec
import pytest

from api import cards, rows
from rentguy.decoding import encode
from rentguy.messages import ItemStatus
from tests import house as houses
from tests.services import wait_until
from tests.visitors import Device, Person

database, config, start, embedded, lowlands, house = map(pytest.fixture(scope="module"), houses.PARTS)
LIVED = [
    ("/me", rows.Me),
    ("/settings", rows.Settings),
    ("/projects", list[rows.Project]),
    ("/projects/lowlands/sources", list[rows.Source]),
    ("/projects/lowlands/latest", list[rows.PositionRow]),
    ("/projects/lowlands/positions", list[rows.PositionRow]),
    ("/projects/lowlands/positions?source=truck-04&simplify=5", list[rows.TrackPoint]),
    ("/projects/lowlands/snapshot", list[rows.Envelope]),
    ("/projects/lowlands/chat", list[rows.ChatRow]),
    ("/projects/lowlands/chat/unread", rows.Unread),
    ("/projects/lowlands/shifts", list[rows.Shift]),
    ("/unread", dict[str, rows.UnreadCount]),
    ("/inventory/items", list[rows.ItemRow]),
    ("/inventory/items/foh-07/events", list[rows.ItemEvent]),
    ("/projects/lowlands/settings", cards.ProjectSettings),
    ("/projects/lowlands/members", list[cards.Member]),
]
MANAGED = [
    ("/people?search=a", list[cards.Person]),
    ("/devices", list[cards.Device]),
    ("/devices/truck-04", cards.DeviceCard),
    ("/rejects?source=truck-04", list[cards.Reject]),
]
ADMINS = [
    ("/users", list[cards.User]),
    ("/users/anouk", cards.User),
    ("/audit", list[cards.AuditLine]),
    ("/rejects", list[cards.Reject]),
]
MADE = [
    ("POST", "/users", {"slug": "joris"}, cards.NewUser),
    ("PATCH", "/users/vera", {"name": "Vera Vos"}, cards.User),
    ("POST", "/projects", {"slug": "tour"}, cards.ProjectSettings),
    ("PATCH", "/projects/pukkel", {"keep_people_days": 30}, cards.ProjectSettings),
    ("PUT", "/projects/lowlands/members/vera", {"role": "viewer"}, cards.Member),
    ("POST", "/devices", {"slug": "van-1", "kind": "van"}, cards.DeviceSecret),
    ("PATCH", "/devices/truck-05", {"name": "Truck 5"}, cards.Device),
    ("POST", "/devices/truck-05/secret", None, cards.DeviceSecret),
    ("PUT", "/devices/truck-90/assignment", {"project": "pukkel"}, list[cards.Assignment]),
    ("POST", "/me/tokens", {"name": "wall", "scopes": ["read"]}, cards.NewApiToken),
]


@pytest.fixture(scope="module")
def lived(house, lowlands):
    """A house in which something of everything has happened."""
    with Device(house, "truck-04", lowlands.secrets["truck-04"]) as truck:
        truck.publish("position", {"at": datetime.now(UTC).isoformat(), "lat": 48.1, "lon": 11.5, "seq": 1})
        wait_until(lambda: {"stored": [[1, 1]]} in truck.told("receipt"))
        truck.publish("position", {"at": datetime.now(UTC).isoformat(), "lat": 95, "lon": 11.5, "seq": 2})
        wait_until(lambda: {"rejected": [[2, 2]]} in truck.told("receipt"))
    with Device(house, "gate-1", lowlands.secrets["gate-1"]) as gate:
        scan = {"id": str(uuid4()), "at": datetime.now(UTC).isoformat(), "tag": "FOH-07"}
        gate.publish("scan", {**scan, "action": "load", "vehicle": "truck-04"})
        wait_until(lambda: {"ids": {scan["id"]: "stored"}} in gate.told("receipt"))
    with Person(house, "anouk", lowlands.password).open("lowlands") as window:
        said = {"id": str(uuid4()), "at": datetime.now(UTC).isoformat(), "body": "here", "pin": {"item": "foh-07"}}
        window.publish("rentguy/lowlands/chat/anouk", said)
        wait_until(lambda: {"ids": {said["id"]: "stored"}} in window.heard("rentguy/lowlands/receipt/anouk"))
    return house


@pytest.fixture(scope="module")
def people(lived, lowlands):
    """One of each role, signed in."""
    return {slug: Person(lived, slug, lowlands.password) for slug in ("anouk", "dana", "root", "vera")}


def conforms(body: object, type: object) -> bool:
    """Whether a body is of this type with all its fields; of a message those may be left out that are null."""
    return msgspec.json.decode(encode(body), type=type, strict=True) is not None


@pytest.mark.parametrize("who", ["anouk", "dana", "root", "vera"])
@pytest.mark.parametrize(("path", "type"), LIVED, ids=[path for path, _ in LIVED])
def test_answers_are_rows(people, who, path, type):
    answer = people[who].get(path)
    assert answer, "nothing to look at"
    assert conforms(answer, type)


@pytest.mark.parametrize(("path", "type"), [*MANAGED, *ADMINS], ids=lambda value: str(value)[:40])
def test_what_the_registry_has_is_rows(people, path, type):
    for who in ("root",) if (path, type) in ADMINS else ("root", "dana"):
        answer = people[who].get(path)
        assert answer, "nothing to look at"
        assert conforms(answer, type)


@pytest.mark.parametrize(("method", "path", "body", "type"), MADE, ids=lambda value: str(value)[:40])
def test_what_is_made_and_changed_is_rows(people, method, path, body, type):
    answer = people["root"].request(method, path, body)
    assert answer.status in (200, 201), answer
    assert conforms(answer.body, type)
    if path == "/me/tokens":
        assert conforms(people["root"].get(path), list[cards.ApiToken])


def test_an_event_shows_the_place_of_its_vehicle(people):
    events = people["vera"].get("/inventory/items/foh-07/events")
    (loaded,) = [each for each in events if each["action"] == "load"]
    assert (loaded["by"], loaded["vehicle"], loaded["lat"], loaded["lon"]) == ("gate-1", "truck-04", 48.1, 11.5)


def test_what_is_changed_is_answered_in_rows_and_what_is_refused_as_a_problem(people, lowlands):
    dana = people["dana"]
    changed = dana.request("PATCH", "/inventory/items/status", {"codes": ["foh-07", "dim-03"], "status": "in_use"})
    assert conforms(changed.body, list[ItemStatus])
    assert conforms(dana.request("GET", "/projects/atlantis/latest").body, rows.Problem)
    signed_in = dana.request("POST", "/auth/login", {"username": "dana", "password": lowlands.password})
    assert conforms(signed_in.body, rows.Token)


def test_a_field_too_many_or_too_few_is_noticed():
    token = {"access_token": "x", "token_type": "Bearer", "expires_in": 1}
    assert conforms(token, rows.Token)
    for wrong in ({**token, "scope": "all"}, {"access_token": "x", "token_type": "Bearer"}):
        with pytest.raises(msgspec.ValidationError):
            conforms(wrong, rows.Token)
