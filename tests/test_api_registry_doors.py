"""Who may ask what of the registry over REST: each route, refused to whom it isn't for."""

import pytest

from tests import house as houses
from tests.visitors import Person

database, config, start, embedded, lowlands, house = map(pytest.fixture(scope="module"), houses.PARTS)
PASSWORD = "a quite long password"
WHO = "anon vera anouk dana root"
ROUTES = [
    # what is asked; what is answered to nobody, viewer, crew, dispatcher and admin
    ("GET /users", None, "401 403 403 403 200"),
    ("POST /users", {"slug": "dana"}, "401 403 403 403 422"),
    ("GET /users/anouk", None, "401 403 403 403 200"),
    ("GET /users/nobody", None, "401 403 403 403 404"),
    ("GET /users/truck-04", None, "401 403 403 403 404"),
    ("PATCH /users/anouk", {"name": "Anouk Peeters"}, "401 403 403 403 200"),
    ("PATCH /users/nobody", {}, "401 403 403 403 404"),
    ("PATCH /users/root", {"admin": False}, "401 403 403 403 422"),
    ("PATCH /users/root", {"enabled": False}, "401 403 403 403 422"),
    ("PATCH /users/anouk", {"password": "short"}, "401 403 403 403 422"),
    ("POST /users/nobody/sign-out", None, "401 403 403 403 404"),
    ("GET /people?search=anouk", None, "401 403 403 200 200"),
    ("POST /projects", {"slug": "lowlands"}, "401 403 403 403 422"),
    ("POST /projects", {"slug": "low lands"}, "401 422 422 422 422"),
    ("GET /projects/lowlands/settings", None, "401 200 200 200 200"),
    ("GET /projects/pukkel/settings", None, "401 404 404 404 200"),
    ("GET /projects/nowhere/settings", None, "401 404 404 404 404"),
    ("PATCH /projects/lowlands", {}, "401 403 403 403 200"),
    ("PATCH /projects/lowlands", {"keep_people_days": 0}, "401 403 403 403 422"),
    ("PATCH /projects/pukkel", {}, "401 404 404 404 200"),
    ("GET /projects/lowlands/members", None, "401 200 200 200 200"),
    ("GET /projects/pukkel/members", None, "401 404 404 404 200"),
    ("PUT /projects/lowlands/members/vera", {"role": "viewer"}, "401 403 403 200 200"),
    ("PUT /projects/lowlands/members/vera", {"role": "boss"}, "401 403 403 422 422"),
    ("PUT /projects/lowlands/members/nobody", {"role": "crew"}, "401 403 403 404 404"),
    ("PUT /projects/lowlands/members/truck-04", {"role": "crew"}, "401 403 403 404 404"),
    ("PUT /projects/pukkel/members/root", {"role": "dispatcher"}, "401 404 404 404 200"),
    ("DELETE /projects/pukkel/members/dana", None, "401 404 404 404 404"),
    ("DELETE /projects/lowlands/members/nobody", None, "401 403 403 404 404"),
    ("GET /devices", None, "401 403 403 200 200"),
    ("GET /devices?project=lowlands", None, "401 403 403 200 200"),
    ("GET /devices?project=pukkel", None, "401 404 404 404 200"),
    ("POST /devices", {"slug": "truck-04", "kind": "truck"}, "401 403 403 403 422"),
    ("POST /devices", {"slug": "truck-77", "kind": "person"}, "401 403 403 403 422"),
    ("GET /devices/truck-04", None, "401 403 403 200 200"),
    ("GET /devices/spare-1", None, "401 404 404 200 200"),
    ("GET /devices/truck-90", None, "401 404 404 404 200"),
    ("GET /devices/anouk", None, "401 404 404 404 404"),
    ("PATCH /devices/truck-04", {"name": "Truck 4"}, "401 403 403 200 200"),
    ("PATCH /devices/spare-1", {"name": "Spare"}, "401 404 404 403 200"),
    ("PATCH /devices/truck-90", {"enabled": False}, "401 404 404 404 200"),
    ("PATCH /devices/truck-90", {"enabled": True}, "401 404 404 404 200"),
    ("POST /devices/truck-90/secret", None, "401 404 404 404 200"),
    ("POST /devices/spare-1/secret", None, "401 404 404 403 200"),
    ("PUT /devices/truck-05/assignment", {"project": "lowlands"}, "401 403 403 200 200"),
    (
        "PUT /devices/truck-05/assignment",
        {"project": "pukkel", "since": "2090-01-02T00:00:00Z", "until": "2090-01-01T00:00:00Z"},
        "401 403 403 404 422",
    ),
    (
        "PUT /devices/truck-90/assignment",
        {"project": "lowlands", "since": "2000-01-01T00:00:00Z"},
        "401 404 404 404 422",
    ),
    (
        "PUT /devices/truck-05/assignment",
        {"project": None, "since": "0324-11-02T11:42:04+21:00"},
        "401 403 403 422 422",
    ),
    ("PUT /devices/spare-1/assignment", {"project": None}, "401 404 404 200 200"),
    ("DELETE /devices/truck-90/assignments/1", None, "401 404 404 404 404"),
    ("DELETE /devices/nothing/assignments/1", None, "401 404 404 404 404"),
    ("GET /rejects", None, "401 403 403 403 200"),
    ("GET /rejects?source=truck-04", None, "401 403 403 200 200"),
    ("GET /rejects?source=spare-1", None, "401 404 404 200 200"),
    ("GET /rejects?source=truck-90", None, "401 404 404 404 200"),
    ("GET /rejects?source=anouk", None, "401 404 404 404 200"),
    ("GET /rejects?source=nobody", None, "401 404 404 404 404"),
    ("GET /rejects?before=x", None, "401 403 403 403 422"),
    ("GET /audit", None, "401 403 403 403 200"),
    ("GET /me/tokens", None, "401 200 200 200 200"),
    ("POST /me/tokens", {"name": "wall", "scopes": []}, "401 422 422 422 422"),
    ("POST /me/tokens", {"name": "wall", "scopes": ["own"]}, "401 422 422 422 422"),
    ("POST /me/tokens", {"name": "wall", "scopes": ["read"], "days": 0}, "401 422 422 422 422"),
    ("DELETE /me/tokens/6d1f9c3e-0f52-4b55-9a61-5d2a4b8b7c10", None, "401 404 404 404 404"),
    ("PUT /me/password", {"old": "wrong", "new": PASSWORD}, "401 403 403 403 403"),
    ("PUT /me/password", {"old": "wrong", "new": "short"}, "401 422 422 422 422"),
]


@pytest.fixture(scope="module")
def people(house, lowlands):
    """One of each role, signed in, and somebody who isn't; and a device that works for nothing."""
    known = {slug: Person(house, slug, lowlands.password) for slug in ("vera", "anouk", "dana", "root")}
    nobody = Person(house, "vera", lowlands.password)
    nobody.token = ""
    answer = known["root"].request("POST", "/devices", {"slug": "spare-1", "kind": "tracker", "name": "Spare"})
    assert answer.status == 201
    return {"anon": nobody, **known}


@pytest.mark.parametrize(("asked", "body", "expected"), ROUTES, ids=lambda value: str(value)[:50])
def test_who_may_ask_what(people, asked, body, expected):
    method, path = asked.split()
    answers = {who: people[who].request(method, path, body) for who in WHO.split()}
    assert " ".join(str(each.status) for each in answers.values()) == expected, answers
    for answer in answers.values():
        if answer.status >= 400:
            assert answer.headers["Content-Type"] == "application/problem+json" and answer.body["detail"]


def test_figures_are_for_admins(people):
    asked = [people[who].request("GET", "", root="/metrics").status for who in WHO.split()]
    assert asked == [401, 403, 403, 403, 200]
