"""What was accepted is delivered: in order, again after a reconnect, however late it is acknowledged."""

import threading
from itertools import pairwise

import paho.mqtt.client as paho
import pytest

from broker.figures import COUNTERS
from tests.brokers import Heard, House, house, packet, publish_packet, secret
from tests.services import wait_until

POSITIONS = "rentguy/+/position/+"
TRUCK_1 = "rentguy/demo/position/truck-1"
_, dropped = COUNTERS["dropped"]


@pytest.fixture(params=["in memory", "with its journal"])
def inn(request, tmp_path):
    with house(tmp_path if "journal" in request.param else None) as running:
        yield running


def numbers(heard: list[Heard]) -> list[int]:
    return [int(one.payload) for one in heard]


def test_five_thousand_messages_and_an_immediate_disconnect_are_all_delivered(inn: House) -> None:
    with inn.client("_ingest", clean=False) as ingest:
        ingest.subscribe("rentguy/#")
        ingest.disconnect()
    with inn.client("truck-1") as device:
        device.send(b"".join(publish_packet(TRUCK_1, b"%d" % number, mid=number + 1) for number in range(5000)))
        for number in range(5000):
            assert device.answer(0x40) == (number + 1).to_bytes(2, "big")
        device.disconnect()
    with inn.client() as ingest:
        assert ingest.connect("_ingest", clean=False) == (True, 0)
        heard = ingest.hear(5000)
        assert numbers(heard) == list(range(5000))
        ingest.acknowledge(*heard)
        ingest.ping()
    assert inn.session("_ingest").outgoing.inflight == {}


def test_paho_hears_what_paho_sent_and_left(inn: House) -> None:
    heard, everything = [], threading.Event()

    def on_message(client, userdata, message) -> None:
        heard.append(int(message.payload))
        if len(heard) == 5000:
            everything.set()

    def client(name: str, clean: bool) -> paho.Client:
        client = paho.Client(paho.CallbackAPIVersion.VERSION2, client_id=name, clean_session=clean)
        client.username_pw_set(name, secret(name))
        client.max_inflight_messages_set(500)
        client.on_message = on_message
        client.connect("127.0.0.1", inn.port)
        client.loop_start()
        return client

    ingest, device = client("_ingest", False), client("truck-1", True)
    ingest.subscribe("rentguy/#", 1)
    wait_until(lambda: inn.session("_ingest").filters)
    last = [device.publish(TRUCK_1, b"%d" % number, 1) for number in range(5000)][-1]
    last.wait_for_publish(10)
    device.disconnect()
    assert everything.wait(10)
    assert heard == list(range(5000))
    for ended in (ingest, device):
        ended.disconnect()
        ended.loop_stop()


def test_unacknowledged_messages_come_again_in_order_and_marked(inn: House) -> None:
    with inn.client("_ingest", clean=False) as ingest, inn.client("truck-1") as device:
        ingest.subscribe(POSITIONS)
        for number in range(20):
            device.publish(TRUCK_1, b"%d" % number)
        first = ingest.hear(20)
        assert not any(one.dup for one in first)
        ingest.acknowledge(*first[3:6])
        ingest.ping()
        ingest.vanish()
        for number in range(20, 25):
            device.publish(TRUCK_1, b"%d" % number)
    with inn.client() as ingest:
        assert ingest.connect("_ingest", clean=False) == (True, 0)
        again = ingest.hear(22)
        assert numbers(again) == [0, 1, 2, *range(6, 25)]
        assert [one.dup for one in again] == [True] * 17 + [False] * 5
        assert [one.mid for one in again[:17]] == [one.mid for one in first[:3] + first[6:]]
        assert len({one.mid for one in again}) == 22


def test_an_acknowledgement_an_hour_late_is_as_good_as_any(inn: House) -> None:
    with inn.client("_ingest", clean=False, keep_alive=0) as ingest, inn.client("truck-1") as device:
        ingest.subscribe(POSITIONS)
        for number in range(2):
            device.publish(TRUCK_1, b"%d" % number)
        late = ingest.hear(2)
        inn.skip(3600)
        ingest.ping()
        assert list(inn.session("_ingest").outgoing.inflight) == [one.mid for one in late]
        ingest.acknowledge(late[0])
        ingest.ping()
        ingest.vanish()
    with inn.client("_ingest", clean=False) as ingest:
        assert [(one.payload, one.dup) for one in ingest.hear()] == [(b"1", True)]


def test_an_acknowledgement_on_a_later_connection_is_for_that_connections_message(inn: House) -> None:
    with inn.client("_ingest", clean=False) as ingest, inn.client("truck-1") as device:
        ingest.subscribe(POSITIONS)
        device.publish(TRUCK_1, b"0")
        ingest.hear()
        ingest.vanish()
    with inn.client("_ingest", clean=False) as ingest:
        ingest.acknowledge(*ingest.hear())
        ingest.ping()
        assert inn.session("_ingest").outgoing.inflight == {}
        ingest.send(packet(0x40, b"\x12\x34"))  # of nothing: no harm
        ingest.ping()


def test_no_more_is_in_flight_than_the_window(inn: House) -> None:
    with inn.client("wall") as wall, inn.client("truck-1") as device:
        wall.subscribe("rentguy/demo/#")
        for number in range(250):
            device.publish(TRUCK_1, b"%d" % number)
        heard = wall.hear(200)
        assert wall.hears_nothing()
        wall.acknowledge(*heard[:50])
        heard += wall.hear(50)
        assert numbers(heard) == list(range(250))


def test_a_message_is_heard_once_with_the_highest_qos_of_its_filters(inn: House) -> None:
    with inn.client("_ingest") as ingest, inn.client("truck-1") as device:
        assert ingest.subscribe("rentguy/demo/#", qos=0) == [0]
        assert ingest.subscribe(POSITIONS, qos=2) == [2]
        device.publish(TRUCK_1)
        assert [one.qos for one in ingest.hear()] == [1]
        assert ingest.hears_nothing()


def test_qos_0_goes_through_at_qos_0(inn: House) -> None:
    with inn.client("_api") as api, inn.client("_ingest") as ingest:
        ingest.subscribe("rentguy/+/typing/+")
        api.publish("rentguy/demo/typing/dana", b"{}", qos=0)
        assert [(one.qos, one.retained) for one in ingest.hear()] == [(0, False)]


def test_qos_2_is_published_once_by_its_packet_id_until_released(inn: House) -> None:
    with inn.client("_ingest") as ingest, inn.client("truck-1", clean=False) as device:
        ingest.subscribe(POSITIONS)
        device.publish(TRUCK_1, b"1", mid=5, qos=2)
        assert device.answer(0x50) == b"\0\5"
        device.vanish()
        with inn.client("truck-1", clean=False) as device:
            device.publish(TRUCK_1, b"1", mid=5, qos=2, dup=True)
            assert device.answer(0x50) == b"\0\5"
            for _ in range(2):  # a release is answered as often as it comes
                device.send(packet(0x62, b"\0\5"))
                assert device.answer(0x70) == b"\0\5"
            device.publish(TRUCK_1, b"2", mid=5, qos=2)
            device.answer(0x50)
        assert [(one.payload, one.qos) for one in ingest.hear(2)] == [(b"1", 1), (b"2", 1)]
        assert ingest.hears_nothing()


def test_unsubscribed_is_not_heard(inn: House) -> None:
    with inn.client("_ingest") as ingest, inn.client("truck-1") as device:
        ingest.subscribe(POSITIONS)
        ingest.send(packet(0xA2, b"\0\3\0\x14" + POSITIONS.encode()))
        assert ingest.answer(0xB0) == b"\0\3"
        device.publish(TRUCK_1)
        assert ingest.hears_nothing()


def test_members_of_a_group_take_turns_and_others_hear_everything(inn: House) -> None:
    with (
        inn.client("_ingest", client_id="_ingest/1") as one,
        inn.client("_ingest", client_id="_ingest/2") as two,
        inn.client("_api") as api,
        inn.client("truck-1") as device,
    ):
        for member in (one, two):
            assert member.subscribe(f"$share/workers/{POSITIONS}") == [1]
        api.subscribe(POSITIONS)
        for number in range(10):
            device.publish(TRUCK_1, b"%d" % number)
        assert numbers(api.hear(10)) == list(range(10))
        shares = [numbers(member.hear(5)) for member in (one, two)]
        assert sorted(shares[0] + shares[1]) == list(range(10))
        two.disconnect()  # what it hadn't acknowledged goes to the other
        for number in range(10, 14):
            device.publish(TRUCK_1, b"%d" % number)
        assert numbers(one.hear(9)) == [*shares[1], *range(10, 14)]


def test_a_group_passes_on_what_a_member_leaves_but_not_what_it_has_received(inn: House) -> None:
    with inn.client("_ingest", client_id="_ingest/1") as one, inn.client("_ingest", client_id="_ingest/2") as two:
        for member in (one, two):
            assert member.subscribe(f"$share/workers/{POSITIONS}", qos=2) == [2]
        with inn.client("truck-1") as device:
            for number in range(4):
                device.publish(TRUCK_1, b"%d" % number, mid=number + 1, qos=2)
                device.answer(0x50)
        received, left = one.hear(2)
        one.send(packet(0x50, received.mid.to_bytes(2, "big")))
        assert one.answer(0x62) == received.mid.to_bytes(2, "big")
        one.vanish()
        heard = two.hear(3)
        assert sorted(numbers(heard)) == sorted({0, 1, 2, 3} - {int(received.payload)})
        assert left.payload in [each.payload for each in heard]
        assert two.hears_nothing()


def test_a_member_of_a_group_without_room_is_passed_over(inn: House, monkeypatch) -> None:
    monkeypatch.setattr(inn.broker.router.service_limits, "messages", 5)
    monkeypatch.setattr(inn.broker.router.service_limits, "inflight", 5)
    with (
        inn.client("_ingest", client_id="_ingest/1") as slow,
        inn.client("_ingest", client_id="_ingest/2") as quick,
        inn.client("truck-1") as device,
    ):
        for member in (slow, quick):
            member.subscribe(f"$share/workers/{POSITIONS}")
        for _ in range(10):
            device.publish(TRUCK_1)
        assert len(slow.hear(5)) == 5  # as much as may be in flight, and it acknowledges nothing
        for _ in range(10):
            quick.acknowledge(*quick.hear(5))
            quick.ping()
            for _ in range(5):
                device.publish(TRUCK_1)
        assert slow.hears_nothing()


def test_retained_messages_are_walked_in_steps(inn: House, monkeypatch) -> None:
    monkeypatch.setattr("broker.session.STEPS", 7)
    with inn.client("_ingest") as ingest, inn.client("wall") as wall, inn.client("truck-1") as other:
        for number in range(100):
            ingest.publish(f"rentguy/demo/equipment/case-{number}", b"{}", retain=True)
        ingest.publish("rentguy/demo/presence/truck-1", b"{}", retain=True)
        assert wall.subscribe("rentguy/+/chat/+", "rentguy/demo/presence/#", "rentguy/demo/+/nothing") == [0x80, 1, 1]
        assert [one.topic for one in wall.hear()] == ["rentguy/demo/presence/truck-1"]
        wall.subscribe("rentguy/demo/+/nothing", "rentguy/demo/presence/#")
        other.ping()
        assert [one.topic for one in wall.hear()] == ["rentguy/demo/presence/truck-1"]
        wait_until(lambda: not inn.session("wall")._owing)
        assert wall.hears_nothing()


def test_a_full_device_queue_loses_its_oldest_positions_first(inn: House, caplog) -> None:
    with inn.client("wall", clean=False) as wall:
        wall.subscribe("rentguy/demo/#")
        wall.disconnect()
    with inn.client("truck-1") as device, inn.client("_api") as api:
        for number in range(10):
            api.publish("rentguy/demo/chat/dana", b"%d" % number)
        for number in range(1500):
            device.send(publish_packet(TRUCK_1, b"%d" % number))
        for _ in range(1500):
            device.answer(0x40)
        for number in range(10, 20):
            api.publish("rentguy/demo/chat/dana", b"%d" % number)
    assert inn.session("wall").outgoing.waiting == 1000
    with inn.client("wall", clean=False) as wall:
        heard = []
        while len(heard) < 1000:
            heard += (some := wall.hear(min(200, 1000 - len(heard))))
            wall.acknowledge(*some)
    assert numbers([one for one in heard if "chat" in one.topic]) == list(range(20))
    assert numbers([one for one in heard if "position" in one.topic]) == list(range(520, 1500))
    assert len([line for line in caplog.messages if "oldest positions are dropped" in line]) == 1
    with inn.client("wall", clean=True):
        assert inn.call(dropped, inn.broker) == 520  # also when the session has ended


def test_publishers_wait_while_the_queue_of_a_service_is_full(inn: House, monkeypatch, caplog) -> None:
    monkeypatch.setattr(inn.broker.router.service_limits, "messages", 100)
    caplog.set_level("INFO")
    with inn.client("_ingest", clean=False) as ingest:
        ingest.subscribe("rentguy/#")
        ingest.disconnect()
    with inn.client("truck-1") as device:
        device.send(b"".join(publish_packet(TRUCK_1, b"%d" % number, mid=number + 1) for number in range(500)))
        for _ in range(101):
            device.answer(0x40)
        device.socket.settimeout(0.1)
        with pytest.raises(TimeoutError):  # nothing was acknowledged that has no place
            device.packet()
        assert inn.session("_ingest").outgoing.waiting == 101
        with inn.client("_ingest", clean=False) as ingest:
            assert numbers(ingest.hear(500)) == list(range(500))
        assert "the queue of a service is full, publishers wait client=_ingest" in "\n".join(caplog.messages)
        assert "the queue is empty again client=_ingest" in caplog.text


def test_a_service_that_is_full_itself_is_never_kept_waiting(inn: House, monkeypatch) -> None:
    """Both full, both publishing: only their own acknowledgements can make room."""
    monkeypatch.setattr(inn.broker.router.service_limits, "messages", 10)
    monkeypatch.setattr(inn.broker.router.service_limits, "inflight", 5)
    with inn.client("_ingest") as ingest, inn.client("_api") as api, inn.client("truck-1") as device:
        for service in (ingest, api):
            service.subscribe(POSITIONS)
        device.send(b"".join(publish_packet(TRUCK_1, b"%d" % number) for number in range(100)))
        wait_until(lambda: inn.session("_ingest").full and inn.session("_api").full)
        ingest.publish("rentguy/demo/receipt/truck-1", b"{}")
        for service in (ingest, api):
            threading.Thread(
                target=lambda service=service: [service.acknowledge(*service.hear()) for _ in range(100)]
            ).start()
        wait_until(lambda: not (inn.session("_ingest").outgoing.inflight or inn.session("_api").outgoing.inflight))
        for _ in range(100):
            device.answer(0x40)


WILL = ("rentguy/demo/presence/truck-1", b'{"online":false}', True)


def test_a_will_is_published_when_the_connection_is_lost_but_not_after_disconnect(inn: House) -> None:
    with inn.client("_ingest") as ingest:
        ingest.subscribe("rentguy/demo/presence/+")
        with inn.client("truck-1", will=WILL) as device:
            device.disconnect()
        assert ingest.hears_nothing()
        with inn.client("truck-1", will=WILL) as device:
            device.vanish()
        [will] = ingest.hear()
        assert (will.topic, will.payload, will.qos) == (WILL[0], WILL[1], 1)
        assert inn.retained(WILL[0]) == WILL[1]


def test_a_publish_after_disconnect_is_ignored(inn: House) -> None:
    with inn.client("_ingest") as ingest, inn.client("truck-1") as device:
        ingest.subscribe(POSITIONS)
        device.send(b"\xe0\0" + publish_packet(TRUCK_1))
        assert device.closed()
        assert ingest.hears_nothing()


def test_retained_messages_go_to_the_subscribers_own_filters_only(inn: House) -> None:
    presence = "rentguy/demo/presence/truck-1"
    config = "rentguy/-/config/truck-2"
    with (
        inn.client("truck-1") as device,
        inn.client("_ingest") as ingest,
        inn.client("truck-2") as stranger,
        inn.client("wall") as wall,
    ):
        wall.subscribe("rentguy/demo/#")
        device.publish(presence, b"here", retain=True)
        ingest.publish(config, b"yours", retain=True)
        assert [(one.payload, one.retained) for one in wall.hear()] == [(b"here", False)]
        for name in ("truck-9", "wall/2"):  # connecting alone brings nothing, whatever one may hear
            with inn.client(name.partition("/")[0], client_id=name) as newcomer:
                assert newcomer.hears_nothing()
        assert stranger.hears_nothing()
        assert stranger.subscribe(config) == [1]
        assert [(one.payload, one.retained) for one in stranger.hear()] == [(b"yours", True)]
        for _ in range(2):  # each time it is asked for
            wall.subscribe("rentguy/demo/presence/+")
            assert [(one.topic, one.retained) for one in wall.hear()] == [(presence, True)]
        wall.subscribe("rentguy/demo/visit/+")
        assert wall.hears_nothing()


def test_an_empty_payload_clears_what_is_retained(inn: House) -> None:
    with inn.client("_ingest") as ingest:
        ingest.publish("rentguy/demo/alert/a1", b"{}", retain=True)
        assert inn.retained("rentguy/demo/alert/a1") == b"{}"
        ingest.publish("rentguy/demo/alert/a1", b"", retain=True)
        assert inn.retained("rentguy/demo/alert/a1") is None
        ingest.subscribe("rentguy/demo/alert/+")
        assert ingest.hears_nothing()


def test_a_kind_that_is_not_retained_is_delivered_but_not_kept(inn: House) -> None:
    with inn.client("_ingest") as ingest, inn.client("truck-1") as device:
        ingest.subscribe("rentguy/#")
        device.publish(TRUCK_1, b"1", retain=True)
        assert [one.retained for one in ingest.hear()] == [False]
        assert inn.retained(TRUCK_1) is None


def test_a_large_retained_state_comes_whole_whatever_the_queue_holds(inn: House) -> None:
    topics = [f"rentguy/demo/equipment/case-{number}" for number in range(1500)]
    with inn.client("_ingest") as ingest, inn.client("wall") as wall:
        for topic in topics:
            ingest.send(publish_packet(topic, b"{}", retain=True))
        for _ in topics:
            ingest.answer(0x40)
        wall.subscribe("rentguy/demo/#")
        heard = []
        while len(heard) < 1500:
            heard += (some := wall.hear(100))
            wall.acknowledge(*some)
        assert sorted(one.topic for one in heard) == sorted(topics)


def test_packet_ids_in_flight_are_never_given_twice(inn: House) -> None:
    with inn.client("_ingest") as ingest, inn.client("_gateway") as gateway:
        ingest.subscribe(POSITIONS)
        kept, mids = None, []
        for _ in range(70):
            gateway.send(publish_packet(TRUCK_1, b"x") * 1000)
            heard = ingest.hear(1000)
            kept = kept or heard.pop(0)
            mids += [one.mid for one in heard]
            ingest.acknowledge(*heard)
        assert kept.mid not in mids
        assert all(after == before + 1 or after < before or before + 2 == after for before, after in pairwise(mids))
