"""Who may connect, under which name, and what happens to sessions of others meanwhile."""

import json

import pytest

from rentguy.access import Identity
from tests.brokers import Bytes, House, account, connect_packet, house, packet, publish_packet, truck
from tests.services import wait_until


@pytest.fixture
def inn():
    with house() as running:
        yield running


WILL = ("rentguy/demo/presence/truck-1", b'{"online":false}', True)
SIGN_INS = [
    ("a device", 0, {"username": "truck-1"}),
    ("a device under a further name", 0, {"username": "truck-1", "client_id": "truck-1/spare"}),
    ("a device without a client id", 0, {"username": "truck-1", "client_id": ""}),
    ("a service", 0, {"username": "_gateway"}),
    ("an allowed will", 0, {"username": "truck-1", "will": WILL}),
    ("no client id, but a session to keep", 2, {"username": "truck-1", "client_id": "", "clean": False}),
    ("another's client id", 2, {"username": "truck-1", "client_id": "truck-2"}),
    ("a client id that only begins alike", 2, {"username": "truck-1", "client_id": "truck-12"}),
    ("a client id beyond the bound", 2, {"username": "truck-1", "client_id": "truck-1/" + "x" * 200}),
    ("a wrong secret", 4, {"username": "truck-1", "password": "guess"}),
    ("another's secret", 4, {"username": "truck-1", "password": "secret of truck-2"}),
    ("an empty secret", 4, {"username": "truck-1", "password": ""}),
    ("nobody", 4, {"username": "truck-77", "password": ""}),
    ("a service with a guess", 4, {"username": "_ingest", "password": "guess"}),
    ("a device that is disabled", 5, {"username": "retired"}),
    ("a person", 5, {"username": "dana"}),
    ("a will for another's presence", 5, {"username": "truck-2", "will": WILL}),
    ("a will outside the grammar", 5, {"username": "truck-1", "will": ("$SYS/truck-1", b"x", False)}),
    ("a will that is a position", 5, {"username": "truck-1", "will": ("rentguy/demo/position/truck-1", b"{}", False)}),
    ("MQTT 3.1", 1, {"username": "truck-1", "level": 3}),
    ("MQTT 5", 1, {"username": "truck-1", "level": 5}),
]


@pytest.mark.parametrize(("code", "options"), [row[1:] for row in SIGN_INS], ids=[row[0] for row in SIGN_INS])
def test_sign_in(inn: House, code: int, options: dict) -> None:
    with inn.client() as client:
        assert client.connect(**options) == (False, code)
        if code:
            assert client.closed()
        else:
            client.ping()


NO_CONNECTS = {
    "a ping first": b"\xc0\0",
    "a publish first": publish_packet("rentguy/demo/position/truck-1"),
    "another protocol's name": connect_packet("truck-1", name="MQIsdp"),
    "the reserved flag": connect_packet("truck-1", flags=0xC3),
    "a password without a username": connect_packet("truck-1", flags=0x42),
    "will QoS 3": connect_packet("truck-1", will=WILL, flags=0xDE),
    "will QoS without a will": connect_packet("truck-1", flags=0xCA),
    "fields cut off": packet(0x10, connect_packet("truck-1")[2:-30]),
    "bytes behind the fields": packet(0x10, connect_packet("truck-1")[2:] + b"x"),
    "wrong flags in the header": packet(0x11, connect_packet("truck-1")[2:]),
    "an HTTP request": b"GET / HTTP/1.1\r\nHost: broker\r\n" + b"Accept: */*\r\n" * 5 + b"\r\n",
}


@pytest.mark.parametrize("data", NO_CONNECTS.values(), ids=NO_CONNECTS)
def test_what_is_no_connect_is_closed_without_an_answer(inn: House, data: bytes) -> None:
    with inn.client() as client:
        client.send(data)
        with pytest.raises(EOFError):
            client.packet()


def test_a_second_connect_is_closed(inn: House) -> None:
    with inn.client("truck-1") as client:
        client.send(connect_packet("truck-1"))
        assert client.closed()


def test_no_connect_within_its_time_is_closed(inn: House, monkeypatch) -> None:
    monkeypatch.setattr("broker.watch.CONNECT_S", 0.1)
    with inn.client() as client:
        client.send(b"\x10")
        assert client.closed()


def test_a_wrong_password_leaves_the_session_of_ingest_alone(inn: House) -> None:
    with inn.client("_ingest", clean=False) as ingest, inn.client("truck-1") as device:
        ingest.subscribe("rentguy/+/position/+")
        for clean in (True, False):
            with inn.client() as thief:
                assert thief.connect("_ingest", password="guess", clean=clean)[1] == 4
            with inn.client() as thief:
                assert thief.connect("truck-2", client_id="_ingest", clean=clean)[1] == 2
        device.publish("rentguy/demo/position/truck-1", b"still heard")
        assert ingest.hear()[0].payload == b"still heard"


@pytest.mark.parametrize("clean", [True, False])
def test_who_takes_over_hears_everything_and_the_old_connection_ends(inn: House, clean: bool) -> None:
    with inn.client("_api", clean=clean) as old, inn.client("truck-1") as device:
        old.subscribe("rentguy/+/position/+")
        with inn.client() as new:
            assert new.connect("_api", clean=clean) == (not clean, 0)
            assert old.closed()
            if clean:
                new.subscribe("rentguy/+/position/+")
            for number in range(10):
                device.publish("rentguy/demo/position/truck-1", b"%d" % number)
            assert [heard.payload for heard in new.hear(10)] == [b"%d" % number for number in range(10)]
            new.disconnect()
    with inn.client("_api"):
        pass  # leaves no session to the next test


def test_a_takeover_publishes_the_will_before_the_newcomer_speaks(inn: House) -> None:
    with inn.client("_ingest") as ingest, inn.client("truck-1", will=WILL):
        ingest.subscribe("rentguy/demo/presence/+")
        with inn.client("truck-1", will=WILL) as new:
            new.publish(WILL[0], b'{"online":true}', retain=True)
            online = [heard.payload for heard in ingest.hear(2)]
            assert online == [b'{"online":false}', b'{"online":true}']
            new.publish(WILL[0], b"", retain=True)
            new.disconnect()


def test_sessions_of_one_source_are_bounded_and_the_longest_unused_goes(inn: House) -> None:
    for number in range(20):
        with inn.client("wall", client_id=f"wall/{number}", clean=False) as client:
            client.disconnect()
    assert inn.session("wall/0") is None
    assert inn.session("wall/19") is not None


def test_a_device_online_under_all_its_names_is_told_to_come_later(inn: House) -> None:
    clients = [inn.client("truck-9", client_id=f"truck-9/{number}") for number in range(16)]
    with inn.client() as client:
        assert client.connect("truck-9")[1] == 3
    for client in clients:
        client.disconnect()
        client.__exit__()


CHANGES = {
    "disabled": {"changed": account(truck("truck-1", enabled=False))},
    "removed": {"without": "truck-1"},
    "given another secret": {"changed": account(truck("truck-1"), "another secret")},
    "taken off its project": {"changed": account(truck("truck-1", "elsewhere"))},
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_device_leaves_when_it_is(inn: House, change: dict) -> None:
    with inn.client("_ingest") as ingest, inn.client("truck-1", will=WILL) as device, inn.client("truck-2") as other:
        ingest.subscribe("rentguy/demo/presence/+")
        inn.replace(*filter(None, [change.get("changed")]), without=change.get("without", ""))
        try:
            assert device.closed()
            assert ingest.hear()[0].payload == b'{"online":false}'
            other.ping()
        finally:
            inn.replace()
            inn.clear(WILL[0])


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_device_without_a_will_is_said_to_be_offline_when_it_is(inn: House, change: dict) -> None:
    with inn.client("_ingest") as ingest, inn.client("truck-1") as device:
        device.publish(WILL[0], b'{"online":true}', retain=True)
        ingest.subscribe("rentguy/+/presence/+")
        assert ingest.hear()[0].payload == b'{"online":true}'
        inn.replace(*filter(None, [change.get("changed")]), without=change.get("without", ""))
        try:
            [said] = ingest.hear()
            assert said.topic == WILL[0]
            assert json.loads(said.payload)["online"] is False
            assert json.loads(inn.retained(WILL[0]))["online"] is False
            inn.replace()
            assert ingest.hears_nothing()  # once is enough
        finally:
            inn.replace()
            inn.clear(WILL[0])


@pytest.mark.parametrize("holding", ["a will", "a filter"])
def test_a_device_leaves_when_it_may_no_longer_hold(inn: House, holding: str) -> None:
    with inn.client("truck-1", will=WILL if holding == "a will" else None) as device:
        if holding == "a filter":
            device.subscribe("rentguy/-/config/truck-1")
        inn.replace(account(Identity("truck-1", "integration", {"demo": "integration"})))
        try:
            assert device.closed()
        finally:
            inn.replace()
            inn.clear(WILL[0])


def test_a_device_that_is_enabled_again_may_come_back(inn: House) -> None:
    inn.replace(account(truck("truck-2", enabled=False)))
    with inn.client() as device:
        assert device.connect("truck-2")[1] == 5
    inn.replace()
    with inn.client("truck-2") as device:
        device.ping()


def test_a_kept_session_loses_the_filters_its_owner_lost(inn: House) -> None:
    with inn.client("truck-2", clean=False) as device:
        device.subscribe("rentguy/demo/command/truck-2", "rentguy/-/config/truck-2")
        device.disconnect()
    try:
        inn.replace(account(truck("truck-2", "elsewhere")))
        assert list(inn.session("truck-2").filters) == ["rentguy/-/config/truck-2"]
    finally:
        inn.replace()
    inn.replace(without="truck-2")
    assert inn.session("truck-2") is None
    inn.replace()


def test_a_clean_session_is_gone_with_its_connection(inn: House) -> None:
    client = Bytes(inn.port)
    client.connect("truck-1", client_id="truck-1/clean")
    client.vanish()
    wait_until(lambda: inn.session("truck-1/clean") is None)
    client.__exit__()


def test_a_refusal_that_repeats_is_one_warning(inn: House, caplog) -> None:
    for _ in range(5):
        with inn.client() as client:
            client.connect("truck-1", password="guess")
            assert client.closed()
    assert len([line for line in caplog.messages if "CONNACK 4 to 'truck-1' as 'truck-1'" in line]) == 1


def test_a_clean_session_discards_the_one_that_was_kept(inn: House) -> None:
    with inn.client("wall", clean=False) as kept:
        kept.subscribe("rentguy/demo/#")
        kept.disconnect()
    old = inn.session("wall")
    with inn.client() as fresh, inn.client("truck-1") as device:
        assert fresh.connect("wall", clean=True) == (False, 0)
        device.publish("rentguy/demo/position/truck-1")
        assert fresh.hears_nothing()
        assert not old.outgoing.waiting  # it doesn't live on unseen
        fresh.disconnect()
    with inn.client() as later:
        assert later.connect("wall", clean=False) == (False, 0)
