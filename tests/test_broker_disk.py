"""A disk that refuses, hangs or lags behind: nothing is acknowledged, little is held, and the living go on."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from broker import tables
from broker.batch import Batch
from broker.restore import FILE, open_journal
from rentguy.errors import ConfigError
from tests.brokers import Bytes, House, connect_packet, house, packet, publish_packet, text
from tests.services import wait_until

MINE = "rentguy/demo/position/truck-1"


@pytest.fixture
def inn(tmp_path) -> Iterator[House]:
    with house(tmp_path) as running:
        yield running


@contextmanager
def hanging(inn: House) -> Iterator[None]:
    """The disk doesn't answer meanwhile."""
    keeper = inn.broker.journal._keeper.pid
    os.kill(keeper, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(keeper, signal.SIGCONT)


def is_silent(client: Bytes) -> bool:
    """Whether nothing comes for a while."""
    client.socket.settimeout(0.2)
    with suppress(TimeoutError):
        client.socket.recv(1)
        return False
    client.socket.settimeout(5)
    return True


def test_who_keeps_nothing_connects_subscribes_and_hears_while_the_disk_hangs(inn: House) -> None:
    with inn.client("_ingest", clean=False) as ingest, inn.client("truck-1") as device, hanging(inn):
        ingest.send(packet(0x82, b"\0\1" + text("rentguy/#") + b"\1"))
        assert is_silent(ingest)
        with inn.client("_api") as api:
            assert api.subscribe("rentguy/#") == [1]
            device.send(publish_packet(MINE, b"live", qos=0))
            assert [one.payload for one in api.hear()] == [b"live"]
            api.ping()


@pytest.mark.parametrize("options", [{"will": ("rentguy/demo/presence/truck-1", b"{}", True)}, {"clean": False}])
def test_connack_waits_for_what_connect_has_changed_and_comes_first(inn: House, options: dict) -> None:
    with inn.client() as device:
        with hanging(inn):
            device.send(connect_packet("truck-1", **options) + b"\xc0\0")
            assert is_silent(device)
        assert device.packet() == (0x20, b"\0\0")
        assert device.packet() == (0xD0, b"")


def test_a_disk_that_does_not_answer_is_noticed_and_so_is_its_return(inn: House, monkeypatch, caplog) -> None:
    monkeypatch.setattr("broker.journal.HANGING_S", 0.1)
    monkeypatch.setattr("broker.broker.CHECK_S", 0.05)
    caplog.set_level("INFO")
    journal = inn.broker.journal
    with inn.client("_ingest", clean=False) as ingest, inn.client("truck-1") as device:
        ingest.subscribe("rentguy/#")
        with hanging(inn):
            device.send(publish_packet(MINE))
            wait_until(lambda: journal.trouble == "the disk doesn't answer")
            for _ in range(3):
                ingest.ping()
        device.answer(0x40)
        wait_until(lambda: journal.trouble is None)
    assert [caplog.text.count(line) for line in ("the disk doesn't answer", "the disk takes it again")] == [1, 1]


def test_a_batch_that_cannot_be_made_ends_the_broker_instead_of_hanging_it(inn: House, monkeypatch) -> None:
    def broken(batch: Batch) -> bytes:
        raise MemoryError

    with inn.client("truck-1") as device:
        monkeypatch.setattr(Batch, "frame", broken)
        device.send(publish_packet("rentguy/demo/presence/truck-1", b"{}", retain=True))
        wait_until(inn.broker.journal.lost.is_set)


def test_links_that_have_ended_are_not_held_for_the_disk(inn: House, monkeypatch) -> None:
    monkeypatch.setattr("broker.links.CLOSE_S", 0.05)
    journal = inn.broker.journal

    def waiting() -> int:
        return sum(len(batch.waiting) for batch in (journal._batch, journal._writing) if batch)

    with inn.client("_ingest", clean=False) as ingest:
        ingest.subscribe("rentguy/#")
        ingest.disconnect()
    with hanging(inn):
        for number in range(10):
            with inn.client("_gateway", client_id=f"_gateway/{number}") as gateway:
                gateway.send(publish_packet(MINE, b"x"))
                wait_until(lambda: inn.call(waiting) == 1)
                gateway.vanish()
            wait_until(lambda: inn.call(waiting) == 0)


def test_while_the_disk_is_behind_nobody_records_more_and_later_everything_is_answered(inn: House, monkeypatch) -> None:
    monkeypatch.setattr("broker.journal.BEHIND_BYTES", 10_000)
    journal = inn.broker.journal
    with inn.client("wall", clean=False) as wall, inn.client("truck-1") as device:
        with hanging(inn):
            for mid in range(1, 1001):
                body = mid.to_bytes(2, "big") + text(f"rentguy/demo/position/{mid % 100}") + b"\1"
                wall.send(packet(0x82, body))
            wait_until(lambda: journal.behind)
            device.send(publish_packet("rentguy/demo/presence/truck-1", b"{}" * 10_000, retain=True))
            assert is_silent(wall) and is_silent(device)
            assert journal._batch.bytes + journal._writing.bytes < 20_000
        for mid in range(1, 1001):
            assert wall.answer(0x90)[:2] == mid.to_bytes(2, "big")
        device.answer(0x40)


def test_a_connection_that_ends_while_it_waits_is_forgotten_at_once(inn: House, monkeypatch) -> None:
    monkeypatch.setattr("broker.journal.BEHIND_BYTES", 100)
    with inn.client("wall", clean=False), inn.client("truck-1") as device, hanging(inn):
        inn.call(inn.broker.journal.keep, "retained", ("x",), b"y" * 200, 1)
        before = len(inn.broker.connections)
        device.send(publish_packet(MINE))
        device.vanish()
        inn.call(inn.session("truck-1").connection.end, "by hand")
        wait_until(lambda: len(inn.broker.connections) == before - 1)
        inn.call(inn.broker.journal.drop, "retained", "x")


def test_who_wants_to_sign_in_waits_for_a_disk_that_is_behind(inn: House, monkeypatch) -> None:
    monkeypatch.setattr("broker.journal.BEHIND_BYTES", 100)
    monkeypatch.setattr("broker.watch.CONNECT_S", 0.1)
    monkeypatch.setattr("broker.broker.CHECK_S", 0.02)
    with inn.client("wall", clean=False), inn.client() as device:
        with hanging(inn):
            inn.call(inn.broker.journal.keep, "retained", ("x",), b"y" * 200, 1)
            device.send(connect_packet("truck-1", clean=False))
            assert is_silent(device)
        assert device.packet() == (0x20, b"\0\0")
        inn.call(inn.broker.journal.drop, "retained", "x")


def test_the_keeper_outlives_signals_that_are_meant_for_the_group(inn: House) -> None:
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
        os.kill(inn.broker.journal._keeper.pid, number)
    with inn.client("truck-1") as device:
        device.publish("rentguy/demo/presence/truck-1", b"{}", retain=True)
        device.publish("rentguy/demo/presence/truck-1", b"", retain=True)


def test_a_disk_that_fails_at_the_start_is_an_error_and_nothing_is_set_aside(tmp_path) -> None:
    (tmp_path / FILE).mkdir(parents=True)
    with pytest.raises(ConfigError, match="unable to open database file"):
        open_journal(tmp_path)
    assert [each.name for each in (tmp_path / "broker").iterdir()] == ["journal.db"]


def test_a_journal_of_another_version_is_set_aside(tmp_path, caplog) -> None:
    (tmp_path / "broker").mkdir()
    session = tables.connect(tmp_path / FILE)
    session.execute("PRAGMA user_version = 7")
    session.close()
    assert not any(open_journal(tmp_path)[1])
    assert "expected version 1, got 7" in caplog.text


def test_who_was_connected_to_the_end_was_used_last(tmp_path) -> None:
    session = tables.connect(tmp_path / "journal.db")
    rows = [(1, "wall/1", "wall", None), (2, "wall/2", "wall", 20.0), (3, "wall/3", "wall", 10.0)]
    tables.write(session, [("keep sessions", rows)])
    session.close()
    assert [row[1] for row in tables.load(tmp_path / "journal.db").sessions] == ["wall/3", "wall/2", "wall/1"]
