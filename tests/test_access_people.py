"""The policy's table for people, by effect: each row is done for real over REST, `/ws` and MQTT."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import NamedTuple
from uuid import uuid4

import pytest
from simple_websocket import ConnectionError as Refused
from sqlalchemy.orm import Session

from rentguy import credentials, enrolment, orm
from rentguy.mqtt import Client
from rentguy.topics import NO_PROJECT
from tests import house as houses
from tests.services import wait_until
from tests.test_access import CASES, IDENTITIES
from tests.visitors import Person, Window

PEOPLE = {name: identity for name, identity in IDENTITIES.items() if identity.kind == "person"}
ROWS = [  # what is stored of people has tests of its own
    case
    for case in CASES["rows"]
    if case["who"] in PEOPLE and not case["topic"].startswith(f"rentguy/{NO_PROJECT}/data/")
]
DOORS = ("connect", "subscribe", "receive", "publish", "manage", "own")
DEVICES = (  # of both projects, and of none
    ("truck-04", "truck", "p", None),
    ("truck-90", "truck", "q", None),
    ("anouk-phone", "phone", "p", "anouk"),
    ("spare-1", "tracker", None, None),
)


@pytest.fixture(scope="module")
def lowlands(database: str, password: tuple[str, str]) -> houses.Lowlands:
    """In place of the usual project: the people of the table, what they work with, and `q`, which isn't theirs."""
    engine, (password, hashed) = orm.engine(database), password
    with pytest.MonkeyPatch.context() as patch, Session(engine) as session, session.begin():
        patch.setattr(credentials, "hash_password", {password: hashed}.__getitem__)
        for project in ("p", "q"):
            enrolment.add_project(session, project)
        for slug, identity in {each.slug: each for each in PEOPLE.values()}.items():
            enrolment.add_user(session, slug, None, password, identity.admin)
            for project, role in identity.roles.items():
                enrolment.add_member(session, project, slug, role)
            for project in identity.on_shift:
                enrolment.add_shift(session, slug, project, hours=12)
        secrets = {
            slug: enrolment.add_device(session, slug, kind, None, project, owner)
            for slug, kind, project, owner in DEVICES
        }
        for code, project in (("foh-07", "p"), ("led-90", "q"), ("dim-03", None)):
            enrolment.add_item(session, code, None, [], project)
    engine.dispose()
    return houses.Lowlands("p", secrets, password)


database, config, start, embedded, _, house = map(pytest.fixture(scope="module"), houses.PARTS)
del _


class Cast(NamedTuple):
    """The people, signed in, by their name in the table; and what admins hear of both projects."""

    people: dict[str, Person]
    heard: Window


@pytest.fixture(scope="module")
def cast(house, lowlands) -> Iterator[Cast]:
    ada, people = Person(house, "ada", lowlands.password), {}
    for name, identity in PEOPLE.items():
        people[name] = person = Person(house, identity.slug, lowlands.password)
        if identity.scopes is not None:
            asked = {"name": name, "scopes": sorted(identity.scopes)}
            person.token = person.request("POST", "/me/tokens", asked).body["token"]
        if not identity.enabled:
            assert ada.request("PATCH", f"/users/{identity.slug}", {"enabled": False}).status == 200
    with ada.open("p", "q") as heard:
        yield Cast(people, heard)


def connect(cast: Cast, house, lowlands, who: str, topic: str) -> bool:
    """Whether a person's slug and password are good for MQTT."""
    client = Client(house.mqtt_url, PEOPLE[who].slug, lowlands.password)
    client.start()
    connected = client.connected.wait(1)
    client.stop()
    return connected


def hear(cast: Cast, house, lowlands, who: str, topic: str) -> bool:
    """Whether one may read of it over REST; and of a project over `/ws`, which has to say the same."""
    _, project, kind, _ = f"{topic}/#".split("/")[:4]
    person = cast.people[who]
    if project == NO_PROJECT and kind == "equipment":
        answer = person.request("GET", "/inventory/items?search=dim-03")
        return answer.status == 200 and len(answer.body) == 1
    path = {"chat": "chat", "position": "latest"}.get(kind, "snapshot")
    reads = person.request("GET", f"/projects/{project}/{path}").status == 200
    assert joins(person, project) == reads
    return reads


def joins(person: Person, project: str) -> bool:
    try:
        with person.open() as window:
            window.send({"join": project})
            wait_until(lambda: window.heard("$/joined") or window.heard("$/error"))
            return bool(window.heard("$/joined"))
    except Refused:
        return False


def payload(kind: str) -> dict:
    at = datetime.now(UTC).isoformat()
    return {
        "chat": {"id": str(uuid4()), "at": at, "body": "hello"},
        "read": {"id": str(uuid4()), "at": at},
        "scan": {"id": str(uuid4()), "at": at, "tag": "FOH-07"},
        "position": {"at": at, "lat": 48.1, "lon": 11.5},
        "command": {"id": str(uuid4()), "name": "report"},
        "equipment": {"code": "foh-07", "name": "FOH", "status": "damaged", "at": at},
        "typing": {},
    }[kind]


def publish(cast: Cast, house, lowlands, who: str, topic: str) -> bool:
    """Whether somebody else hears it."""
    before = len(cast.heard.heard(topic))
    try:
        with cast.people[who].open() as window:
            ref = window.publish(topic, payload(topic.split("/")[2]))
            refused = lambda: ref in [each.get("ref") for each in window.heard("$/error")]  # noqa: E731
            wait_until(lambda: refused() or len(cast.heard.heard(topic)) > before)
            return not refused()
    except Refused:
        return False


REQUESTS = {
    # what is managed or one's own -> how it is asked for, of whom or what, in which project
    "member": ("PUT", "/projects/{project}/members/{slug}", {"role": "crew"}),
    "device": ("PATCH", "/devices/{slug}", {}),
    "assignment": ("PUT", "/devices/{slug}/assignment", {"project": ...}),
    "user": ("GET", "/users/{slug}", None),
    "project": ("PATCH", "/projects/{slug}", {}),
    "audit": ("GET", "/audit?by={slug}", None),
    "account": ("GET", "/{account}/tokens", None),
}


def ask(cast: Cast, house, lowlands, who: str, topic: str) -> bool:
    """Whether what is asked for is done."""
    _, project, what, slug = topic.split("/")
    person = cast.people[who]
    if what == "shift":
        return end_shift(person, cast, house, project, slug)
    method, path, body = REQUESTS[what]
    words = {"project": project, "slug": slug, "account": "me" if slug == person.slug else f"users/{slug}"}
    if body and "project" in body:
        body = {"project": None if project == NO_PROJECT else project}
    return person.request(method, path.format(**words), body).status < 300


def end_shift(person: Person, cast: Cast, house, project: str, slug: str) -> bool:
    """Whether one may end somebody's shift: one of tomorrow, since others need the one that runs."""
    engine = orm.engine(house.database_url)
    with Session(engine) as session, session.begin():
        enrolment.add_shift(session, slug, project, 12, datetime.now(UTC) + timedelta(days=1))
    engine.dispose()
    shift = [each for each in cast.people["admin"].get(f"/projects/{project}/shifts") if each["person"] == slug][-1]
    return person.request("DELETE", f"/projects/{project}/shifts/{shift['id']}").status < 300


DO = {"connect": connect, "subscribe": hear, "receive": hear, "publish": publish, "manage": ask, "own": ask}


@pytest.mark.parametrize("case", ROWS, ids=lambda case: case["rule"])
def test_the_table_by_effect(cast, house, lowlands, case):
    done = DO[case["action"]](cast, house, lowlands, case["who"], case["topic"])
    assert done is case["expected"]


def test_everybody_has_a_row_at_every_door():
    assert {(case["who"], case["action"]) for case in ROWS} == set(product(PEOPLE, DOORS))


OTHERS = ("snapshot", "chat", "chat/unread", "positions", "latest", "sources", "settings", "members", "shifts")


@pytest.mark.parametrize("who", [name for name, identity in PEOPLE.items() if identity.roles and identity.enabled])
def test_nothing_is_read_of_a_project_that_is_not_ones_own(cast, who):
    person = cast.people[who]
    refused = [*(f"/projects/q/{each}" for each in OTHERS), "/inventory/items/led-90/events", "/devices/truck-90"]
    refused += ["/inventory/items?project=q", "/devices?project=q"]
    scopes = PEOPLE[who].scopes
    told = {404} if scopes is None or "read" in scopes else {404, 403}  # a token that isn't for reading
    assert {person.request("GET", path).status for path in refused} <= told
    assert person.request("PATCH", "/inventory/items/led-90/status", {"status": "damaged"}).status == 404
    for path, theirs in (("/inventory/items", "led-90"), ("/devices", "truck-90"), ("/me", '"q"'), ("/unread", '"q"')):
        answer = person.request("GET", path)
        assert answer.status in (200, 403) and theirs not in json.dumps(answer.body)
    assert not joins(person, "q")
