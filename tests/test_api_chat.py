"""Chat over REST: what has changed, one message, and what is unread."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from api.unread import mention
from rentguy import enrolment
from rentguy.models import Membership
from tests import house as houses
from tests.services import wait_until
from tests.visitors import Person, Window

database, config, start, embedded, lowlands, house = map(pytest.fixture(scope="module"), houses.PARTS)


@pytest.fixture
def dana(house, lowlands) -> Person:
    return Person(house, "dana", lowlands.password)


@pytest.fixture
def vera(house, lowlands) -> Person:
    return Person(house, "vera", lowlands.password)


@pytest.fixture
def tell(project, dana, anouk) -> Callable[..., str]:
    """Say something as anouk or dana, or change what was said, and wait until it is stored: `tell(body="hello")`."""
    windows = {person.slug: person.open(project) for person in (dana, anouk)}

    def tell(who: str = "anouk", id: str | None = None, **said) -> str:
        id, at = id or str(uuid4()), datetime.now(UTC).isoformat()
        before = len(receipts(windows[who], project, who, id))
        windows[who].publish(f"rentguy/{project}/chat/{who}", {"id": id, "at": at, **said})
        wait_until(lambda: len(receipts(windows[who], project, who, id)) > before)
        return id

    yield tell
    for window in windows.values():
        window.close()


def receipts(window: Window, project: str, who: str, id: str) -> list[dict]:
    return [each for each in window.heard(f"rentguy/{project}/receipt/{who}") if id in each["ids"]]


def read(person: Person, project: str, id: str) -> None:
    """Mark a message as the last that was read, and wait until that is stored."""
    with person.open(project) as window:
        payload = {"id": id, "at": datetime.now(UTC).isoformat()}
        window.publish(f"rentguy/{project}/read/{person.slug}", payload)
        wait_until(lambda: id in [each["id"] for each in marks(person, project, person.slug)])


def marks(person: Person, project: str, of: str) -> list[dict]:
    topic = f"rentguy/{project}/read/{of}"
    return [each["payload"] for each in person.get(f"/projects/{project}/snapshot") if each["topic"] == topic]


def test_who_was_away_catches_up_with_every_change(project, dana, tell):
    # Given a reader who knows three messages
    edited, deleted, untouched = (tell(body=body) for body in ("under the stairs", "never mind", "on my way"))
    known = dana.get(f"/projects/{project}/chat")
    assert [each["id"] for each in known] == [edited, deleted, untouched]
    newest = max(each["revision"] for each in known)
    assert dana.get(f"/projects/{project}/chat?after={newest}") == []
    # When meanwhile one is taken back, one is edited, and a new one comes
    tell(id=deleted, delete=True)
    tell(id=edited, edit="on the truck")
    new = tell("dana", body="thanks")
    # Then exactly these are what has changed, in that order, page by page
    found, path = [], f"/projects/{project}/chat?after={newest}&limit=1"
    while path:
        answer = dana.request("GET", path)
        found += answer.body
        link = answer.headers.get("Link", "")
        path = link.split(">")[0].removeprefix("</api/v1") if link else None
    assert [(each["id"], each["body"]) for each in found] == [
        (deleted, None),
        (edited, "on the truck"),
        (new, "thanks"),
    ]
    # and who reads the newest page sees them where they were said
    assert [each["id"] for each in dana.get(f"/projects/{project}/chat")] == [edited, deleted, untouched, new]


def test_one_message_is_found_by_its_id(project, dana, tell):
    id = tell(body="RF-11 is under the stairs")
    (row,) = dana.get(f"/projects/{project}/chat")
    assert dana.get(f"/projects/{project}/chat/{id}") == row
    # Two authors made the same id: the newest is meant
    tell("dana", id=id, body="no, it isn't")
    assert dana.get(f"/projects/{project}/chat/{id}")["author"] == "dana"
    # Nobody's, or another project's, is not there
    for path in (f"/projects/{project}/chat/{uuid4()}", f"/projects/lowlands/chat/{id}"):
        answer = dana.request("GET", path)
        assert (answer.status, "there is no message" in answer.body["detail"]) == (404, True)
    assert dana.request("GET", f"/projects/{project}/chat/nonsense").status == 404


def test_unread_is_what_others_said_after_the_mark(project, dana, vera, tell):
    path = f"/projects/{project}/chat/unread"
    assert vera.get(path) == {"count": 0, "mentions": 0, "ids": [], "first": None}
    # Given messages, and a reader without a mark
    first, second, third = tell(body="hello"), tell("dana", body="coffee, @vera?"), tell(body="@vera: at the gate")
    # Then all of others count, for their author the others only
    assert vera.get(path) == {"count": 3, "mentions": 2, "ids": [third, second, first], "first": first}
    assert dana.get(path) == {"count": 2, "mentions": 0, "ids": [third, first], "first": first}
    # When one is read, what was stored after it remains
    read(vera, project, first)
    assert vera.get(path) == {"count": 2, "mentions": 2, "ids": [third, second], "first": second}
    # and a browser that has read further says so, while an older message than the mark changes nothing
    assert vera.get(f"{path}?after={second}")["ids"] == [third]
    read(vera, project, second)
    assert vera.get(f"{path}?after={first}")["ids"] == [third]
    assert vera.get(f"{path}?after={uuid4()}")["ids"] == [third]
    # When what remains is edited, it is no news, but the mention goes; when it is taken back, nothing remains
    tell(id=third, edit="at the gate")
    assert vera.get(path) == {"count": 1, "mentions": 0, "ids": [third], "first": third}
    tell(id=third, delete=True)
    assert vera.get(path)["count"] == 0


def test_unread_is_counted_for_all_projects_of_ones_own(project, house, lowlands, vera, tell):
    root = Person(house, "root", lowlands.password)
    tell(body="@vera and @root")
    tell(body="anybody?")
    assert vera.get("/unread")[project] == {"count": 2, "mentions": 1}
    assert root.get("/unread")[project] == {"count": 2, "mentions": 1}
    assert set(vera.get("/unread")) == {each["slug"] for each in vera.get("/projects")}
    assert root.get("/unread")["pukkel"] == {"count": 0, "mentions": 0}
    read(vera, project, vera.get(f"/projects/{project}/chat/unread")["ids"][0])
    assert vera.get("/unread")[project] == {"count": 0, "mentions": 0}


def test_unread_names_the_newest_200(project, dana, rows):
    said = """
INSERT INTO messages (author_id, id, project_id, recorded_at, body, received_at)
SELECT s.id, gen_random_uuid(), p.id, now(), 'line ' || n, now()
  FROM sources s, projects p, generate_series(1, 250) n WHERE s.slug = 'anouk' AND p.slug = %s
"""
    rows(said, project)
    ids = [str(id) for (id,) in rows("SELECT m.id FROM messages m WHERE body LIKE 'line %%' ORDER BY number DESC")]
    unread = dana.get(f"/projects/{project}/chat/unread")
    assert unread == {"count": 250, "mentions": 0, "ids": ids[:200], "first": ids[-1]}


def test_the_snapshot_says_how_far_the_members_have_read(project, dana, vera, tell, registry):
    id = tell(body="hello")
    assert marks(dana, project, "vera") == []
    read(vera, project, id)
    with dana.open(project) as window:
        (mark,) = window.heard(f"rentguy/{project}/read/vera")
        assert mark["id"] == id and datetime.fromisoformat(mark["at"]).tzinfo
    # but not how far somebody has who is a member no more
    with registry() as session:
        key = enrolment.find_project(session, project).id, enrolment.find_person(session, "vera").id
        session.delete(session.get_one(Membership, key))
    assert marks(dana, project, "vera") == []


def test_what_is_unread_is_asked_for_by_a_known_kind_of_id(project, dana):
    answer = dana.request("GET", f"/projects/{project}/chat/unread?after=7")
    assert (answer.status, answer.body["detail"]) == (422, "after: expected a UUID, got '7'")
    assert dana.request("GET", "/projects/pukkel/chat/unread").status == 404


MENTIONS = json.loads((Path(__file__).parent / "cases" / "mentions.json").read_text())


@pytest.mark.parametrize(("text", "slug", "mentioned"), MENTIONS)
def test_a_mention_is_a_whole_word(rows, text, slug, mentioned):
    assert rows("SELECT %s ~* %s", text, mention(slug)) == [(mentioned,)]
