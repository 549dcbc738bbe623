"""The same messages, any number of times, in any order, in arrays or alone, leave the same rows."""

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from time import sleep
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest import history, verdicts
from ingest import store as storing
from ingest.decode import entries
from rentguy import db
from tests import house as houses
from tests.streams import (
    BASE,
    NOW,
    Batches,
    as_received,
    chat,
    disturbed,
    elements_of,
    fixes,
    in_batches,
    reads,
    scans,
    streams,
)

database, _, _, _, lowlands, _ = map(pytest.fixture(scope="module"), houses.PARTS)
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


@few
@given(disturbed(fixes, least=10))
def test_positions_are_the_same_in_any_order(house, drawn):
    stream, batches = drawn
    assert house.left_by(batches) == house.left_by(in_batches([stream]))


@few
@given(disturbed(scans))
def test_items_and_scans_are_the_same_in_any_order(house, drawn):
    stream, batches = drawn
    assert house.left_by(batches) == house.left_by(in_batches([stream]))


@few
@given(disturbed(chat | reads, least=8))
def test_chat_is_the_same_in_any_order(house, drawn):
    stream, batches = drawn
    assert house.left_by(batches) == house.left_by(in_batches([stream]))


@few
@given(st.data())
def test_a_wrong_clock_leaves_one_row_however_often_it_comes(house, data):
    """Its first receipt dates it; what comes again, even when its claim can be true by then, is the same row."""
    soon = st.integers(1, 29).map(lambda seconds: {"at": (NOW + timedelta(seconds=seconds)).isoformat(), "lat": -35})
    ahead = st.integers(62, 120).map(lambda seconds: {"at": (NOW + timedelta(seconds=seconds)).isoformat(), "lat": 48})
    wrong = elements_of("position", ["truck-04"], st.tuples(ahead | soon, st.sampled_from([11, 11.001])).map(_placed))
    stream = data.draw(st.lists(wrong | fixes, min_size=2, max_size=8))
    first = [as_received([each], NOW + timedelta(milliseconds=n)) for n, each in enumerate(stream)]
    again = [as_received([each], NOW + timedelta(seconds=80)) for each in data.draw(st.permutations(stream))]
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
            target=work, args=(in_batches([order[n : n + 3] for n in range(0, len(order), 3)]),), name="worker"
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
    assert together == house.left_by(in_batches([stream]))
