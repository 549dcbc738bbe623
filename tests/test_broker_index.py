"""The index and the retained tree answer as `rentguy.topics.matches` does, without asking it of every filter."""

import sys
from collections.abc import Callable
from types import FrameType

from hypothesis import given
from hypothesis import strategies as st

from broker.framing import Framer
from broker.index import Index
from broker.message import Message
from broker.outgoing import DEVICE
from broker.policy import Permissions
from broker.retained import Retained
from broker.router import Router
from broker.session import Session
from broker.unkept import UNKEPT, Unkept
from rentguy.access import Identity
from rentguy.topics import is_filter, matches
from tests.brokers import packet

LEVELS = ("a", "b", "", "$x")
topics = st.lists(st.sampled_from(LEVELS), min_size=1, max_size=4).map("/".join).filter(bool)
filters = st.lists(st.sampled_from((*LEVELS, "+", "#")), min_size=1, max_size=4).map("/".join).filter(is_filter)
EVERYTHING = Permissions(Identity("_ingest", "service"), lambda identity, action, topic: True)


def session(name: str) -> Session:
    return Session(name, EVERYTHING, DEVICE, Retained(UNKEPT), lambda session, full: None)


@given(st.lists(filters, max_size=6, unique=True), st.lists(filters, max_size=3), topics)
def test_the_index_finds_who_matches(kept: list[str], removed: list[str], topic: str) -> None:
    index, sessions = Index(), {filter: session(filter) for filter in {*kept, *removed}}
    for filter, each in sessions.items():
        index.add(filter, each, 1)
    index.matching(topic)  # an answer that is remembered, and must be forgotten
    for filter in removed:
        index.remove(filter, sessions[filter])
    expected = {sessions[filter] for filter in kept if filter not in removed and matches(filter, topic)}
    assert set(index.matching(topic)[0]) == expected


def work(function: Callable, *arguments: object) -> int:
    """How many instructions of Python it takes."""
    count, before = 0, sys.gettrace()

    def trace(frame: FrameType, event: str, argument: object) -> Callable:
        nonlocal count
        frame.f_trace_opcodes = True
        count += event == "opcode"
        return trace

    sys.settrace(trace)
    try:
        function(*arguments)
    finally:
        sys.settrace(before)
    return count


def test_a_message_costs_the_same_however_many_others_subscribe() -> None:
    costs = []
    for others in (10, 1000):
        router = Router(DEVICE, Unkept())
        wanted = {"hears": "a/b/+/x", "group": "$share/g/a/#"}
        wanted |= {
            f"{number}": ("a/b/c/{0}", "a/{0}/#", "$share/g{0}/a/b/d", "+/{0}")[number % 4].format(number)
            for number in range(others)
        }
        for name, filter in wanted.items():
            assert router.subscribe(router.make(name, EVERYTHING, 0), filter, 1) == 1
        costs.append(work(router.publish, Message("a/b/c/x", b"", 1, False)))
    assert costs[1] < 1.2 * costs[0]


@given(st.lists(filters, min_size=1, unique=True))
def test_an_index_without_subscriptions_holds_nothing(filters: list[str]) -> None:
    index, one = Index(), session("one")
    for filter in filters:
        index.add(filter, one, 1)
        index.add(f"$share/group/{filter}", one, 1)
    for filter in filters:
        index.remove(filter, one)
        index.remove(f"$share/group/{filter}", one)
    assert index._root.empty()


@given(st.lists(topics, unique=True), st.lists(topics), filters)
def test_retained_topics_are_found_by_filter(kept: list[str], cleared: list[str], filter: str) -> None:
    retained = Retained(UNKEPT)
    for topic in kept:
        retained.keep(Message(topic, b"x", 1, True))
    for topic in cleared:
        retained.keep(Message(topic, b"", 1, True))
    expected = [topic for topic in kept if topic not in cleared and matches(filter, topic)]
    assert sorted(retained.matching(filter)) == sorted(expected)
    for topic in kept:
        retained.keep(Message(topic, b"", 1, True))
    assert (len(retained), retained._bytes, retained._tree) == (0, 0, {})


def test_a_full_store_keeps_nothing_outdated(monkeypatch) -> None:
    monkeypatch.setattr("broker.retained.MAX_BYTES", 300)
    retained = Retained(UNKEPT)
    for payload in (b"old", b"new and far too long" * 20):
        retained.keep(Message("a", payload, 1, True))
    assert retained.get("a") is None


def test_a_full_store_keeps_what_it_has_and_says_so_once(monkeypatch, caplog) -> None:
    monkeypatch.setattr("broker.retained.MAX_MESSAGES", 2)
    retained = Retained(UNKEPT)
    for topic in ("a", "b", "c", "d"):
        retained.keep(Message(topic, b"1", 1, True))
        retained.keep(Message("a", b"2", 1, True))
    assert [message and message.payload for message in map(retained.get, "abcd")] == [b"2", b"1", None, None]
    assert len(caplog.messages) == 1


@given(st.lists(st.binary(max_size=300), max_size=5), st.lists(st.integers(1, 50)))
def test_a_stream_is_cut_into_the_same_packets_wherever_it_is_torn(bodies: list[bytes], sizes: list[int]) -> None:
    stream, framer, found = b"".join(packet(0x30, body) for body in bodies), Framer(), []
    for size in [*sizes, len(stream)]:
        found += framer.feed(stream[:size])
        stream = stream[size:]
    assert found == [(0x30, body) for body in bodies]
