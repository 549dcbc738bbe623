"""The reference client against real brokers and the real worker: nothing it made is lost while it lives."""

import itertools
import time
from contextlib import closing
from functools import partial
from uuid import UUID, uuid4

import pytest
from sqlalchemy.orm import Session

from devices.client import Device
from devices.outbox import Outbox
from rentguy import db, enrolment, orm
from rentguy.config import Config
from rentguy.credentials import service_secret
from rentguy.decoding import decode, encode
from rentguy.messages import Command, Position, Presence, Receipt, Scan
from rentguy.mqtt import Client, Incoming
from rentguy.topics import build, parse
from tests.services import wait_until


class Wire:
    """All that goes over the broker, as the platform's services see it; `say` publishes in their place.

    Once it `stores`, it answers arrays of positions as ingest would.
    """

    def __init__(self, config: Config, service: str = "_ingest") -> None:
        self.heard: list[Incoming] = []
        self.stores = False
        secret = service_secret(config.secret_key, service)
        self.client = Client(config.mqtt_url, service, secret, client_id=f"{service}/test", on_message=self._hear)
        self.client.start()
        assert self.client.connected.wait(10)
        listening = []
        self.client.subscribe("rentguy/#", on_done=lambda: listening.append(True))
        wait_until(lambda: listening)

    def _hear(self, incoming: Incoming) -> None:
        self.heard.append(incoming)
        topic = parse(incoming.topic)
        if self.stores and topic.kind == "position" and len(found := decode(topic, incoming.payload)) > 1:
            receipt = Receipt(stored=[(found[0].seq, found[-1].seq)])
            self.client.publish(build(topic.project, "receipt", topic.source), encode(receipt))

    def payloads(self, kind: str, source: str, project: str = "lowlands") -> list[list]:
        """What was published on one topic: for each publish its messages."""
        topic = build(project, kind, source)
        return [decode(parse(topic), each.payload) for each in list(self.heard) if each.topic == topic]

    def messages(self, kind: str, source: str, project: str = "lowlands") -> list:
        return list(itertools.chain(*self.payloads(kind, source, project)))

    def say(self, topic: str, payload: object) -> None:
        body = payload if isinstance(payload, bytes) else encode(payload)
        wait_until(lambda: self.client.publish(topic, body))


@pytest.fixture(params=["embedded", "mosquitto_broker"])
def broker(request):
    return request.getfixturevalue(request.param)


@pytest.fixture
def wires(config):
    opened: list[Wire] = []

    def wires(service: str = "_ingest") -> Wire:
        opened.append(Wire(config, service))
        return opened[-1]

    yield wires
    for wire in opened:
        wire.client.stop()


@pytest.fixture
def device(config, lowlands):
    """`device(slug)` makes a client of `lowlands`; all are stopped with the test."""
    made: list[Device] = []

    def device(slug: str, **options) -> Device:
        made.append(
            Device(config.mqtt_url, slug, lowlands.secrets[slug], options.pop("project", "lowlands"), **options)
        )
        return made[-1]

    yield device
    for each in made:
        each.stop()


def fix(number: int) -> Position:
    """A fix of this moment, later than those with a lower number."""
    return Position(at=time.time() + number / 1000, lat=48.17, lon=11.55)


def scan(tag: str = "FOH-07") -> Scan:
    return Scan(id=uuid4(), at=time.time(), tag=tag, status="in_use")


def test_client_says_it_is_there_and_numbers_everything_by_one_counter(broker, wires, device):
    wire, gate = wires(), device("gate-1")
    # When it starts, sends, and stops
    gate.start()
    wait_until(lambda: gate.connected)
    numbers = [gate.send_position(fix(1)), gate.send_scan(scan()), gate.send_position(fix(2))]
    gate.stop()
    # Then all of it is heard, at least once, under rising numbers, between hello and good-bye
    wait_until(lambda: [p.online for p in wire.messages("presence", "gate-1")] == [True, False])
    heard = wire.messages("position", "gate-1") + wire.messages("scan", "gate-1")
    assert sorted({message.seq for message in heard}) == sorted(set(numbers)) == numbers
    assert not gate.connected


def test_client_that_dies_leaves_its_will(broker, wires, device):
    wire, truck = wires(), device("truck-04").start()
    wait_until(lambda: wire.messages("presence", "truck-04"))
    # When its connection breaks without a good-bye
    truck._mqtt._paho.socket().shutdown(2)
    # Then the broker says it for it, and the client comes back by itself
    wait_until(lambda: [p.online for p in wire.messages("presence", "truck-04")] == [True, False, True])
    assert wire.messages("presence", "truck-04")[1] == Presence(False)


def test_backlog_goes_newest_first_then_in_arrays_of_500(broker, wires, device):
    # Given a device that has been where nobody hears it
    wire, truck = wires(), device("truck-04")
    wire.stores = True
    numbers = [truck.send_position(fix(second)) for second in range(1200)]
    # When it connects
    truck.start()
    # Then the newest comes alone, so that the map is right at once, and the others behind it in order
    wait_until(lambda: len(wire.payloads("position", "truck-04")) == 4)
    first, *arrays = [[p.seq for p in published] for published in wire.payloads("position", "truck-04")]
    assert first == numbers[-1:]
    assert [len(array) for array in arrays] == [500, 500, 200]
    assert list(itertools.chain(*arrays)) == numbers


def test_an_array_waits_for_the_receipt_of_the_one_before(broker, wires, device):
    # Given a platform that stores nothing now, and a device with a backlog
    wire, truck = wires(), device("truck-04", patience_s=1.0)
    numbers = [truck.send_position(fix(second)) for second in range(700)]
    truck.start()
    # Then the first array is all it is bothered with, again after a while
    wait_until(lambda: len(wire.payloads("position", "truck-04")) == 3)
    assert [len(each) for each in wire.payloads("position", "truck-04")] == [1, 500, 500]
    # When it stores again, the rest follows
    wire.stores = True
    wait_until(lambda: set(numbers) == {p.seq for p in wire.messages("position", "truck-04")})


def test_what_a_killed_device_has_kept_is_sent_by_the_next(broker, wires, config, lowlands, tmp_path):
    wire = wires()
    wire.stores = True
    kept = partial(Outbox, tmp_path / "truck-04.db")
    with closing(kept()) as outbox:  # of a device that never connected
        numbers = [
            Device(config.mqtt_url, "truck-04", "", "lowlands", outbox=outbox).send_position(fix(n)) for n in range(3)
        ]
    truck = Device(config.mqtt_url, "truck-04", lowlands.secrets["truck-04"], "lowlands", outbox=kept()).start()
    wait_until(lambda: not len(truck.outbox))
    truck.stop()
    assert numbers == sorted(set(numbers)) and set(numbers) <= {p.seq for p in wire.messages("position", "truck-04")}


def test_live_fixes_do_not_wait_for_the_backlog(broker, wires, device):
    # Given a device that comes back with much to tell
    wire, truck = wires(), device("truck-04")
    wire.stores = True
    made = {truck.send_position(fix(number)) for number in range(9000)}
    truck.start()
    # When it goes on sending until all is heard
    while len(wire.payloads("position", "truck-04")) < 19:
        made.add(truck.send_position(fix(len(made))))
        time.sleep(0.001)
    # Then nothing is missing, and new fixes were heard before the last of the old ones
    wait_until(lambda: made == {p.seq for p in wire.messages("position", "truck-04")})
    sizes = [len(published) for published in wire.payloads("position", "truck-04")]
    last_array = max(place for place, size in enumerate(sizes) if size > 1)
    assert 1 in sizes[1:last_array]


def test_receipts_settle_what_was_stored_and_what_was_not(broker, start, config, device):
    # Given the real worker
    start("ingest", config)
    gate, receipts = device("gate-1"), []
    gate.on_receipt = receipts.append
    gate.start()
    wait_until(lambda: gate.connected)
    # When positions, a known and an unknown tag are sent, and the known one once more
    known, unknown = scan(), scan("XYZ")
    for messages in ((fix(1), fix(2), known, unknown), (known,)):
        for message in messages:
            gate.send(message)
        # Then nothing remains to be resent
        wait_until(lambda: not len(gate.outbox))
    # and the client knows what became of each
    wait_until(lambda: gate.settled["unknown_tag"] == 1 == gate.settled["duplicate"])
    assert gate.settled["stored"] + gate.settled["rejected"] == 5
    assert {UUID(id): word for receipt in receipts for id, word in receipt.ids.items()}.keys() == {known.id, unknown.id}


def test_nothing_is_lost_while_the_broker_is_away(broker, start, config, device):
    # Given a truck whose fixes are stored
    start("ingest", config)
    truck = device("truck-04", patience_s=1.0).start()
    wait_until(lambda: truck.connected)
    truck.send_position(fix(0))
    wait_until(lambda: not len(truck.outbox))
    # When the broker dies, the truck drives on, and the broker comes back
    broker.kill()
    wait_until(lambda: not truck.connected)
    for second in range(1, 1501):
        truck.send_position(fix(second))
    broker.start()
    # Then every fix is stored once, also when the broker was back before the worker was
    wait_until(lambda: not len(truck.outbox), timeout=40)
    session = db.connect(config.database_url, "test")
    with session, session.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM positions")
        assert cursor.fetchone() == (1501,)
    session.close()
    assert truck.settled["stored"] == 1501 and truck.outbox.lost == 0


def test_client_follows_its_config_to_another_project(embedded, start, config, device, wires):
    # Given a truck of lowlands that sends
    start("ingest", config)
    wire, truck = wires(), device("truck-05").start()
    wait_until(lambda: truck.connected)
    # When dispatch gives it to pukkel
    engine = orm.engine(config.database_url)
    with Session(engine) as session, session.begin():
        enrolment.assign(session, "truck-05", "pukkel")
    engine.dispose()
    # Then it leaves the one and speaks in the other
    wait_until(lambda: truck.project == "pukkel" and truck.connected)
    seq = truck.send_position(fix(1))
    wait_until(lambda: seq in {p.seq for p in wire.messages("position", "truck-05", "pukkel")})
    wait_until(lambda: [p.online for p in wire.messages("presence", "truck-05")][-1:] == [False])
    wait_until(lambda: [p.online for p in wire.messages("presence", "truck-05", "pukkel")][-1:] == [True])


def test_client_without_a_project_waits_to_be_told(embedded, start, config, device, wires):
    # Given a device that knows only its name and its secret
    wire, truck = wires(), device("truck-04", project="-")
    seq = truck.send_position(fix(1))
    truck.start()
    wait_until(lambda: truck.connected)
    # When the platform says where it belongs
    wire.say(build("-", "config", "truck-04"), b'{"project": "lowlands", "interval_s": 7}')
    # Then what it has made goes there
    wait_until(lambda: seq in {p.seq for p in wire.messages("position", "truck-04")})
    assert truck.interval_s == 7


def test_client_obeys_a_new_interval_that_makes_sense(embedded, device, wires):
    truck, intervals = device("truck-04"), []
    truck.on_command = lambda command: intervals.append(truck.interval_s)
    truck.start()
    wait_until(lambda: truck.connected)
    dispatch = wires("_api")
    for args in ({}, {"interval_s": 2.5}, {"interval_s": -1}, {"interval_s": "soon"}, {"interval_s": 60}):
        dispatch.say(build("lowlands", "command", "truck-04"), Command(uuid4(), "interval", args, by="dana"))
    wait_until(lambda: intervals == [None, 2.5, 2.5, 2.5, 60])


def test_client_survives_nonsense(embedded, device, wires):
    # When the platform says things that can't be understood, and then a receipt
    wire, truck = wires(), device("truck-04").start()
    wait_until(lambda: truck.connected)
    seq = truck.send_position(fix(1))
    for nonsense in (b"{", b"[]", b'{"stored": [[1]]}', b'{"stored": "all"}', b"\xff\x00", b""):
        wire.say(build("lowlands", "receipt", "truck-04"), nonsense)
    wire.say(build("lowlands", "receipt", "truck-04"), Receipt(stored=[(0, 5), (seq, seq)], rejected=[(9, 3)]))
    # Then the receipt counts
    wait_until(lambda: truck.settled == {"stored": 1, "rejected": 0})


def test_client_with_a_wrong_secret_never_connects(embedded, config, wires, device):
    wire, truck = wires(), Device(config.mqtt_url, "truck-04", "guessed", "lowlands").start()
    honest = device("truck-05").start()
    wait_until(lambda: wire.messages("presence", "truck-05"))
    truck.send_position(fix(1))
    honest.send_position(fix(1))
    wait_until(lambda: wire.messages("position", "truck-05"))
    assert not truck.connected and not wire.messages("position", "truck-04")
    truck.stop()
