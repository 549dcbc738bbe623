"""Ingest as a process that is stopped or killed, or whose broker is."""

import threading
import urllib.request
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from tests.fixes import COUNT, fix, settled
from tests.services import free_port, wait_until
from tests.visitors import Device


@pytest.fixture
def truck(embedded, config, lowlands):
    with Device(config, "truck-04", lowlands.secrets["truck-04"]) as truck:
        yield truck


def test_sigterm_finishes_the_batch_in_hand(truck, start, config, rows):
    listen = f"127.0.0.1:{free_port()}"
    ingest = start("ingest", replace(config, ingest_health_listen=listen, batch_messages=100))
    now = datetime.now(UTC)
    for n in range(3000):
        truck.publish("position", fix(now + timedelta(milliseconds=n), n))
    # When ingest is told to stop while messages keep coming, and comes back
    wait_until(lambda: rows(COUNT)[0][0] > 0)
    ingest.stop()
    stored = rows(COUNT)[0][0]
    ingest.start()
    # Then the rest follows, and nothing that was stored comes again
    wait_until(lambda: rows(COUNT) == [(3000,)], 30)
    wait_until(lambda: dealt_with(listen) == 3000 - stored)


def dealt_with(listen: str) -> int:
    """How many elements ingest has stored since it started."""
    with urllib.request.urlopen(f"http://{listen}/metrics", timeout=5) as answer:
        (line,) = [each for each in answer.read().decode().splitlines() if 'elements_total{result="stored"}' in each]
    return int(float(line.split()[1]))


def test_one_receipt_is_never_too_large(truck, start, config, rows):
    # When one batch settles very many numbers with gaps between them
    ingest = start("ingest", config)
    ingest.stop()  # the broker keeps what comes now
    now = datetime.now(UTC)
    for part in range(20):
        numbers = range(part * 1000, part * 1000 + 1000, 2)
        truck.publish("position", [fix(now - timedelta(milliseconds=n), n) for n in numbers])
    ingest.start()
    # Then all are named, in receipts that a broker takes
    wait_until(lambda: settled(truck) == set(range(0, 20_000, 2)), 60)
    assert max(len(each.payload) for each in truck.heard) < 100_000


def test_ingest_killed_amid_a_stream_stores_all_of_it_once(mosquitto_broker, start, config, lowlands, rows):
    total = 20_000
    ingest = start("ingest", replace(config, batch_messages=500))
    sent_all = threading.Event()
    with Device(config, "truck-04", lowlands.secrets["truck-04"]) as truck:

        def send() -> None:
            since = datetime.now(UTC) - timedelta(hours=1)
            for n in range(total):
                truck.publish("position", fix(since + timedelta(milliseconds=n), n))
            sent_all.set()

        # Given a truck that keeps sending
        sender = threading.Thread(target=send, name="sender")
        sender.start()
        # When ingest is killed after 5,000 and before 15,000 are committed
        wait_until(lambda: rows(COUNT)[0][0] >= 5_000, 60, every=0.005)
        ingest.kill()
        committed = rows(COUNT)[0][0]
        assert 5_000 <= committed < 15_000
        assert not sent_all.is_set()
        ingest.start()
        # Then all of it is there in the end, each once
        wait_until(lambda: rows(COUNT) == [(total,)], 90)
        sender.join(30)
        wait_until(lambda: truck.acknowledged == total)
    assert rows("SELECT count(*), count(DISTINCT recorded_at) FROM positions") == [(total, total)]
    assert rows("SELECT count(*) FROM rejects") == [(0,)]


def test_a_broker_without_state_gets_it_again(embedded, start, config, lowlands):
    # Given a broker that lost what it retained
    start("ingest", config)
    embedded.kill()
    embedded.start()
    # Then a device that comes hears its config all the same
    with Device(config, "truck-04", lowlands.secrets["truck-04"]) as truck:
        wait_until(lambda: {"project": "lowlands"} in truck.told("config"))
