"""Streams of elements as hypothesis makes them up, in order and disturbed, and as ingest receives them."""

from datetime import UTC, datetime, timedelta
from itertools import count, groupby
from typing import Any, NamedTuple
from uuid import UUID

from hypothesis import strategies as st

from ingest.entry import Received
from rentguy.decoding import encode
from rentguy.messages import Status
from rentguy.mqtt import Incoming
from rentguy.topics import build

NOW = datetime.now(UTC)
BASE = NOW.replace(microsecond=0) - timedelta(days=200)


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


SECONDS = (*range(12), 30, 59, 60, 61, 99, 100, 101, 119, 120, 149, 150, 151, 86_400, 40 * 86_400)
times = st.sampled_from(SECONDS).map(lambda seconds: (BASE + timedelta(seconds=seconds)).isoformat())
projects = st.sampled_from(["lowlands", "pukkel"])


def _message(**fields) -> st.SearchStrategy[dict]:
    """A payload without the fields that are None."""
    return st.fixed_dictionaries(fields).map(
        lambda drawn: {name: value for name, value in drawn.items() if value is not None}
    )


def elements_of(kind: str, sources: list[str], message: st.SearchStrategy[dict]) -> st.SearchStrategy[Element]:
    return st.builds(Element, projects, st.just(kind), st.sampled_from(sources), message)


fixes = elements_of(
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
scans = elements_of(
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
chat = elements_of("chat", ["anouk", "dana"], st.one_of(said, edited, edited, deleted))
few_times = st.sampled_from([BASE.isoformat(), NOW.isoformat()])
reads = elements_of("read", ["anouk"], _message(id=ids, at=few_times))


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
    return stream, [batch for batch in in_batches(parts, arrays) if batch]


def in_batches(parts: list[list[Element]], arrays: bool = False) -> Batches:
    """Batches as received, each message a millisecond after the last; neighbours of one topic may be arrays."""
    received = (NOW + timedelta(milliseconds=n) for n in count())
    return [[as_received(group, next(received)) for group in _groups(part, arrays)] for part in parts]


def _groups(part: list[Element], arrays: bool) -> list[list[Element]]:
    def key(pair: tuple[int, Element]) -> tuple:
        n, each = pair
        return each.topic, 0 if arrays and each.kind in ("position", "scan") else n

    return [[each for _, each in group] for _, group in groupby(enumerate(part), key)]


def as_received(group: list[Element], at: datetime) -> Received:
    messages = [each.message for each in group]
    payload = encode(messages if len(messages) > 1 else messages[0])
    return Received(Incoming(group[0].topic, payload, False, 1, 1), at)
