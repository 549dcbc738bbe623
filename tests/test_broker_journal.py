"""What the broker has acknowledged outlives it: `python -m broker`, killed without warning, and its disk."""

import random
import resource
import signal
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import psutil
import pytest

from broker import tables
from broker.restore import FILE, open_journal
from rentguy.config import Config, address
from rentguy.credentials import service_secret
from rentguy.errors import ConfigError
from tests.brokers import Bytes, House, house, packet, publish_packet, text
from tests.house import Lowlands
from tests.services import Process, wait_until

TRUCK = "rentguy/lowlands/position/truck-04"
MINE = "rentguy/demo/position/truck-1"
EVERYTHING = "rentguy/#"
GONE = (OSError, EOFError)
FEWEST = 20  # times to be killed, at other moments in each run (the seed says which); `--rounds` makes it more


@pytest.fixture
def client(config: Config, lowlands: Lowlands) -> Callable[..., Bytes]:
    """`client("truck-04", …)` signs in; a persistent session unless `clean` says otherwise."""

    def client(username: str, present: bool | None = None, **options) -> Bytes:
        service = username.startswith("_")
        password = service_secret(config.secret_key, username) if service else lowlands.secrets[username]
        connected = Bytes(address(config.broker_listen)[1])
        was, code = connected.connect(username, password=password, **{"clean": False, **options})
        assert code == 0
        assert present in (None, was)
        return connected

    return client


def reborn(process: Process) -> None:
    process.kill()
    process.start()


class Load:
    """Plain clients that publish at QoS 1, forget what isn't acknowledged, and come back; and one that hears them."""

    def __init__(self, client: Callable[..., Bytes]) -> None:
        self.sent, self.acknowledged, self.heard, self.retained = 0, set(), [], -1
        self._client, self._over, self._quiet = client, threading.Event(), threading.Event()
        self._jobs = [(self._publish, "_gateway", number) for number in range(3)]
        self._jobs += [(self._retain, "_api", 0), (self._hear, "_ingest", 0)]

    @contextmanager
    def running(self) -> Iterator["Load"]:
        with self._client("_ingest") as ingest:
            ingest.subscribe("rentguy/+/position/+")
        threads = [threading.Thread(target=self._run, args=job, name=job[1]) for job in self._jobs]
        for thread in threads:
            thread.start()
        try:
            yield self
        finally:
            self._over.set()
            for thread in threads:
                thread.join(10)

    def quieten(self) -> None:
        """Publish no more."""
        self._quiet.set()

    def _run(self, job: Callable, username: str, number: int) -> None:
        while not self._over.is_set():
            client_id = username if username == "_ingest" else f"{username}/{number}"
            with suppress(*GONE), self._client(username, client_id=client_id, clean=username != "_ingest") as client:
                job(client, number)

    def _publish(self, client: Bytes, number: int) -> None:
        while not self._quiet.wait(0.001):
            names = [f"{number}-{self.sent + place}" for place in range(50)]
            self.sent += len(names)
            for mid, name in enumerate(names, 1):
                client.send(publish_packet(TRUCK, name.encode(), mid=mid))
            for name in names:
                client.answer(0x40)
                self.acknowledged.add(name)
        self._over.wait()

    def _retain(self, client: Bytes, number: int) -> None:
        while not self._quiet.wait(0.001):
            client.publish("rentguy/lowlands/presence/dana", b"%d" % (self.retained + 1), retain=True)
            self.retained += 1
        self._over.wait()

    def _hear(self, client: Bytes, number: int) -> None:
        client.socket.settimeout(0.5)
        while not self._over.is_set():
            with suppress(TimeoutError):
                [one] = client.hear()
                self.heard.append(one.payload.decode())
                client.acknowledge(one)


def test_all_that_was_acknowledged_is_delivered_however_often_the_broker_is_killed(
    embedded: Process, client: Callable[..., Bytes], capsys, rounds: int
) -> None:
    times = max(rounds, FEWEST)
    with Load(client).running() as load:
        for _ in range(times):
            # Given load, and a broker that is killed amid it
            enough = len(load.acknowledged) + random.randrange(50, 500)
            wait_until(lambda enough=enough: len(load.acknowledged) > enough, 30)
            embedded.kill()
            kept = load.retained
            embedded.start()
            # Then what is retained is not older than what was acknowledged
            with client("_api", client_id="_api/look", clean=True) as look:
                look.subscribe("rentguy/lowlands/presence/+")
                assert int(look.hear()[0].payload) >= kept
        load.quieten()
        # And all that was acknowledged is heard
        wait_until(lambda: load.acknowledged <= set(load.heard), 30)
    with capsys.disabled():
        doubled = len(load.heard) - len(set(load.heard))
        print(
            f"\n{times} × SIGKILL: {load.sent} sent, {len(load.acknowledged)} acknowledged, "
            f"{len(set(load.heard))} heard, {doubled} of them doubled, 0 lost"
        )


def test_a_session_comes_back_with_its_filters_and_what_it_was_owed_in_order(embedded, client) -> None:
    with client("_ingest") as ingest, client("truck-04", clean=True) as truck:
        ingest.subscribe("rentguy/+/position/+")
        for number in range(10):
            truck.publish(TRUCK, b"%d" % number)
        first = ingest.hear(10)
        ingest.acknowledge(*first[2:4])
        ingest.ping()
        truck.publish(TRUCK, b"10")  # its PUBACK says that the acknowledgements before it are on the disk too
    reborn(embedded)
    with client("_ingest", present=True) as ingest, client("truck-04", clean=True) as truck:
        again = ingest.hear(9)
        assert [int(one.payload) for one in again] == [0, 1, 4, 5, 6, 7, 8, 9, 10]
        assert [one.mid for one in again[:8]] == [one.mid for one in first[:2] + first[4:]]
        assert all(one.dup for one in again)
        truck.publish(TRUCK, b"11")
        assert ingest.hear()[0].payload == b"11"


def test_a_snapshot_that_was_not_finished_goes_on_after_the_restart(embedded, client) -> None:
    topics = {f"rentguy/lowlands/equipment/case-{number}" for number in range(500)}
    with client("_ingest") as ingest, client("wall") as wall:
        for topic in topics:
            ingest.send(publish_packet(topic, b"{}", retain=True))
        for _ in topics:
            ingest.answer(0x40)
        assert wall.subscribe("rentguy/lowlands/chat/+", "rentguy/lowlands/#") == [1, 1]
        wall.hear(200)  # its window
    reborn(embedded)
    with client("wall", present=True) as wall:
        heard = set()
        while heard != topics:
            some = wall.hear()
            heard |= {one.topic for one in some}
            wall.acknowledge(*some)
        assert wall.hears_nothing()


def test_a_discarded_session_and_what_was_unsubscribed_stay_so(embedded, client) -> None:
    with client("_gateway") as gateway, client("_api") as api:
        gateway.subscribe(EVERYTHING)
        gateway.send(packet(0xA2, b"\0\3\0\x09" + EVERYTHING.encode()))
        assert gateway.answer(0xB0) == b"\0\3"
        api.subscribe(EVERYTHING)
        api.disconnect()
    with client("_api", clean=True) as api:
        api.subscribe("rentguy/+/chat/+")
    reborn(embedded)
    with client("_api", present=False), client("_gateway", present=True) as gateway, client("truck-04") as truck:
        truck.publish(TRUCK)
        assert gateway.hears_nothing()


def test_a_qos_2_exchange_goes_on_where_it_was_in_both_directions(embedded, client) -> None:
    with client("_ingest") as ingest, client("truck-04") as truck:
        ingest.subscribe("rentguy/+/position/+", qos=2)
        truck.send(publish_packet(TRUCK, b"once", mid=7, qos=2))
        assert truck.answer(0x50) == b"\0\7"
        [heard] = ingest.hear()
        ingest.send(packet(0x50, heard.mid.to_bytes(2, "big")))
        assert ingest.answer(0x62) == heard.mid.to_bytes(2, "big")
    reborn(embedded)
    with client("_ingest", present=True) as ingest, client("truck-04", present=True) as truck:
        assert ingest.answer(0x62) == heard.mid.to_bytes(2, "big")  # not the message again
        ingest.send(packet(0x70, heard.mid.to_bytes(2, "big")))
        truck.send(publish_packet(TRUCK, b"once", mid=7, qos=2, dup=True))
        assert truck.answer(0x50) == b"\0\7"
        truck.send(packet(0x62, b"\0\7"))
        assert truck.answer(0x70) == b"\0\7"
        assert ingest.hears_nothing()


def test_the_will_of_who_was_connected_is_heard_after_the_restart_and_only_once(embedded, client) -> None:
    will = ("rentguy/lowlands/presence/truck-04", b'{"online":false}', True)
    with client("_ingest") as ingest:
        ingest.subscribe("rentguy/+/presence/+")
        with client("truck-05", will=(will[0].replace("04", "05"), b"not this", True)) as left:
            left.disconnect()
        with client("truck-04", will=will) as truck:
            truck.publish(will[0], b'{"online":true}', retain=True)
            assert ingest.hear()[0].payload == b'{"online":true}'
            ingest.acknowledge()
            embedded.kill()
    embedded.start()
    with client("_ingest", present=True) as ingest:
        heard = ingest.hear(2)
        assert [one.payload for one in heard] == [b'{"online":true}', b'{"online":false}']
        ingest.acknowledge(*heard)
        ingest.ping()
    embedded.stop()
    embedded.start()
    with client("_ingest", present=True) as ingest, client("_api", clean=True) as api:
        assert ingest.hears_nothing()
        api.subscribe("rentguy/+/presence/+")
        assert [(one.topic, one.payload) for one in api.hear()] == [will[:2]]


def test_a_disk_that_refuses_stops_acknowledging_and_says_so_until_it_takes_again(embedded, config, client) -> None:
    [keeper] = psutil.Process(embedded.pid).children()
    with client("_ingest") as ingest, client("_api", clean=True) as api, client("truck-04", clean=True) as truck:
        ingest.subscribe(EVERYTHING)
        api.subscribe(EVERYTHING)
        # Given a disk without room, as the keeper of the journal sees it
        keeper.rlimit(resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))
        truck.send(publish_packet(TRUCK, b"kept later", mid=9))
        # Then who keeps nothing still hears, but nothing is acknowledged
        assert api.hear()[0].payload == b"kept later"
        wait_until(lambda: embedded.said("the disk refuses, nothing is acknowledged"))
        truck.socket.settimeout(0.3)
        with pytest.raises(TimeoutError):
            truck.packet()
        # When it has room again
        keeper.rlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        wait_until(lambda: embedded.said("the disk takes it again"))
        assert ingest.hear()[0].payload == b"kept later"
    assert embedded.log.read_text().count("the disk refuses") == 1


@contextmanager
def stalled(inn: House) -> Iterator[None]:
    """A disk that takes nothing meanwhile."""
    keeper = inn.broker.journal._keeper
    keeper.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        keeper.send_signal(signal.SIGCONT)


CONFIG = "rentguy/-/config/truck-1"
SPOKEN = [  # what is asked, and the answer, which speaks of a record
    ("PUBACK", publish_packet(MINE, mid=9), 0x40),
    ("PUBREC", publish_packet(MINE, mid=9, qos=2), 0x50),
    ("PUBCOMP", packet(0x62, b"\0\x08"), 0x70),
    ("SUBACK", packet(0x82, b"\0\7" + text("rentguy/demo/command/truck-1") + b"\1"), 0x90),
    ("UNSUBACK", packet(0xA2, b"\0\7" + text(CONFIG)), 0xB0),
]


@pytest.mark.parametrize(("asked", "answer"), [row[1:] for row in SPOKEN], ids=[row[0] for row in SPOKEN])
def test_what_is_not_on_the_disk_is_not_spoken_of(tmp_path, asked: bytes, answer: int) -> None:
    with house(tmp_path) as inn, inn.client("_ingest", clean=False) as ingest:
        ingest.subscribe(EVERYTHING)
        with inn.client("truck-1", clean=False) as device:
            device.subscribe(CONFIG)
            device.publish(MINE, mid=8, qos=2)
            device.answer(0x50)
            with stalled(inn):
                device.send(asked)
                assert device.hears_nothing()
            assert device.answer(answer)


def test_nothing_is_sent_whose_packet_id_is_not_on_the_disk(tmp_path) -> None:
    with house(tmp_path) as inn, inn.client("_ingest", clean=False) as ingest, inn.client("truck-1") as device:
        ingest.subscribe(EVERYTHING, qos=2)
        # Given a message that waits for the disk
        with stalled(inn):
            device.send(publish_packet(MINE, mid=1, qos=2))
            device.ping()
            assert ingest.hears_nothing()
        [heard] = ingest.hear()
        # Then the end of its exchange waits too
        device.answer(0x50)
        with stalled(inn):
            ingest.send(packet(0x50, heard.mid.to_bytes(2, "big")))
            assert ingest.hears_nothing()
        assert ingest.answer(0x62) == heard.mid.to_bytes(2, "big")


def test_without_its_keeper_the_broker_ends(embedded, client) -> None:
    [keeper] = psutil.Process(embedded.pid).children()
    keeper.kill()
    wait_until(lambda: not embedded.running)
    assert embedded.said("the journal's keeper has ended")
    reborn(embedded)
    with client("truck-04") as truck:
        truck.publish(TRUCK)


def test_what_was_dealt_with_leaves_nothing_behind(tmp_path) -> None:
    with house(tmp_path) as inn, inn.client("_ingest", clean=False) as ingest, inn.client("truck-1") as device:
        ingest.subscribe(EVERYTHING)
        for number in range(100):
            device.publish("rentguy/demo/position/truck-1", b"%d" % number, retain=True)
        device.publish("rentguy/demo/presence/truck-1", b"{}", retain=True)
        device.publish("rentguy/demo/presence/truck-1", b"", retain=True)
        ingest.acknowledge(*ingest.hear(102))
        ingest.send(packet(0xA2, b"\0\3\0\x09" + EVERYTHING.encode()))
        ingest.answer(0xB0)
        ingest.disconnect()
        wait_until(lambda: inn.session("_ingest").connection is None)
        with inn.client("_ingest") as clean:
            clean.disconnect()
    assert tables.load(tmp_path / FILE) == tables.Kept([], [], [], [], [], [], [])


def test_what_one_session_has_dealt_with_another_is_still_owed_after_a_restart(tmp_path) -> None:
    with house(tmp_path) as inn, inn.client("_ingest", clean=False) as ingest, inn.client("truck-1") as device:
        with inn.client("_api", clean=False) as api:
            api.subscribe(EVERYTHING)
        ingest.subscribe(EVERYTHING)
        device.publish(MINE, b"for both")
        ingest.acknowledge(*ingest.hear())
        ingest.ping()
    with house(tmp_path) as inn, inn.client("_api", clean=False) as api, inn.client("_ingest", clean=False) as ingest:
        assert api.hear()[0].payload == b"for both"
        assert ingest.hears_nothing()


def test_a_session_nobody_comes_back_for_ends(tmp_path) -> None:
    with house(tmp_path) as inn, inn.client("wall", clean=False) as wall:
        wall.subscribe("rentguy/demo/#")
        wall.disconnect()
    with house(tmp_path, session_days=1) as inn:
        assert inn.session("wall").filters == {"rentguy/demo/#": 1}
    with house(tmp_path, session_days=0) as inn:
        wait_until(lambda: inn.session("wall") is None)
    assert tables.load(tmp_path / FILE).sessions == []


def test_a_file_that_is_no_journal_is_set_aside(tmp_path, caplog) -> None:
    (tmp_path / "broker").mkdir()
    (tmp_path / FILE).write_bytes(b"rubbish" * 1000)
    _, kept = open_journal(tmp_path)
    assert not any(kept)
    assert "can't be read and is set aside" in caplog.text
    [aside] = (tmp_path / "broker").glob("journal.broken-*")
    assert aside.read_bytes() == b"rubbish" * 1000


def test_a_journal_that_another_broker_has_is_left_to_it(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("rentguy.sqlite.WAIT_S", 0.1)
    with house(tmp_path), pytest.raises(ConfigError, match=r"journal\.db: database is locked"):
        open_journal(tmp_path)


def test_a_commit_is_on_the_disk_and_all_of_it_or_nothing(tmp_path) -> None:
    session = tables.connect(tmp_path / "journal.db")
    assert session.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL: a commit waits for the disk
    assert session.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    with pytest.raises(sqlite3.IntegrityError):
        tables.write(session, [("accepted", [(1, "a", b"", 1)]), ("owed", [(1, 1, 1, 1, 0, "", 0, 0)] * 2)])
    session.close()
    assert tables.load(tmp_path / "journal.db").messages == []
