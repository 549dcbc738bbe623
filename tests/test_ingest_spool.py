"""What comes while the database is away waits on disk, however ingest ends meanwhile."""

import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import chain

import psycopg2
import pytest
from msgspec.structs import replace

from ingest.entry import Received
from ingest.spool import Spool, SpoolError
from rentguy import db
from rentguy.cluster import Cluster
from rentguy.errors import ConfigError
from rentguy.mqtt import Incoming
from tests.services import free_port, wait_until
from tests.visitors import Device

COUNT = "SELECT count(*), count(DISTINCT recorded_at) FROM positions"
MIB = 1024 * 1024


def received(number: int, payload: bytes = b"{}") -> Received:
    return Received(Incoming(f"rentguy/p/position/s-{number}", payload, number % 2 == 0, 7, 3), datetime.now(UTC))


def numbers(spool: Spool, most: int = 1000) -> list[str]:
    return [each.incoming.topic.rpartition("-")[2] for each in spool.oldest(most).messages]


def test_spool_keeps_order_times_and_flags_across_its_end(tmp_path) -> None:
    file, messages = tmp_path / "spool.db", [received(number, bytes(range(256))) for number in range(5)]
    with closing(Spool(file, MIB)) as spool:
        spool.add(messages[:2])
        spool.add(messages[2:])
        spool.forget(spool.oldest(2))
    with closing(Spool(file, MIB)) as spool:
        assert len(spool) == 3
        back = spool.oldest(10).messages
        assert [each.at for each in back] == [each.at for each in messages[2:]]
        # long acknowledged: nothing may be acknowledged for them on any connection
        wanted = [each.incoming._replace(mid=0, connection=0) for each in messages[2:]]
        assert [each.incoming for each in back] == wanted


def test_spool_reads_few_bytes_at_once(tmp_path) -> None:
    with closing(Spool(tmp_path / "spool.db", 100 * MIB)) as spool:
        spool.add(received(number, bytes(MIB)) for number in range(9))
        sizes = []
        while batch := spool.oldest(1000).messages and spool.oldest(1000):
            sizes.append(len(batch.messages))
            spool.forget(batch)
        assert sizes == [8, 1]


def test_a_full_spool_takes_nothing_of_a_batch_and_goes_on_when_there_is_room(tmp_path) -> None:
    with closing(Spool(tmp_path / "spool.db", MIB)) as spool:
        spool.add([received(1)])
        with pytest.raises(SpoolError, match="full"):
            spool.add(received(number, bytes(200_000)) for number in range(2, 9))
        assert numbers(spool) == ["1"]
        spool.forget(spool.oldest(1))
        spool.add([received(9, bytes(200_000))])
        assert numbers(spool) == ["9"]


def test_a_file_that_is_no_spool_is_set_aside(tmp_path) -> None:
    file = tmp_path / "spool.db"
    file.write_bytes(b"not a database, whatever it is" * 100)
    with closing(Spool(file, MIB)) as spool:
        spool.add([received(1)])
    assert [each.read_bytes()[:3] for each in tmp_path.glob("spool.broken-*")] == [b"not"]


def test_a_spool_has_one_owner(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("rentguy.sqlite.WAIT_S", 0.1)
    with closing(Spool(tmp_path / "spool.db", MIB)), pytest.raises(ConfigError, match="locked"):
        Spool(tmp_path / "spool.db", MIB)


class Switch:
    """Lets nobody into a database, and everybody again."""

    def __init__(self, cluster: Cluster, url: str) -> None:
        self._cluster, self._name = cluster, url.rpartition("/")[2]

    def away(self) -> None:
        self._set(False)

    def back(self) -> None:
        self._set(True)

    def _set(self, allowed: bool) -> None:
        with closing(db.connect(self._cluster.url("postgres"), "test")) as session:
            session.autocommit = True
            cursor = session.cursor()
            cursor.execute(f"ALTER DATABASE {self._name} ALLOW_CONNECTIONS {allowed}")
            if not allowed:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (self._name,)
                )


@pytest.fixture
def switch(cluster, database):
    switch = Switch(cluster, database)
    yield switch
    switch.back()


@pytest.fixture
def count(config) -> Callable[[], tuple[int, int]]:
    """How many fixes are stored, and of how many times; connects anew each time, since the database comes and goes."""

    def count() -> tuple[int, int]:
        with closing(db.connect(config.database_url, "test")) as session, session.cursor() as cursor:
            cursor.execute(COUNT)
            return cursor.fetchone()

    return count


def health(listen: str, path: str = "/readyz") -> str:
    try:
        return urllib.request.urlopen(f"http://{listen}{path}", timeout=5).read().decode()
    except urllib.error.HTTPError as error:
        return error.read().decode()


def spooled(listen: str) -> int:
    return int(health(listen).rpartition(":")[2])


def fixes(first: int, count: int) -> list[dict]:
    since = datetime.now(UTC) - timedelta(hours=1)
    times = ((since + timedelta(milliseconds=number)).isoformat() for number in range(first, first + count))
    return [{"at": at, "lat": 48.17, "lon": 11.55, "seq": number} for number, at in enumerate(times, first)]


def settled(device: Device) -> set[int]:
    ranges = chain.from_iterable(receipt.get("stored", []) for receipt in device.told("receipt"))
    return {number for first, last in ranges for number in range(first, last + 1)}


def test_what_comes_while_the_database_is_away_is_stored_once(embedded, start, config, lowlands, switch, count):
    listen = f"127.0.0.1:{free_port()}"
    ingest = start("ingest", replace(config, ingest_health_listen=listen))
    sent = fixes(0, 30_000)
    with Device(config, "truck-04", lowlands.secrets["truck-04"]) as truck:
        # Given a database that has gone, and a truck that goes on
        switch.away()
        for fix in sent[:20_000]:
            truck.publish("position", fix)
        # Then all of it is on disk, acknowledged, and said
        wait_until(lambda: spooled(listen) == truck.acknowledged == 20_000, 60)
        assert "the database can't store" in health(listen)
        # When ingest is killed, and comes back before the database
        ingest.kill()
        ingest._ready = lambda: health(listen)
        ingest.start()
        for fix in sent[20_000:]:
            truck.publish("position", fix)
        # (more than once what it has acknowledged without the broker's hearing of it)
        wait_until(lambda: spooled(listen) >= 30_000, 60)
        # and is killed again while it brings it in
        switch.back()
        wait_until(lambda: count()[0] > 2_000, every=0.005)
        ingest.kill()
        before = count()[0]
        ingest.start()
        # Then a new fix doesn't wait for the old ones
        truck.publish("position", {**fixes(0, 1)[0], "seq": 99_999})
        wait_until(lambda: 99_999 in settled(truck), every=0.005)
        assert before <= count()[0] < 30_001
        # and all are stored, each once, and in a receipt
        wait_until(lambda: count() == (30_001, 30_001), 60)
        wait_until(lambda: len(settled(truck)) >= 30_001 - before)
        assert spooled(listen) == 0 and health(listen).startswith("ok")


def test_a_full_disk_stops_acknowledging_and_says_so(embedded, start, config, lowlands, switch, count):
    listen = f"127.0.0.1:{free_port()}"
    settings = replace(config, ingest_health_listen=listen, spool_mib=1, queue_messages=1000, inflight=1000)
    ingest = start("ingest", settings)
    with Device(config, "truck-04", lowlands.secrets["truck-04"]) as truck:
        # Given a database that is away, and more than the spool may hold
        switch.away()
        for fix in fixes(0, 12_000):
            truck.publish("position", fix)
        # Then ingest says so once, and acknowledges no more
        wait_until(lambda: "spool can't be written" in health(listen), 30)
        assert ingest.log.read_text().count("the spool can't be written") == 1
        # When the database is back, all is stored
        switch.back()
        wait_until(lambda: count() == (12_000, 12_000), 60)
        wait_until(lambda: health(listen).startswith("ok"))
        assert ingest.log.read_text().count("the spool can't be written") == 1


def test_a_database_that_hangs_is_away(embedded, start, config, lowlands, rows):
    listen = f"127.0.0.1:{free_port()}"
    ingest = start("ingest", replace(config, ingest_health_listen=listen))
    locked = db.connect(config.database_url, "test")
    # Given somebody who keeps a table locked
    locked.cursor().execute("LOCK TABLE latest_positions")
    with Device(config, "truck-04", lowlands.secrets["truck-04"]) as truck:
        for fix in fixes(0, 10):
            truck.publish("position", fix)
        # Then what comes is spooled, and the session that waited is gone
        wait_until(lambda: spooled(listen) == 10, 30)
        assert ingest.said("lock timeout")
        locked.rollback()
        wait_until(lambda: settled(truck) == set(range(10)), 30)
    locked.close()
    assert rows("SELECT count(*) FROM rejects") == [(0,)]
    with pytest.raises(psycopg2.InterfaceError):
        locked.cursor()
