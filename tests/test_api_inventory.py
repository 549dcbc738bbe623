"""Equipment over REST: lists, clicks that may come late and twice, many at once, how often, and an item's history."""

from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import NamedTuple
from uuid import UUID, uuid4

import pytest

from rentguy import db
from rentguy.fixes import Flag
from tests import house as houses
from tests.services import wait_until
from tests.visitors import Person

NOW = datetime.now(UTC)
database, config, start, embedded, lowlands, house = map(pytest.fixture(scope="module"), houses.PARTS)
ADD_EVENT = """
INSERT INTO item_events (item_id, at, id, by_id, project_id, status, action, vehicle_id, result)
SELECT i.id, %(at)s, %(id)s, (SELECT id FROM sources WHERE slug = %(by)s),
       (SELECT id FROM projects WHERE slug = %(project)s), %(status)s, %(action)s,
       (SELECT id FROM sources WHERE slug = %(vehicle)s), %(result)s
  FROM items i WHERE i.code = %(item)s
"""
ADD_FIX = """
INSERT INTO positions (source_id, recorded_at, project_id, geom, flags, received_at)
SELECT s.id, %s, p.id, ST_SetSRID(ST_MakePoint(11.5, %s), 4326), %s, now()
  FROM sources s, projects p WHERE s.slug = %s AND p.slug = %s
"""


@pytest.fixture(scope="module")
def dana(house, lowlands):
    return Person(house, "dana", lowlands.password)


@pytest.fixture(scope="module")
def ask(house):
    """Ask the database: `ask(query, values)`."""
    session = db.connect(house.database_url, "test")
    session.autocommit = True

    def ask(query: str, values: object = ()) -> list[tuple]:
        with session.cursor() as cursor:
            cursor.execute(query, values)
            return cursor.fetchall() if cursor.description else []

    ask("CREATE TABLE positions_of_all_times PARTITION OF positions DEFAULT")
    yield ask
    session.close()


@pytest.fixture(scope="module")
def happened(ask):
    """Put an event where it would be after a scan or a click: `happened(item, at, by=…, action=…)`."""

    def happened(item: str, at: datetime, **event: object) -> str:
        nothing = dict.fromkeys(("by", "project", "status", "action", "vehicle"))
        id = event.pop("id", str(uuid4()))
        ask(ADD_EVENT, {**nothing, "result": "stored", "id": id, "item": item, "at": at, **event})
        return id

    return happened


@pytest.fixture
def item(ask):
    """The code of a new item, on no project."""
    code = f"case-{uuid4().hex[:8]}"
    ask("INSERT INTO items (code, name, changed_at) VALUES (%s, 'Case', %s)", (code, NOW - timedelta(days=9)))
    yield code
    ask("DELETE FROM item_events WHERE item_id = (SELECT id FROM items WHERE code = %s)", (code,))
    ask("DELETE FROM items WHERE code = %s", (code,))


def click(person: Person, item: str, status: str, **more: object):
    return person.request("PATCH", f"/inventory/items/{item}/status", {"status": status, **more})


def click_all(person: Person, codes: list[str], status: str, **more: object):
    return person.request("PATCH", "/inventory/items/status", {"codes": codes, "status": status, **more})


def pages(person: Person, path: str) -> list[dict]:
    """All rows of a list, page by page."""
    rows: list[dict] = []
    while path:
        answer = person.request("GET", path)
        assert answer.status == 200, answer
        rows += answer.body
        path = answer.headers.get("Link", "").split(">")[0].removeprefix("</api/v1")
    return rows


def ago(**units: float) -> datetime:
    return NOW - timedelta(**units)


def test_items_are_paged_searched_and_kept_apart(dana):
    assert [item["code"] for item in dana.get("/inventory/items")] == ["amp-12", "dim-03", "foh-07"]
    answer = dana.request("GET", "/inventory/items?project=lowlands&limit=2")
    assert [item["code"] for item in answer.body] == ["amp-12", "dim-03"]
    assert answer.headers["Link"] == '</api/v1/inventory/items?project=lowlands&limit=2&after=dim-03>; rel="next"'
    for search, codes in (("FOH", ["foh-07"]), ("dimmer", ["dim-03"]), ("3034257b", ["foh-07"]), ("%25", [])):
        assert [item["code"] for item in dana.get(f"/inventory/items?search={search}")] == codes
    (item,) = dana.get("/inventory/items?search=foh-07")
    assert item["tags"] == ["3034257BF7194E4000001A85", "FOH-07"]


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
    for path, status, detail in (
        ("foh-07/events?before=yesterday", 422, "before: expected a time"),
        ("foh-07/events?before=2026-06-20T21:40Z,seven", 422, "before: expected a time and an id"),
        ("foh-07/events?limit=501", 422, "limit: expected a whole number from 1 to 500"),
        ("nothing/events", 404, f"there is no item 'nothing' {NOT_YOURS}"),
    ):
        answer = root.request("GET", f"/inventory/items/{path}")
        assert (answer.status, detail in answer.body["detail"]) == (status, True), (path, answer)


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


def test_the_history_is_paged_newest_first(dana, item, happened):
    # Given 25 events, some at the same moment
    for n in range(25):
        happened(item, ago(minutes=n // 2), id=str(UUID(int=1000 - n)), by="gate-1", status="in_use")
    rows = pages(dana, f"/inventory/items/{item}/events?limit=7")
    assert [UUID(row["id"]).int for row in rows] == [1000 - n for n in range(25)]
    assert rows[0] == {
        "id": str(UUID(int=1000)),
        "at": NOW.isoformat().replace("+00:00", "Z"),
        "by": "gate-1",
        "project": None,
        "status": "in_use",
        "action": None,
        "vehicle": None,
        "result": "stored",
        "lat": None,
        "lon": None,
    }


def test_what_happened_on_others_projects_is_left_out(dana, house, lowlands, item, happened):
    # Given an item that was on pukkel, then on none, now on lowlands, and has been scanned for pukkel since
    for minutes, event in enumerate(
        (
            {"by": "truck-90", "project": "pukkel", "action": "out"},
            {"by": "root", "status": "damaged"},
            {"by": "truck-90", "project": "pukkel", "action": "in"},
            {"by": "root", "status": "maintenance"},
            {"by": "gate-1", "project": "lowlands", "action": "out"},
            {"by": "truck-90", "project": "pukkel", "action": "out", "result": "wrong_project"},
            {"by": "dana", "status": "available"},
        )
    ):
        happened(item, ago(minutes=60 - minutes), **event)
    told = [(each["by"], each["project"]) for each in dana.get(f"/inventory/items/{item}/events")]
    # Then lowlands sees what was on it or on none, the clicks among it; who may hear all sees all
    assert told == [("dana", "lowlands"), ("gate-1", "lowlands"), ("root", None)]
    root = Person(house, "root", lowlands.password)
    assert [each["project"] for each in root.get(f"/inventory/items/{item}/events")] == [
        *("lowlands", "pukkel", "lowlands", None, "pukkel", "pukkel", "pukkel"),
    ]


class Fix(NamedTuple):
    """A fix of `source`, so many seconds before the event."""

    source: str
    seconds: int
    lat: float
    project: str = "lowlands"
    flags: int = 0


TRUCK, OTHER, DANA = "truck-04", "truck-05", "dana"
LOAD, IN, CLICK = {"action": "load", "vehicle": TRUCK}, {"action": "in"}, {"status": "damaged"}
PLACES = [
    ("its vehicle leads", LOAD, [Fix(TRUCK, 60, 1), Fix(OTHER, 5, 2), Fix(DANA, 5, 3)], 1),
    ("then the one it was on", CLICK, [Fix(TRUCK, 5, 1), Fix(OTHER, 60, 2), Fix(DANA, 5, 3)], 2),
    ("also when it is taken off", IN, [Fix(OTHER, 60, 2), Fix(DANA, 5, 3)], 2),
    ("then whoever did it", CLICK, [Fix(TRUCK, 5, 1), Fix(DANA, 60, 3)], 3),
    ("the newest by then", CLICK, [Fix(OTHER, 90, 1), Fix(OTHER, 0, 2), Fix(OTHER, -1, 3)], 2),
    ("up to ten minutes old", CLICK, [Fix(OTHER, 600, 2)], 2),
    ("but not older", CLICK, [Fix(OTHER, 601, 2)], None),
    ("no jump", CLICK, [Fix(OTHER, 60, 1), Fix(OTHER, 5, 2, flags=Flag.JUMP)], 1),
    ("none that is coarse", CLICK, [Fix(OTHER, 60, 1), Fix(OTHER, 5, 2, flags=Flag.COARSE)], 1),
    ("a wrong clock is no fault", CLICK, [Fix(OTHER, 60, 1), Fix(OTHER, 5, 2, flags=Flag.CLOCK)], 2),
    ("none of another project", CLICK, [Fix(OTHER, 5, 1, "pukkel"), Fix(DANA, 5, 2, "pukkel")], None),
]


@pytest.mark.parametrize(("which", "event", "fixes", "lat"), PLACES, ids=[case[0] for case in PLACES])
def test_an_event_shows_where_it_was(dana, ask, item, happened, which, event, fixes, lat):
    at = ago(days=1, hours=PLACES.index((which, event, fixes, lat)))  # each case has its own hour
    # Given an item that was loaded onto truck-05 in lowlands
    happened(item, at - timedelta(minutes=30), by="gate-1", project="lowlands", action="out")
    happened(item, at - timedelta(minutes=29), by="gate-1", project="lowlands", action="load", vehicle=OTHER)
    for fix in fixes:
        ask(ADD_FIX, (at - timedelta(seconds=fix.seconds), fix.lat, int(fix.flags), fix.source, fix.project))
    id = happened(item, at, **{"by": DANA, **event})
    # Then its next event has a place
    told = {each["id"]: each for each in dana.get(f"/inventory/items/{item}/events")}[id]
    assert (told["lat"], told["lon"]) == (lat, lat and 11.5)


def test_an_item_on_no_project_has_no_place(dana, ask, item, happened):
    at = ago(days=3)
    ask(ADD_FIX, (at, 48.0, 0, DANA, "lowlands"))
    happened(item, at, by=DANA, status="damaged")
    (told,) = dana.get(f"/inventory/items/{item}/events")
    assert (told["lat"], told["lon"]) == (None, None)


def test_an_item_that_came_in_is_on_no_vehicle_any_more(dana, ask, item, happened):
    at = ago(days=4)
    # Given an item that came in on truck-05, and went out again without being loaded
    for minutes, event in ((9, {"action": "load", "vehicle": OTHER}), (8, {"action": "in"}), (7, {"action": "out"})):
        happened(item, at - timedelta(minutes=minutes), by="gate-1", project="lowlands", **event)
    ask(ADD_FIX, (at, 48.0, 0, OTHER, "lowlands"))
    # Then what happens to it now doesn't happen where the truck is
    id = happened(item, at, by=DANA, status="damaged")
    told = dana.get(f"/inventory/items/{item}/events")[0]
    assert (told["id"], told["project"], told["lat"]) == (id, "lowlands", None)
