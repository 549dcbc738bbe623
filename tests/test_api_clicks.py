"""Clicks on equipment: late ones, the same one twice, many at once, and how often."""

from datetime import UTC, datetime, timedelta
from time import monotonic
from uuid import uuid4

import pytest

from rentguy import enrolment
from tests import house as houses
from tests.services import wait_until
from tests.visitors import Answer, Person

NOW = datetime.now(UTC)
database, config, start, embedded, lowlands, house = map(pytest.fixture(scope="module"), houses.PARTS)


@pytest.fixture(scope="module")
def dana(house, lowlands):
    return Person(house, "dana", lowlands.password)


@pytest.fixture
def item(registry):
    """The code of a new item, on no project."""
    with registry() as session:
        return enrolment.add_item(session, f"case-{uuid4().hex[:8]}", "Case").code


def click(person: Person, item: str, status: str, **more: object) -> Answer:
    return person.request("PATCH", f"/inventory/items/{item}/status", {"status": status, **more})


def click_all(person: Person, codes: list[str], status: str, **more: object) -> Answer:
    return person.request("PATCH", "/inventory/items/status", {"codes": codes, "status": status, **more})


def ago(**units: float) -> datetime:
    return NOW - timedelta(**units)


def test_a_click_sent_again_is_the_same_click(dana, item):
    # Given a click whose answer was lost, and another click after it
    id = str(uuid4())
    first = click(dana, item, "damaged", id=id)
    assert (first.status, first.body["status"], first.body["by"]) == (200, "damaged", "dana")
    click(dana, item, "maintenance")
    # When the first is sent again, whatever time it says this time
    for at in (None, NOW.isoformat(), "2036-01-01T00:00:00Z"):
        again = click(dana, item, "damaged", id=id, at=at)
        # Then it changes nothing, and the answer is the item as it is now
        assert (again.status, again.body["status"]) == (200, "maintenance")
    events = dana.get(f"/inventory/items/{item}/events")
    assert [each["status"] for each in events] == ["maintenance", "damaged"]
    assert events[1]["id"] == id


def test_a_late_click_takes_its_place_in_history(dana, item):
    # Given a browser that was offline, and a click made after the one it still has to send
    click(dana, item, "available", at=ago(seconds=10).isoformat())
    # When it comes back
    late = click(dana, item, "damaged", at=ago(seconds=20).isoformat())
    # Then the later one stands, and the history has both in their order
    assert (late.status, late.body["status"]) == (200, "available")
    told = [(each["status"], each["at"]) for each in dana.get(f"/inventory/items/{item}/events")]
    assert [status for status, _ in told] == ["available", "damaged"]
    assert [datetime.fromisoformat(at) for _, at in told] == [ago(seconds=10), ago(seconds=20)]
    # and one that is the newest counts, in seconds since 1970 as well
    assert click(dana, item, "in_use", at=ago(seconds=5).timestamp()).body["status"] == "in_use"


@pytest.mark.parametrize("at", [NOW - timedelta(days=401), NOW + timedelta(hours=1)])
def test_a_click_of_a_wrong_clock_is_made_now(dana, item, at):
    before = datetime.now(UTC)
    answer = click(dana, item, "damaged", at=at.isoformat())
    assert before - timedelta(seconds=5) <= datetime.fromisoformat(answer.body["at"]) <= datetime.now(UTC)


NOT_YOURS = "on a project of yours or on none"
BROKEN = [
    ("foh-07/status", {"status": "damaged", "id": "seven"}, 422, "id: Invalid UUID"),
    ("foh-07/status", {"status": "damaged", "at": "yesterday"}, 422, "at: "),
    ("foh-07/status", {"status": "damaged", "at": "0001-01-01T00:00:00Z"}, 422, "expected a time between 1970 and"),
    ("status", {"status": "damaged"}, 422, "missing required field `codes`"),
    ("status", {"status": "damaged", "codes": []}, 422, "codes: Expected `array` of length >= 1, got []"),
    ("status", {"status": "damaged", "codes": ["x"] * 1001}, 422, "codes: Expected `array` of length <= 1000"),
    ("status", {"status": "damaged", "codes": [7]}, 422, "Expected `str`, got `int`"),
    ("status", {"status": "damaged", "codes": ["a\0b", "FOH 07"]}, 404, "no item 'a\\x00b', 'FOH 07' on a project"),
    ("status", {"status": "damaged", "codes": [f"x-{n}" for n in range(12)]}, 404, "'x-8', 'x-9' and 2 more on"),
]


def test_broken_clicks_are_told_what_was_wrong(house, lowlands):
    root = Person(house, "root", lowlands.password)
    for path, body, status, detail in BROKEN:
        answer = root.request("PATCH", f"/inventory/items/{path}", body)
        assert (answer.status, detail in answer.body["detail"]) == (status, True), (path, body, answer)


def test_many_are_changed_at_once_and_everyone_hears_it(dana, item):
    codes, id = ["foh-07", item, "dim-03", "foh-07", "amp-12"], str(uuid4())
    with dana.open("lowlands") as window:
        # When several are given a status, one of them twice
        answer = click_all(dana, codes, "maintenance", id=id)
        # Then they are answered in that order, each once, and heard
        assert answer.status == 200
        assert [each["code"] for each in answer.body] == ["foh-07", item, "dim-03", "amp-12"]
        assert {each["status"] for each in answer.body} == {"maintenance"}
        for project, code in (("lowlands", "foh-07"), ("lowlands", "amp-12"), ("-", "dim-03"), ("-", item)):
            topic = f"rentguy/{project}/equipment/{code}"
            wait_until(lambda topic=topic: "maintenance" in [each["status"] for each in window.heard(topic)])
    # and sent again it is the same change
    click(dana, "foh-07", "available")
    again = click_all(dana, codes, "maintenance", id=id)
    assert [each["status"] for each in again.body] == ["available"] + ["maintenance"] * 3


def test_many_are_changed_together_or_not_at_all(dana, house, lowlands, item):
    def told(person: Person, *codes: str) -> tuple[int, str]:
        answer = click_all(person, [item, *codes], "damaged")
        return answer.status, answer.body["detail"]

    # When one of them is another project's or isn't there, or all of them aren't for a viewer to change
    assert told(dana, "led-90", "nothing") == (404, f"there is no item 'led-90', 'nothing' {NOT_YOURS}")
    vera = Person(house, "vera", lowlands.password)
    barred = f"viewers can't change '{item}', 'foh-07'; ask a dispatcher for the role of crew"
    assert told(vera, "foh-07") == (403, barred)
    # Then nothing has changed
    (after,) = dana.get(f"/inventory/items?search={item}")
    assert after["status"] == "available" and dana.get(f"/inventory/items/{item}/events") == []


def test_who_clicks_too_often_is_told_to_change_many_at_once(dana, anouk, item):
    began, taken, refused = monotonic(), 0, {}
    # When somebody changes one item after the other, by either way
    while len(refused) < 2 and taken < 500:
        for way in (lambda: click(anouk, item, "damaged"), lambda: click_all(anouk, [item], "damaged")):
            answer = way()
            if answer.status == 429:
                refused[way.__code__] = answer
            else:
                assert answer.status == 200
                taken += 1
    # Then there is a burst of 60 and one more each second, for both together
    assert 60 <= taken <= 61 + monotonic() - began
    for answer in refused.values():
        assert answer.headers["Retry-After"] == "1"
        assert "select several items and change them together" in answer.body["detail"]
        assert answer.headers["Content-Type"] == "application/problem+json"
    # and nobody else is kept waiting, nor may they not read
    assert click(dana, item, "available").status == 200
    assert anouk.get(f"/inventory/items?search={item}")
