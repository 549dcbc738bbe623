"""Default deny: what may be published, subscribed and heard, and what a refusal costs whom."""

import pytest
from msgspec import structs

from broker.policy import Permissions
from rentguy.access import Identity
from tests.brokers import House, account, house, packet, publish_packet, text, truck
from tests.services import wait_until

MINE = "rentguy/demo/position/truck-1"


@pytest.fixture
def inn():
    with house() as running:
        yield running


FORBIDDEN = [
    ("another's name", "rentguy/demo/position/truck-2", "truck-1 may not publish here"),
    ("another project", "rentguy/other/position/truck-1", "truck-1 may not publish here"),
    ("a kind of the platform", "rentguy/demo/receipt/truck-1", "truck-1 may not publish here"),
    ("a kind of people", "rentguy/demo/chat/truck-1", "truck-1 may not publish here"),
    ("a wildcard", "rentguy/demo/position/+", "source: '+' is no slug"),
    ("the server's own", "$SYS/broker/uptime", "is not rentguy/"),
    ("a shared filter", "$share/x/rentguy/demo/position/truck-1", "is not rentguy/"),
    ("an unknown kind", "rentguy/demo/weather/truck-1", "kind: 'weather' is none of"),
    ("three levels", "rentguy/demo/position", "is not rentguy/"),
    ("capitals", "rentguy/demo/position/TRUCK-1", "source: 'TRUCK-1' is no slug"),
    ("nothing", "", "is not rentguy/"),
]


@pytest.mark.parametrize("qos", [0, 1, 2])
@pytest.mark.parametrize(("topic", "reason"), [row[1:] for row in FORBIDDEN], ids=[row[0] for row in FORBIDDEN])
def test_a_forbidden_publish_ends_only_its_own_connection_and_leaves_a_reject(
    inn: House, topic: str, reason: str, qos: int
) -> None:
    with inn.client("_ingest") as ingest, inn.client("truck-1") as device, inn.client("truck-2") as other:
        ingest.subscribe("rentguy/#")
        device.send(publish_packet(MINE, b"before", mid=1) + publish_packet(topic, b"x", mid=2, qos=qos))
        device.send(publish_packet(MINE, b"after", mid=3))
        assert device.answer(0x40) == b"\0\1"
        with pytest.raises(EOFError):
            device.packet()
        other.publish("rentguy/demo/position/truck-2", b"other")
        assert [one.payload for one in ingest.hear(2)] == [b"before", b"other"]
        assert ingest.hears_nothing()
        [(source, where, why)] = inn.rejects
        assert (source, where) == ("truck-1", topic)
        assert reason in why


FILTERS = [
    ("truck-1", "rentguy/demo/command/truck-1", 1),
    ("truck-1", "rentguy/demo/receipt/truck-1", 1),
    ("truck-1", "rentguy/-/config/truck-1", 1),
    ("truck-1", "rentguy/demo/command/truck-2", 0x80),
    ("truck-1", "rentguy/demo/command/+", 0x80),
    ("truck-1", "rentguy/demo/#", 0x80),
    ("truck-1", "rentguy/other/command/truck-1", 0x80),
    ("truck-1", "#", 0x80),
    ("truck-1", "$SYS/#", 0x80),
    ("truck-1", "$share/g/rentguy/demo/command/truck-1", 0x80),
    ("wall", "rentguy/demo/#", 1),
    ("wall", "rentguy/demo/position/+", 1),
    ("wall", "rentguy/+/position/+", 0x80),
    ("wall", "rentguy/demo/" + "x/" * 600, 0x80),
    ("wall", "rentguy/demo/" + "+/" * 13 + "x", 1),
    ("wall", "rentguy/demo/" + "+/" * 14 + "x", 0x80),
    ("_ingest", "rentguy/#", 1),
    ("_ingest", "$share/workers/rentguy/#", 1),
    ("_ingest", "$share/work+ers/rentguy/#", 0x80),
    ("_ingest", "$share//rentguy/#", 0x80),
    ("_ingest", "$share/workers", 0x80),
    ("_ingest", "rentguy/#/position", 0x80),
    ("_ingest", "rentguy/demo+/position/x", 0x80),
    ("_ingest", "", 0x80),
    ("_gateway", "rentguy/#", 0x80),
]


@pytest.mark.parametrize(("username", "filter", "code"), FILTERS)
def test_filters(inn: House, username: str, filter: str, code: int) -> None:
    with inn.client(username) as client:
        wanted = [filter, "rentguy/demo/command/truck-1", filter]
        codes = client.subscribe(*wanted)
        assert (codes[0], codes[2]) == (code, code)  # each has its own code, and the connection lives
        client.ping()


def test_the_number_of_filters_is_bounded(inn: House) -> None:
    with inn.client("wall") as wall:
        codes = wall.subscribe(*(f"rentguy/demo/position/truck-{number}" for number in range(110)))
        assert codes == [1] * 100 + [0x80] * 10
        assert wall.subscribe("rentguy/demo/position/truck-0") == [1]


def test_what_a_device_may_hear_is_asked_at_delivery_too(inn: House) -> None:
    """A grant that ends between two messages ends what is heard, and what waits."""
    with inn.client("wall", clean=False) as wall:
        wall.subscribe("rentguy/demo/#")
        wall.disconnect()
    with inn.client("truck-1") as device:
        device.publish(MINE, b"1")
        assert inn.session("wall").outgoing.waiting == 1
        session = inn.session("wall")
        inn.call(session.revise, Permissions(Identity("wall", "integration", {"other": "integration"})))
        assert session.filters and not session.outgoing.waiting
        device.publish(MINE, b"2")
        assert not session.outgoing.waiting


def test_a_phone_publishes_its_position_on_shift_only(inn: House) -> None:
    topic = "rentguy/demo/position/phone-1"
    inn.replace(account(Identity("phone-1", "device", {"demo": "phone"}, frozenset({"demo"}))))
    with inn.client("_ingest") as ingest, inn.client("phone-1") as client:
        ingest.subscribe("rentguy/#")
        client.publish(topic, b"on shift")
        inn.replace()  # the shift has ended; nothing it holds is forbidden, so it stays until it tries
        client.send(publish_packet(topic, b"off shift"))
        assert client.closed()
        assert [one.payload for one in ingest.hear()] == [b"on shift"]
        assert ingest.hears_nothing()
    assert [reject[:2] for reject in inn.rejects] == [("phone-1", topic)]


def test_a_device_may_more_without_signing_in_again(inn: House) -> None:
    with inn.client("truck-1") as device:
        assert device.subscribe("rentguy/other/command/truck-1") == [0x80]
        inn.replace(account(Identity("truck-1", "device", {"demo": "device", "other": "device"})))
        assert device.subscribe("rentguy/other/command/truck-1") == [1]


def test_a_refused_filter_leaves_the_others_heard(inn: House) -> None:
    with inn.client("wall") as wall, inn.client("truck-1") as device, inn.client("truck-9") as foreign:
        assert wall.subscribe("rentguy/other/#", "rentguy/demo/position/+") == [0x80, 1]
        foreign.publish("rentguy/other/position/truck-9", b"foreign")
        device.publish(MINE, b"mine")
        assert [one.payload for one in wall.hear()] == [b"mine"]


def test_a_will_is_asked_again_when_it_is_published(inn: House) -> None:
    will = ("rentguy/demo/presence/phone-1", b"{}", True)
    with inn.client("_ingest") as ingest, inn.client("phone-1", will=will) as phone:
        ingest.subscribe("rentguy/#")
        inn.call(inn.session("phone-1").revise, Permissions(Identity("phone-1", "device")))
        phone.vanish()
        wait_until(lambda: inn.session("phone-1") is None)
        assert ingest.hears_nothing()


BROKEN = {
    "an unknown packet": b"\xf0\0",
    "a packet of servers": packet(0x20, b"\0\0"),
    "QoS 3": packet(0x36, text(MINE) + b"\0\1{}"),
    "DUP at QoS 0": packet(0x38, text(MINE) + b"{}"),
    "packet id 0": packet(0x32, text(MINE) + b"\0\0{}"),
    "a topic longer than its packet": packet(0x30, b"\xff\xff" + b"x"),
    "no topic": packet(0x30, b"\0"),
    "a topic that is not UTF-8": publish_packet(b"rentguy/demo/position/\xff"),
    "a topic with U+0000": publish_packet("rentguy/demo/position/truck\0"),
    "SUBSCRIBE without filters": packet(0x82, b"\0\1"),
    "SUBSCRIBE with wrong flags": packet(0x80, b"\0\1" + text("a") + b"\0"),
    "SUBSCRIBE at QoS 3": packet(0x82, b"\0\1" + text("a") + b"\3"),
    "SUBSCRIBE cut off": packet(0x82, b"\0\1" + text("a") + b"\0" + b"\0\5a"),
    "SUBSCRIBE that is not UTF-8": packet(0x82, b"\0\1" + text(b"\xff\xfe") + b"\0"),
    "SUBSCRIBE with packet id 0": packet(0x82, b"\0\0" + text("a") + b"\0"),
    "SUBSCRIBE with too many filters": packet(0x82, b"\0\1" + (text("a") + b"\0") * 1001),
    "SUBSCRIBE too large": packet(0x82, b"\0\1" + text("a" * 60_000) + b"\0" + text("a" * 10_000) + b"\0"),
    "UNSUBSCRIBE without filters": packet(0xA2, b"\0\1"),
    "PUBACK with wrong flags": packet(0x42, b"\0\1"),
    "PUBACK without packet id": packet(0x40),
    "PUBREL with wrong flags": packet(0x60, b"\0\1"),
    "a remaining length of five bytes": b"\x30\xff\xff\xff\xff\x01",
}


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN)
def test_a_broken_packet_ends_the_connection_and_nothing_else(inn: House, data: bytes) -> None:
    with inn.client("truck-1") as device, inn.client("truck-2") as other:
        device.send(data)
        with pytest.raises(EOFError):
            device.packet()
        other.publish("rentguy/demo/position/truck-2")
    assert inn.rejects == []


@pytest.mark.parametrize("topic", ["$SYS/broker", "$share/g/a", "a/+", "#", ""])
def test_no_rules_whatever_let_a_client_publish_there(topic: str) -> None:
    lenient = Permissions(Identity("truck-1", "device"), lambda identity, action, topic: True)
    assert not lenient.may("publish", topic)
    assert not lenient.may("will", topic)
    assert lenient.may("publish", "a/b")


def test_what_comes_through_the_door_of_an_ended_assignment_is_for_services_only_and_not_retained(inn: House) -> None:
    presence = "rentguy/demo/presence/truck-1"
    with inn.client("_ingest") as ingest, inn.client("wall") as wall, inn.client("truck-1") as device:
        for hearing in (ingest, wall):
            hearing.subscribe("rentguy/demo/#")
        device.publish(presence, b'{"online":true}', retain=True)
        assert [hearing.hear()[0].payload for hearing in (ingest, wall)] == [b'{"online":true}'] * 2
        # When its assignment ends, it is sent away
        inn.replace(account(truck("truck-1", ended=frozenset({"demo"}))))
        assert device.closed()
        assert b"false" in ingest.hear()[0].payload
        assert b"false" in wall.hear()[0].payload
        # Then it may come back with its backlog
        with inn.client("truck-1") as late:
            late.publish(presence, b'{"online":true}', retain=True)
            late.publish(MINE, b"late")
            assert [one.payload for one in ingest.hear(2)] == [b'{"online":true}', b"late"]
            assert wall.hears_nothing()
            assert b"false" in inn.retained(presence)


def test_after_a_shift_a_phones_backlog_is_for_services_only(inn: House) -> None:
    phone = Identity("anouk-phone", "device", {"demo": "phone"}, frozenset({"demo"}), frozenset({"demo"}))
    wall = Identity("wall", "integration", {"demo": "integration"})
    inn.replace(account(phone), account(wall))
    topic = "rentguy/demo/position/anouk-phone"
    with inn.client("_ingest") as ingest, inn.client("wall") as integration, inn.client("anouk-phone") as device:
        ingest.subscribe("rentguy/#")
        integration.subscribe("rentguy/demo/#")
        # Given a shift that runs, both hear the phone
        device.publish(topic, b"on")
        assert [integration.hear()[0].payload, ingest.hear()[0].payload] == [b"on", b"on"]
        # When it has ended, the door is open still, but only ingest hears what comes through it
        inn.replace(account(structs.replace(phone, sharing=frozenset())))
        device.publish(topic, b"off")
        assert ingest.hear()[0].payload == b"off"
        assert integration.hears_nothing()
