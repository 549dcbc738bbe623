"""Bounds: sizes, silence, floods, and peers that don't read."""

import socket
import struct
import time

import pytest

from broker import packets
from broker.brake import Brake
from broker.framing import MAX_BODY
from broker.outgoing import service_limits
from rentguy.config import Config
from rentguy.errors import ConfigError
from tests.brokers import House, connect_packet, house, packet, publish_packet, text
from tests.services import wait_until

MINE = "rentguy/demo/position/truck-1"


@pytest.fixture
def inn():
    with house() as running:
        yield running


def framer_holds(house: House, client_id: str) -> int:
    """How many bytes the broker keeps of a packet that isn't complete."""
    return len(house.call(lambda: house.broker.router.sessions[client_id].connection._framer._rest))


def test_a_payload_of_256_kib_is_delivered(inn: House) -> None:
    with inn.client("_ingest") as ingest, inn.client("truck-1") as device:
        ingest.subscribe("rentguy/#")
        device.publish(MINE, b"x" * 256 * 1024)
        assert len(ingest.hear()[0].payload) == 256 * 1024


def test_a_payload_of_300_kib_closes_on_its_header_alone(inn: House) -> None:
    with inn.client("truck-1") as device:
        device.send(publish_packet(MINE, b"x" * 300 * 1024)[:5])  # nothing of the body is sent
        assert device.closed()
    [(source, _, reason)] = inn.rejects
    assert source == "truck-1"
    assert reason == f"expected at most {MAX_BODY} bytes, got {300 * 1024 + 4 + len(MINE)}"


def test_a_payload_just_over_its_bound_leaves_a_reject(inn: House) -> None:
    with inn.client("truck-1") as device:
        device.send(publish_packet(MINE, b"x" * (256 * 1024 + 1)))
        assert device.closed()
    assert inn.rejects == [("truck-1", MINE, "expected at most 262144 bytes, got 262145")]


def test_before_connect_64_kib_are_enough(inn: House) -> None:
    with inn.client() as client:
        client.send(packet(0x10, b"x" * 70_000)[:5])
        assert client.closed()
    assert inn.rejects == []


def test_a_packet_in_single_bytes_is_one_packet(inn: House) -> None:
    with inn.client("_ingest") as ingest, inn.client() as device:
        ingest.subscribe("rentguy/#")
        device.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in connect_packet("truck-1") + publish_packet(MINE, b"whole"):
            device.send(bytes((byte,)))
        assert ingest.hear()[0].payload == b"whole"


def test_silence_of_one_and_a_half_keep_alives_ends_the_connection(inn: House) -> None:
    will = ("rentguy/demo/presence/truck-1", b"{}", True)
    with inn.client("_ingest") as ingest, inn.client("truck-1", keep_alive=1, will=will) as device:
        ingest.subscribe("rentguy/#")
        begun = time.monotonic()
        for byte in packet(0x30, text(MINE) + b"x" * 100)[:6]:  # bytes that make no packet don't count
            device.send(bytes((byte,)))
        assert device.closed()
        assert 1.4 < time.monotonic() - begun < 4
        assert ingest.hear()[0].topic == will[0]


def test_keep_alive_0_may_be_silent_and_pings_keep_alive(inn: House) -> None:
    with inn.client("truck-1", keep_alive=0) as silent, inn.client("truck-2", keep_alive=1) as pinging:
        for _ in range(5):
            time.sleep(0.5)  # the fact to wait for is that time passes
            pinging.ping()
        silent.ping()


def test_the_brake_lets_a_burst_pass_and_then_its_rate() -> None:
    brake = Brake(rate=500, now=100.0)
    assert brake.wait(5000, now=100.0) == 0
    assert brake.wait(250, now=100.0) == pytest.approx(0.5)
    assert brake.wait(0, now=100.5) == 0
    assert brake.wait(500, now=101.5) == 0
    assert brake.wait(5001, now=200.0) == pytest.approx(1 / 500)
    assert Brake(rate=0, now=0.0).wait(10**6, now=0.0) == 0


def test_a_flooding_device_is_slowed_and_loses_nothing_and_others_are_unhurt() -> None:
    with house(device_rate=500.0) as inn, inn.client("_ingest") as ingest:
        ingest.subscribe("rentguy/#")
        with inn.client("truck-1") as flooding, inn.client("truck-2") as other, inn.client("_gateway") as gateway:
            begun = time.monotonic()
            flooding.send(b"".join(publish_packet(MINE, b"%d" % number) for number in range(6000)))
            other.publish("rentguy/demo/position/truck-2")
            gateway.send(publish_packet("rentguy/demo/position/truck-2") * 6000)
            for _ in range(6000):
                gateway.answer(0x40)
            unhurt = time.monotonic() - begun
            for _ in range(6000):
                flooding.answer(0x40)
            slowed = time.monotonic() - begun
            assert slowed > max(1.5, unhurt)
            assert len(ingest.hear(10_000)) == 10_000  # what fits in the window


def test_who_reads_nothing_is_closed_and_meanwhile_bounded(inn: House, monkeypatch) -> None:
    monkeypatch.setattr("broker.watch.STALL_S", 1.0)
    with inn.client("wall") as wall, inn.client("truck-1") as device, inn.client("truck-2") as other:
        wall.subscribe("rentguy/demo/#", qos=0)  # at QoS 1 the window would hold it back before its buffers are full
        session = inn.session("wall")
        for _ in range(150):
            device.publish(MINE, b"x" * 200_000)
            assert session.outgoing.bytes <= session.outgoing.limits.bytes
            assert session.connection is None or session.connection.link._unsent < 2 * 1024 * 1024
        other.ping()
        wait_until(lambda: inn.session("wall") is None)


def test_who_doesnt_read_its_acknowledgements_is_no_longer_read(inn: House, monkeypatch) -> None:
    monkeypatch.setattr("broker.links.HIGH_WATER", 1000)
    with inn.client("truck-1") as device:
        device.socket.settimeout(0.5)
        device.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        with pytest.raises(TimeoutError):
            while True:
                device.send(b"\xc0\0" * 50_000)
        link = inn.session("truck-1").connection.link
        assert link.busy
        assert link._unsent < 1024 * 1024
        # When it is torn off, it is let go although there is still no room
        device.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    wait_until(lambda: not inn.broker.connections)
    assert inn.session("truck-1") is None


def test_too_many_connections_are_closed(inn: House, monkeypatch) -> None:
    monkeypatch.setattr("broker.broker.MAX_CONNECTIONS", 1)
    with inn.client("truck-1") as device:
        with inn.client() as more:
            assert more.closed()
        device.ping()


def test_who_signs_in_makes_the_longest_waiting_stranger_leave(inn: House, monkeypatch) -> None:
    monkeypatch.setattr("broker.broker.MAX_STRANGERS", 3)
    strangers = [inn.client() for _ in range(3)]
    wait_until(lambda: len(inn.broker.strangers) == 3)
    with inn.client("truck-1") as device:
        assert strangers[0].closed()
        device.ping()
        assert len(inn.broker.strangers) == 2
    for stranger in strangers:
        stranger.__exit__()


def test_a_packet_that_does_not_end_is_given_up_but_not_a_stream_of_whole_ones(inn: House, monkeypatch) -> None:
    monkeypatch.setattr("broker.watch.PACKET_S", 0.7)
    with inn.client("truck-1") as slow, inn.client("truck-2") as busy:
        slow.send(publish_packet(MINE, b"x" * 1000)[:500])
        whole = publish_packet("rentguy/demo/position/truck-2", b"y" * 100)
        busy.send(whole[:50])
        begun = time.monotonic()
        while time.monotonic() - begun < 1.5:  # the fact to wait for is that time passes
            busy.send(whole[50:] + whole[:50])
            busy.answer(0x40)
        assert slow.closed()
        busy.send(whole[50:])
        busy.answer(0x40)


def test_a_device_that_signs_in_again_and_again_is_told_to_come_later() -> None:
    with house(device_rate=10.0) as inn, inn.client("truck-2") as other:
        codes = []
        for _ in range(6):  # a burst of 100 messages, and a debt of 50: three sign-ins at 50
            with inn.client() as device:
                codes.append(device.connect("truck-1")[1])
        assert codes == [0, 0, 0, 3, 3, 3]
        other.ping()
        with inn.client("_ingest"):
            pass


def test_less_in_flight_than_a_batch_is_a_named_error() -> None:
    with pytest.raises(ConfigError, match=r"RENTGUY_INFLIGHT: expected .*5000.* to 60000, got 4999"):
        service_limits(Config(inflight=4999))
    assert service_limits(Config(inflight=60_000)).inflight == 60_000


def test_what_a_source_uses_is_counted(inn: House) -> None:
    with inn.client("_ingest") as ingest, inn.client("truck-1") as device:
        ingest.subscribe("rentguy/#")
        device.publish(MINE, b"x" * 1000)
        ingest.hear()
        device.send(publish_packet("rentguy/demo/position/truck-2"))
        assert device.closed()
        wait_until(lambda: inn.broker.usage["truck-1"].connections == 0)
        used, heard = inn.broker.usage["truck-1"], inn.broker.usage["_ingest"]
        assert (used.connects, used.messages_in, used.refused) == (1, 2, 1)
        assert used.bytes_in > 1000
        wait_until(lambda: heard.bytes_out > 1000)
        assert heard.messages_out == 1


def test_looking_for_what_is_retained_lets_others_have_their_turn(inn: House, monkeypatch) -> None:
    monkeypatch.setattr("broker.session.STEPS", 1)
    with inn.client("_ingest") as ingest, inn.client("wall") as wall, inn.client("truck-1") as other:
        for number in range(2000):
            ingest.send(publish_packet(f"rentguy/demo/equipment/case-{number}", b"{}", retain=True))
        for _ in range(2000):
            ingest.answer(0x40)
        # When a display asks for much that takes long to be found, or isn't there, again and again
        wanted = [f"rentguy/demo/equipment/+/{number}/#" for number in range(99)]
        for _ in range(5):
            assert wall.subscribe(*wanted * 10, "rentguy/demo/presence/+")[-1] == 1
        # Then others are answered before that has been found
        other.ping()
        assert len(inn.session("wall")._owing) > 50
        monkeypatch.setattr("broker.session.STEPS", 10_000)
        ingest.publish("rentguy/demo/presence/truck-1", b"{}", retain=True)
        assert wall.hear()[0].topic == "rentguy/demo/presence/truck-1"


def test_what_is_remembered_of_topics_and_filters_is_bounded(inn: House) -> None:
    before = packets._remembered.cache_info().currsize
    with inn.client("truck-1") as device:
        assert device.subscribe("x" * 60_000) == [0x80]
        device.send(publish_packet("x" * 60_000))
        assert device.closed()
    assert packets._remembered.cache_info().currsize == before
    assert max(map(len, inn.broker.usage["truck-1"].warned)) < 1_000


def test_qos_2_left_half_done_is_bounded(inn: House, monkeypatch) -> None:
    monkeypatch.setattr("broker.session.MAX_HALF_RECEIVED", 3)
    with inn.client("truck-1") as device:
        for mid in range(1, 5):
            device.send(publish_packet(MINE, mid=mid, qos=2))
        for mid in range(1, 4):
            assert device.answer(0x50) == bytes((0, mid))
        assert device.closed()
