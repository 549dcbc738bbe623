"""Equipment over REST: lists, and an item's history: what it keeps to itself, and where it was."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import UUID, uuid4

import pytest

from rentguy import db
from rentguy.fixes import Flag
from tests import house as houses
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


def test_broken_questions_are_told_what_was_wrong(dana):
    for path, status, detail in (
        ("foh-07/events?before=yesterday", 422, "before: expected a time"),
        ("foh-07/events?before=2026-06-20T21:40Z,seven", 422, "before: expected a time and an id"),
        ("foh-07/events?limit=501", 422, "limit: expected a whole number from 1 to 500"),
        ("nothing/events", 404, "there is no item 'nothing' on a project of yours or on none"),
    ):
        answer = dana.request("GET", f"/inventory/items/{path}")
        assert (answer.status, detail in answer.body["detail"]) == (status, True), (path, answer)


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
