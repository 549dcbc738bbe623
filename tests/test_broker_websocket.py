"""The websocket listener: the same broker behind another door."""

import threading

import paho.mqtt.client as paho
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.brokers import House, connect_packet, house, publish_packet, secret

MINE = "rentguy/demo/position/truck-1"


@pytest.fixture
def inn():
    with house(broker_ws_listen="127.0.0.1:0") as running:
        yield running


def opened(inn: House) -> ClientConnection:
    return connect(
        f"ws://127.0.0.1:{inn.broker.doors.ports['broker_ws_listen']}/", subprotocols=["mqtt"], open_timeout=5
    )


def test_paho_hears_over_a_websocket(inn: House) -> None:
    heard, subscribed, everything = [], threading.Event(), threading.Event()

    def on_message(client, userdata, message) -> None:
        heard.append(message.payload)
        if len(heard) == 100:
            everything.set()

    ingest = paho.Client(paho.CallbackAPIVersion.VERSION2, client_id="_ingest", transport="websockets")
    ingest.username_pw_set("_ingest", secret("_ingest"))
    ingest.on_connect = lambda client, *rest: client.subscribe("rentguy/#", 1)
    ingest.on_subscribe = lambda *rest: subscribed.set()
    ingest.on_message = on_message
    ingest.connect("127.0.0.1", inn.broker.doors.ports["broker_ws_listen"])
    ingest.loop_start()
    assert subscribed.wait(5)
    with inn.client("truck-1") as device:
        for number in range(100):
            device.publish(MINE, b"%d" % number * 1000)
    assert everything.wait(5)
    assert heard == [b"%d" % number * 1000 for number in range(100)]
    ingest.disconnect()
    ingest.loop_stop()


def test_packets_need_not_end_with_frames(inn: House) -> None:
    with inn.client("_ingest") as ingest, opened(inn) as client:
        ingest.subscribe("rentguy/#")
        stream = connect_packet("truck-1") + publish_packet(MINE, b"1") + publish_packet(MINE, b"2", mid=2)
        for part in (stream[:7], b"", stream[7:-3], stream[-3:]):
            client.send(part)
        assert [one.payload for one in ingest.hear(2)] == [b"1", b"2"]
        answer = b""
        while len(answer) < 12:
            answer += client.recv(timeout=5)
        assert answer == b"\x20\2\0\0" + b"\x40\2\0\1" + b"\x40\2\0\2"


@pytest.mark.parametrize("frame", ["text", b"\xc0\0", b"x" * 300_000], ids=["text", "a ping first", "a large frame"])
def test_what_is_no_mqtt_is_closed(inn: House, frame: str | bytes) -> None:
    with opened(inn) as client, pytest.raises(ConnectionClosed):
        client.send(frame)
        client.recv(timeout=5)
