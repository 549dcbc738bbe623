"""What the benchmarks measure with can be trusted."""

import re
from itertools import islice

import pytest

from bench import brokers, mutations, publisher, subscriber, traffic, wire
from bench import map as smooth
from bench.house import settings
from rentguy.config import address
from rentguy.credentials import service_secret
from tests import pages

CONNECTIONS = range(200)


def sent(seed: int) -> list[bytes]:
    return [packet for number in CONNECTIONS for packet in islice(mutations.hostile(seed, number), 20)]


def test_hostile_packets_are_the_same_for_the_same_seed():
    assert sent(1) == sent(1)
    assert sent(1) != sent(2)


def test_hostile_packets_are_of_every_type():
    assert {packet[0] >> 4 for packet in sent(1)} >= set(range(16))


def test_packets_are_cut_wherever_they_break():
    stream = b"".join(publisher.packets(traffic.fixes(3))) + wire.PING
    whole, rest = wire.cut(stream)
    assert [first for first, _ in whole] == [0x32, 0x32, 0x32, 0xC0] and not rest
    for at in range(len(stream)):
        before, rest = wire.cut(stream[:at])
        after, rest = wire.cut(rest + stream[at:])
        assert before + after == whole and not rest


def test_a_number_survives_its_payload():
    assert [traffic.number_of(traffic.fix(number)) for number in (0, 7, 999_999)] == [0, 7, 999_999]


def test_publishes_are_acknowledged_by_stride():
    ready = publisher.packets(traffic.fixes(300))
    data = b"".join(ready)
    assert subscriber._acknowledged(data, *subscriber._shape(data)) == b"".join(
        wire.puback(number.to_bytes(2, "big")) for number in range(1, 301)
    )


def test_what_is_no_publish_is_noticed():
    data = b"".join(publisher.packets(traffic.fixes(3)))
    size, mid = subscriber._shape(data)
    with pytest.raises(ValueError):
        subscriber._acknowledged(data[:size] + b"\x30" + data[size + 1 :], size, mid)


def test_everything_is_sent_and_heard_once():
    with settings() as config, brokers.ours_in_memory(config):
        listen = address(config.broker_listen)
        with (
            subscriber.counting(listen, "_ingest", service_secret(config.secret_key, "_ingest"), "rentguy/#") as heard,
            wire.sign_in(listen, "_gateway", service_secret(config.secret_key, "_gateway")) as connection,
        ):
            done = publisher.send(connection, publisher.packets(traffic.fixes(2_000)))
            subscriber.await_all(heard, 2_000, stall=5)
        assert (done.acknowledged, heard.count, heard.copies) == (2_000, 2_000, 0)


def test_frames_of_both_maps_are_counted_and_the_heap_is_measured(capsys):
    pages.program()
    smooth.run([300], rounds=1, seconds=4, minutes=0.05)
    printed = " ".join(capsys.readouterr().out.split())
    ours, bare = re.search(r"300 │ ([\d.]+) .*? │ ([\d.]+) ", printed).groups()
    assert 0 < float(ours) < 70 and 0 <= float(bare) < 70
    early, late = re.search(r"([\d.]+) MiB at minute 0.01, ([\d.]+) MiB at minute 0.05", printed).groups()
    assert 1 < float(early) < 1000 and 1 < float(late) < 1000


GOOD = smooth.Smoothness(10_000, ours=[29, 30, 31], bare=[30, 31, 32])


@pytest.mark.parametrize(
    ("smoothness", "heap", "faults"),
    [
        (GOOD, None, []),
        (GOOD._replace(bare=[45, 45, 45]), None, ["10,000 markers: 67% of bare, expected 80% at least"]),
        (
            GOOD._replace(ours=[20, 24, 90], bare=[9, 9, 9]),
            None,
            ["10,000 markers: 24.0 frames/s, expected 25 at least"],
        ),
        (GOOD._replace(markers=5_000, ours=[20, 24, 90], bare=[20, 25, 25]), None, []),
        (GOOD._replace(bare=[0, 0, 1]), None, []),
        (GOOD, smooth.Heap(10_000, 10, early=1000, late=1099), []),
        (GOOD, smooth.Heap(10_000, 10, early=100, late=112), ["the heap grew by 12.0%, expected 10% at most"]),
    ],
)
def test_a_map_that_is_not_smooth_is_at_fault(smoothness, heap, faults):
    assert smooth._faults([smoothness], heap) == faults
