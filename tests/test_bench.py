"""What the benchmarks measure with can be trusted."""

from itertools import islice

import pytest

from bench import brokers, mutations, publisher, subscriber, traffic, wire
from bench.house import settings
from rentguy.config import address
from rentguy.credentials import service_secret

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
