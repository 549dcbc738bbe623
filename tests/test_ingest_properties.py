"""The same messages, any number of times, in any order, in arrays or alone, leave the same rows."""

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import count, groupby
from time import sleep
from typing import Any, NamedTuple
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest import history, verdicts
from ingest import store as storing
from ingest.decode import entries
from ingest.entry import Received
from rentguy import db
from rentguy.decoding import encode
from rentguy.messages import Status
from rentguy.mqtt import Incoming
from rentguy.topics import build
from tests import house as houses

database, _, _, _, lowlands, _ = map(pytest.fixture(scope="module"), houses.PARTS)
NOW = datetime.now(UTC)
BASE = NOW.replace(microsecond=0) - timedelta(days=200)
STORED = "positions", "latest_positions", "items", "item_events", "scans", "messages", "reads"
EMPTIED = "positions", "latest_positions", "item_events", "scans", "messages", "reads", "adjusted_times", "rejects"
ROWS = "SELECT (to_jsonb(t) - '{{received_at,number,revision}}'::text[])::text FROM {} t ORDER BY 1"
ASSIGNMENTS = (  # seconds from BASE
    ("truck-04", "lowlands", 0, 60),
    ("truck-04", "pukkel", 60, 120),
    ("truck-04", "lowlands", 150, None),
    ("truck-05", "lowlands", 0, None),
    ("gate-1", "lowlands", 0, 100),
    ("gate-1", "pukkel", 100, None),
    ("anouk-phone", "lowlands", 0, None),
)
ASSIGN = """
INSERT INTO assignments (source_id, project_id, during)
SELECT s.id, p.id, tstzrange(%s, %s) FROM sources s, projects p WHERE s.slug = %s AND p.slug = %s
"""
few = settings(
    max_examples=25,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


class Element(NamedTuple):
    """One element and where it is published."""

    project: str
    kind: str
    source: str
    message: dict[str, Any]

    @property
    def topic(self) -> str:
        return build(self.project, self.kind, self.source)


Batches = list[list[Received]]


class House(NamedTuple):
    """A database whose streams start from the same state each time."""

    url: str
    rows: Callable[[], dict[str, list]]
    empty: Callable[[], None]

    def store(self, batches: Batches) -> None:
        with closing(db.connect(self.url, "test")) as session:
            for batch in batches:
                storing.store(session, entries(batch))

    def left_by(self, batches: Batches) -> dict[str, list]:
        """What is stored when nothing but these came."""
        self.empty()
        self.store(batches)
        return self.rows()


@pytest.fixture(scope="module")
def house(database, lowlands) -> Iterator[House]:
    """Devices that change their projects, and small chunks, so that a short stream meets every border."""
    with closing(db.connect(database, "test")) as session, pytest.MonkeyPatch.context() as patch:
        patch.setattr(history, "CHUNK", 2)
        patch.setattr(verdicts, "CHUNK", 2)
        session.autocommit = True
        cursor = session.cursor()
        cursor.execute("DELETE FROM assignments")
        for source, project, *seconds in ASSIGNMENTS:
            during = [second and BASE + timedelta(seconds=second) for second in seconds]
            cursor.execute(ASSIGN, (during[0] or BASE, during[1], source, project))
        cursor.execute("UPDATE shifts SET during = tstzrange(%s, %s)", (BASE, BASE + timedelta(seconds=150)))
        cursor.execute("CREATE TABLE first_items AS TABLE items; CREATE TABLE first_events AS TABLE item_events")

        def rows() -> dict[str, list]:
            return {table: _column(cursor, ROWS.format(table)) for table in STORED}

        def empty() -> None:
            cursor.execute("; ".join(f"DELETE FROM {table}" for table in EMPTIED))
            cursor.execute(
                "INSERT INTO item_events TABLE first_events; UPDATE items i SET status = f.status,"
                " project_id = f.project_id, vehicle_id = f.vehicle_id, changed_at = f.changed_at,"
                " changed_by = f.changed_by FROM first_items f WHERE f.id = i.id"
            )

        yield House(database, rows, empty)


def _column(cursor, query: str) -> list:
    cursor.execute(query)
    return [value for (value,) in cursor.fetchall()]


SECONDS = (*range(12), 30, 59, 60, 61, 99, 100, 101, 119, 120, 149, 150, 151, 86_400, 40 * 86_400)
times = st.sampled_from(SECONDS).map(lambda seconds: (BASE + timedelta(seconds=seconds)).isoformat())
projects = st.sampled_from(["lowlands", "pukkel"])


def _message(**fields) -> st.SearchStrategy[dict]:
    """A payload without the fields that are None."""
    return st.fixed_dictionaries(fields).map(
        lambda drawn: {name: value for name, value in drawn.items() if value is not None}
    )


def _elements(kind: str, sources: list[str], message: st.SearchStrategy[dict]) -> st.SearchStrategy[Element]:
    return st.builds(Element, projects, st.just(kind), st.sampled_from(sources), message)


fixes = _elements(
    "position",
    ["truck-04", "truck-04", "truck-04", "truck-04", "truck-05", "anouk", "anouk-phone"],
    _message(
        at=times,
        lat=st.sampled_from([48.0, 48.0, 48.0005, 49.5, 49.5, 49.5015, -35.0]),
        lon=st.sampled_from([11.0, 11.0004]),
        accuracy=st.sampled_from([None, None, 5, 5.5, 500, 501]),
        speed=st.sampled_from([None, 1, 30]),
        battery=st.sampled_from([None, 0, 99]),
    ),
)
scans = _elements(
    "scan",
    ["gate-1", "truck-04", "anouk"],
    st.one_of(
        _message(
            at=times,
            tag=st.sampled_from(["FOH-07", "FOH-07", "3034257BF7194E4000001A85", "DIM-03", "LED-90", "NIX-1"]),
            action=st.sampled_from([None, "audit", "out", "out", "in"]),
            status=st.sampled_from([None, None, *Status.__args__]),
        ),
        _message(
            at=times,
            tag=st.sampled_from(["FOH-07", "DIM-03"]),
            action=st.sampled_from(["load", "unload"]),
            vehicle=st.sampled_from(["truck-04", "truck-05"]),
        ),
    ),
)
ids = st.sampled_from([str(UUID(int=n)) for n in (1, 2)])
said = ids.map(lambda id: {"id": id, "at": BASE.isoformat(), "body": f"said {id}"})
edited = _message(id=ids, at=times, edit=st.sampled_from(["a", "B", "é"]))
deleted = _message(id=ids, at=times, delete=st.just(True))
chat = _elements("chat", ["anouk", "dana"], st.one_of(said, edited, edited, deleted))
few_times = st.sampled_from([BASE.isoformat(), NOW.isoformat()])
reads = _elements("read", ["anouk"], _message(id=ids, at=few_times))


def streams(element: st.SearchStrategy[Element], least: int = 2, most: int = 16) -> st.SearchStrategy[list[Element]]:
    """Streams in order of time; each scan has an id of its own."""
    return st.lists(element, min_size=least, max_size=most).map(_named).map(_in_order)


def _named(stream: list[Element]) -> list[Element]:
    return [
        each._replace(message={"id": str(UUID(int=n)), **each.message}) if each.kind == "scan" else each
        for n, each in enumerate(stream)
    ]


def _in_order(stream: list[Element]) -> list[Element]:
    return sorted(stream, key=lambda each: each.message["at"])


@st.composite
def disturbed(draw, element: st.SearchStrategy[Element], least: int = 2) -> tuple[list[Element], Batches]:
    """A stream, and the same with repetitions, in another order, as messages and arrays, in several batches."""
    stream = draw(streams(element, least))
    again = draw(st.lists(st.sampled_from(stream), max_size=6))
    shuffled = draw(st.permutations(stream + again))
    cuts = draw(st.lists(st.integers(0, len(shuffled)), max_size=6).map(sorted))
    arrays = draw(st.booleans())
    parts = [shuffled[start:end] for start, end in zip([0, *cuts], [*cuts, len(shuffled)], strict=True)]
    return stream, [batch for batch in _batches(parts, arrays) if batch]


def _batches(parts: list[list[Element]], arrays: bool = False) -> Batches:
    """Batches as received, each message a millisecond after the last; neighbours of one topic may be arrays."""
    received = (NOW + timedelta(milliseconds=n) for n in count())
    return [[_received(group, next(received)) for group in _groups(part, arrays)] for part in parts]


def _groups(part: list[Element], arrays: bool) -> list[list[Element]]:
    def key(pair: tuple[int, Element]) -> tuple:
        n, each = pair
        return each.topic, 0 if arrays and each.kind in ("position", "scan") else n

    return [[each for _, each in group] for _, group in groupby(enumerate(part), key)]


def _received(group: list[Element], at: datetime) -> Received:
    messages = [each.message for each in group]
    payload = encode(messages if len(messages) > 1 else messages[0])
    return Received(Incoming(group[0].topic, payload, False, 1, 1), at)


@few
@given(disturbed(fixes, least=10))
def test_positions_are_the_same_in_any_order(house, drawn):
    stream, batches = drawn
    assert house.left_by(batches) == house.left_by(_batches([stream]))


@few
@given(disturbed(scans))
def test_items_and_scans_are_the_same_in_any_order(house, drawn):
    stream, batches = drawn
    assert house.left_by(batches) == house.left_by(_batches([stream]))


@few
@given(disturbed(chat | reads, least=8))
def test_chat_is_the_same_in_any_order(house, drawn):
    stream, batches = drawn
    assert house.left_by(batches) == house.left_by(_batches([stream]))


@few
@given(st.data())
def test_a_wrong_clock_leaves_one_row_however_often_it_comes(house, data):
    """Its first receipt dates it; what comes again, even when its claim can be true by then, is the same row."""
    soon = st.integers(1, 29).map(lambda seconds: {"at": (NOW + timedelta(seconds=seconds)).isoformat(), "lat": -35})
    ahead = st.integers(62, 120).map(lambda seconds: {"at": (NOW + timedelta(seconds=seconds)).isoformat(), "lat": 48})
    wrong = _elements("position", ["truck-04"], st.tuples(ahead | soon, st.sampled_from([11, 11.001])).map(_placed))
    stream = data.draw(st.lists(wrong | fixes, min_size=2, max_size=8))
    first = [_received([each], NOW + timedelta(milliseconds=n)) for n, each in enumerate(stream)]
    again = [_received([each], NOW + timedelta(seconds=80)) for each in data.draw(st.permutations(stream))]
    cut = data.draw(st.integers(0, len(first)))
    assert house.left_by([first[:cut], first[cut:] + again]) == house.left_by([[each] for each in first])


def _placed(drawn: tuple[dict, float]) -> dict:
    return {**drawn[0], "lon": drawn[1]}


@settings(few, max_examples=5)
@given(streams(st.one_of(fixes, fixes, scans, chat), 30, 60), st.randoms(use_true_random=False))
def test_two_workers_at_once_leave_the_same(house, stream, chance: random.Random):
    """Each brings its part, some of it both, and neither ever waits for one that waits for it."""
    house.empty()
    failures: list[BaseException] = []

    def work(batches: Batches) -> None:
        try:
            house.store(batches)
        except BaseException as error:
            failures.append(error)

    shuffled, third = chance.sample(stream, len(stream)), len(stream) // 3
    orders = shuffled[: 2 * third], shuffled[third:][::-1]
    workers = [
        threading.Thread(
            target=work, args=(_batches([order[n : n + 3] for n in range(0, len(order), 3)]),), name="worker"
        )
        for order in orders
    ]
    with pytest.MonkeyPatch.context() as patch:  # a while before each commit, so that they do meet
        patch.setattr(storing, "STEPS", (*storing.STEPS, lambda *_: sleep(0.005)))
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(30)
    assert failures == []
    together = house.rows()
    assert together == house.left_by(_batches([stream]))
