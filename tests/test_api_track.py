"""A source's history over REST in few points: what is kept of it, and what is said of speeds and gaps."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from math import cos, radians
from secrets import token_hex
from urllib.parse import urlencode

import pytest
from psycopg2.extras import execute_values

from rentguy import db
from tests import house as houses
from tests.visitors import Person

BEGAN = datetime(2026, 6, 20, 18, tzinfo=UTC)
DEGREE_M = 6_371_008.8 * radians(1)
database, config, start, embedded, lowlands, house = map(pytest.fixture(scope="module"), houses.PARTS)
Metres = tuple[float, float, float]  # seconds from the beginning, then metres east and north of where it began


@pytest.fixture(scope="module")
def dana(embedded, start, config, lowlands) -> Person:
    start("api", config)
    return Person(config, "dana", lowlands.password)


@pytest.fixture
def drive(config, lowlands) -> Callable[..., str]:
    """A truck that has been where it is said: `drive(fixes, lat)`; its slug."""
    session = db.connect(config.database_url, "test")

    def drive(fixes: Iterable[Metres], lat: float = 52.0, **columns) -> str:
        slug = f"truck-{token_hex(4)}"
        with session, session.cursor() as cursor:
            cursor.execute("CREATE TABLE IF NOT EXISTS positions_any PARTITION OF positions DEFAULT")
            cursor.execute("INSERT INTO sources (slug, kind, name) VALUES (%s, 'truck', '') RETURNING id", (slug,))
            (source,) = cursor.fetchone()
            cursor.execute("SELECT id FROM projects WHERE slug = %s", (columns.pop("project", "lowlands"),))
            common = {"source_id": source, "project_id": cursor.fetchone()[0], "received_at": BEGAN, **columns}
            rows = [(BEGAN + timedelta(seconds=at), *place(*way, lat), *common.values()) for at, *way in fixes]
            template = f"(%s, ST_SetSRID(ST_MakePoint(%s, %s), 4326){', %s' * len(common)})"
            insert = f"INSERT INTO positions (recorded_at, geom, {', '.join(common)}) VALUES %s"
            execute_values(cursor, insert, rows, template, page_size=10_000)
        return slug

    yield drive
    session.close()


def place(east: float, north: float, lat: float) -> tuple[float, float]:
    """Longitude and latitude of what is so many metres from (5, `lat`)."""
    lon = 5 + east / DEGREE_M / cos(radians(min(lat, 89)))
    return lon if lon <= 180 else lon - 360, lat + north / DEGREE_M


def track(person: Person, source: str, simplify: float, days: float = 20) -> list[dict]:
    return person.get(path(source=source, simplify=simplify, to=(BEGAN + timedelta(days=days)).isoformat()))


def path(project: str = "lowlands", **query) -> str:
    return f"/projects/{project}/positions?{urlencode({'from': BEGAN.isoformat(), **query})}"


def seconds(points: list[dict]) -> list[float]:
    return [(datetime.fromisoformat(each["at"]) - BEGAN).total_seconds() for each in points]


def gaps(points: list[dict]) -> list[float]:
    """When those points were that come after a gap."""
    return seconds([each for each in points if each["gap"]])


def test_a_track_keeps_its_corners_and_the_mean_speed_between_them(dana, drive):
    # Given a truck that drives east at 10 m/s, swaying by 2 m, then north at twice that
    east = [(n, 10 * n, n % 2 * 2) for n in range(101)]
    north = [(100 + n, 1000, 20 * n) for n in range(1, 101)]
    truck = drive(east + north, heading=90)
    # When its track is simplified to 5 m
    points = track(dana, truck, 5)
    # Then three fixes are left, with their times and places as they were
    assert seconds(points) == [0, 100, 200]
    assert [(each["lon"], each["lat"]) for each in points] == [
        pytest.approx(place(*where, 52.0), abs=1e-12) for where in ((0, 0), (1000, 0), (1000, 2000))
    ]
    # and their speeds are those of the way it really went
    assert [each["speed"] for each in points] == [0, pytest.approx(104**0.5, rel=1e-3), pytest.approx(20, rel=1e-3)]
    assert [set(each) for each in points] == [{"at", "lat", "lon", "speed", "heading", "gap"}] * 3
    assert (points[0]["heading"], gaps(points)) == (90, [])
    # and to 1 m, all are
    assert len(track(dana, truck, 1)) == 102


@pytest.mark.parametrize("lat", [0.0, -35.0, 60.0, 78.0])
@pytest.mark.parametrize("across", [False, True])
def test_the_tolerance_is_in_metres_wherever_it_is(dana, drive, lat, across):
    way = [(0, 0), (300, 15), (600, 0)]
    truck = drive([(10 * n, *(way[n][::-1] if across else way[n])) for n in range(3)], lat)
    assert len(track(dana, truck, 16)) == 2
    assert len(track(dana, truck, 14)) == 3


def test_a_long_way_north_loses_nothing_of_its_beginning(dana, drive):
    truck = drive([(0, 0, 0), (60, 15, 300), (120, 0, 600), (180, 0, 60 * DEGREE_M)], lat=0.0)
    assert seconds(track(dana, truck, 14)) == [0, 60, 120, 180]


def test_both_edges_of_a_gap_are_kept(dana, drive):
    # Given a truck on a straight road that isn't heard for 120 s, which is no gap, then twice for longer
    heard = [*range(0, 60, 10), *range(170, 200, 10), 311, *range(500, 560, 10)]
    truck = drive([(at, at, 0) for at in heard])
    # Then the edges are there, and what was heard alone
    points = track(dana, truck, 10_000)
    assert seconds(points) == [0, 190, 311, 500, 550]
    assert gaps(points) == [311, 500]
    # and nobody knows how fast it was when it wasn't heard
    speeds = [each["speed"] for each in points]
    assert speeds == [0, pytest.approx(1, rel=1e-3), None, None, pytest.approx(1, rel=1e-3)]


def test_who_comes_back_to_the_same_place_was_there_twice(dana, drive):
    round_trip = drive([(n, 0, (0, 2, 3, 2, 0)[n]) for n in range(5)])
    parked = drive([(n * 60, 0, 0) for n in range(600)])
    assert seconds(track(dana, round_trip, 10)) == [0, 4]
    points = track(dana, parked, 1)
    assert seconds(points) == [0, 599 * 60]
    assert [each["speed"] for each in points] == [0, 0]


def test_the_tolerance_doubles_until_the_points_fit(dana, drive):
    # Given 6,000 turns of 30 m, then 100 of 300 m
    small = [(n, 10 * n, n % 2 * 30) for n in range(6000)]
    large = [(6000 + n, 60_000 + 100 * n, n % 2 * 300) for n in range(100)]
    # When a metre would keep all of them, the small ones go, though not the large
    points = track(dana, drive(small + large), 1)
    assert 100 <= len(points) <= 110
    assert seconds(points)[0] == 0 and seconds(points)[-99:] == [*range(6001, 6100)]
    # Nor does anything go of what is all edges, where a drive makes it too many
    pairs = [(10_000 + 180 * n + second, 0, second) for n in range(2400) for second in (0, 1)]
    kept = seconds(track(dana, drive(small[:1000] + pairs), 1))
    assert (len(kept), kept[:4]) == (2 + 4800, [0, 999, 10_000, 10_001])


def test_what_is_heard_rarely_keeps_its_longest_gaps(dana, drive):
    # Given a tracker that is heard every three minutes only
    fits = drive([(180 * n, n % 7 * 50, 0) for n in range(4500)])
    more = drive([(180 * n + (n >= 3000) * 3600, n % 7 * 50, 0) for n in range(6000)])
    # Then all of it is told as long as it fits
    points = track(dana, fits, 10_000)
    assert (len(points), len(gaps(points))) == (4500, 4499)
    # and of more the hour in which nothing was heard; that there are gaps between the others is not forgotten
    points = track(dana, more, 10_000)
    assert 2 < len(points) <= 5000
    around = seconds(points).index(180 * 3000 + 3600)
    assert seconds(points)[around - 1] == 180 * 2999
    assert len(gaps(points)) == len(points) - 1
    assert {each["speed"] for each in points[1:]} == {None}


def test_only_plausible_fixes_of_the_project_and_the_time_are_told(dana, drive):
    odd = drive([(0, 0, 0), (60, 0, 100)], flags=2)
    elsewhere = drive([(0, 0, 0), (60, 0, 100)], project="pukkel")
    here = drive([(0, 0, 0), (60, 0, 100), (86400, 0, 0)])
    assert [track(dana, source, 1) for source in (odd, elsewhere)] == [[], []]
    assert seconds(track(dana, here, 1, days=1)) == [0, 60]


def test_a_pole_and_the_date_line_can_be_crossed(dana, drive):
    assert len(track(dana, drive([(n, 0, 0) for n in range(3)], lat=90.0), 1)) == 2
    points = track(dana, drive([(n, 174.9992 * DEGREE_M + 20 * n, 0) for n in range(10)], lat=0.0), 1)
    assert [points[0]["lon"] > 0, points[-1]["lon"] < 0] == [True, True]
    assert [each["speed"] for each in points[1:]] == [pytest.approx(20, rel=1e-3)] * (len(points) - 1)


REFUSED = [
    ({"simplify": 10}, 422, "source: expected whose track is to be simplified, got nobody"),
    ({"simplify": 0, "source": "truck-04"}, 422, "simplify: expected a number from 1 to 10000, got '0'"),
    ({"simplify": 10_001, "source": "truck-04"}, 422, "simplify: expected a number"),
    ({"simplify": "nan", "source": "truck-04"}, 422, "simplify: expected a number"),
    ({"simplify": "", "source": "truck-04"}, 422, "simplify: expected a number"),
    ({"simplify": 10, "source": "ghost"}, 404, "nobody is called 'ghost'"),
    (
        {"simplify": 10, "source": "truck-04", "to": (BEGAN + timedelta(days=32)).isoformat()},
        422,
        "from, to: expected at most 31 days, got 32.0",
    ),
]


def test_what_cannot_be_simplified_is_said(dana):
    for query, status, detail in REFUSED:
        answer = dana.request("GET", path(**query))
        assert (answer.status, detail in answer.body["detail"]) == (status, True), (query, answer)
    month = {"source": "truck-04", "simplify": 2.5, "to": (BEGAN + timedelta(days=31)).isoformat()}
    assert dana.get(path(**month)) == []
    assert dana.request("GET", path(**month, project="pukkel")).status == 404
