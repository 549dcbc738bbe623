"""What the broker promises, whatever happens in between: clients come and go, it is stopped and killed."""

import random
import signal
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from subprocess import Popen

import pytest
from msgspec import Struct
from pytest import MonkeyPatch

from broker import tables
from broker.restore import FILE
from tests.brokers import Bytes, Heard, house, packet, publish_packet
from tests.services import wait_until

ONCE = "rentguy/demo/scan/truck-1"  # subscribed to at QoS 2
AGAIN = "rentguy/demo/position/truck-1"  # and at QoS 1
NARROW = {"batch_messages": 3, "inflight": 3}
PUBACK, PUBREC, PUBREL, PUBCOMP = 0x40, 0x50, 0x62, 0x70
SOON = {f"broker.{name}": 0.05 for name in ("broker.STOP_S", "doors.STOP_S", "links.CLOSE_S", "journal.STOP_S")}


def of(first: int, mid: int) -> bytes:
    return packet(first, mid.to_bytes(2, "big"))


def before_the_ping(client: Bytes) -> Iterator[tuple[int, bytes]]:
    """The packets that come before the answer to a ping, which waits for nothing."""
    client.send(b"\xc0\0")
    while (answer := client.packet())[0] != 0xD0:
        yield answer


class Sent(Struct):
    """A message under way to the broker; `received` is QoS 2 with its PUBREC."""

    topic: str
    payload: bytes
    qos: int
    received: bool = False


class Publisher:
    """Sends again what isn't acknowledged, as MQTT wants it from a client."""

    name = "truck-1"

    def __init__(self) -> None:
        self.client: Bytes | None = None
        self.under_way: dict[int, Sent] = {}
        self.acknowledged: list[Sent] = []
        self._mid = 0
        self._count = 0

    def come(self, client: Bytes) -> None:
        self.client = client
        for mid, sent in self.under_way.items():
            client.send(of(PUBREL, mid) if sent.received else self._packet(mid, dup=True))

    def publish(self, topic: str, qos: int) -> None:
        self._count += 1
        self._mid = self._mid % 8 + 1
        while self._mid in self.under_way:
            self._mid += 1
        self.under_way[self._mid] = Sent(topic, b"%d" % self._count, qos)
        self.client.send(self._packet(self._mid))

    def look(self) -> None:
        """Take what the broker has answered."""
        for first, body in before_the_ping(self.client):
            mid = int.from_bytes(body, "big")
            if first == PUBREC:
                self.under_way[mid].received = True
                self.client.send(of(PUBREL, mid))
            else:
                sent = self.under_way.pop(mid)
                assert first == (PUBCOMP if sent.qos == 2 else PUBACK)
                self.acknowledged.append(sent)

    def _packet(self, mid: int, dup: bool = False) -> bytes:
        sent = self.under_way[mid]
        return publish_packet(sent.topic, sent.payload, mid=mid, qos=sent.qos, dup=dup)


class Subscriber:
    """Has what it received, and the packet ids of QoS 2 that aren't released, however often it goes."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.client: Bytes | None = None
        self.received: dict[str, list[int]] = defaultdict(list)
        self.unanswered: list[Heard] = []
        self.unreleased: set[int] = set()

    def come(self, client: Bytes) -> None:
        self.client, self.unanswered = client, []

    def look(self) -> None:
        """Hear what has come."""
        for first, body in before_the_ping(self.client):
            if first == PUBREL:
                mid = int.from_bytes(body, "big")
                self.unreleased.discard(mid)
                self.client.send(of(PUBCOMP, mid))
            else:
                self._receive(Heard(first, body))

    def acknowledge(self, count: int) -> None:
        for heard in self.unanswered[:count]:
            self.client.send(of(PUBREC if heard.qos == 2 else PUBACK, heard.mid))
        del self.unanswered[:count]

    def _receive(self, heard: Heard) -> None:
        self.unanswered.append(heard)
        if heard.qos == 2 and heard.mid in self.unreleased:
            assert heard.dup
        else:
            self.received[heard.topic].append(int(heard.payload))
        if heard.qos == 2:
            self.unreleased.add(heard.mid)


class Story:
    """One publisher and one subscriber with sessions that persist, another who sleeps to the end, and a broker.

    Every step does what `chance` and the moment let it do.
    """

    def __init__(self, data: Path, chance: random.Random) -> None:
        self.publisher, self.subscriber, self.sleeper = Publisher(), Subscriber("_ingest"), Subscriber("_api")
        self._data, self._chance = data, chance
        self._running, self._clients = ExitStack(), ExitStack()
        self._start()
        for who in (self.subscriber, self.sleeper):
            client = self._present(who).client
            assert client.subscribe(ONCE, qos=2) + client.subscribe(AGAIN, qos=1) == [2, 1]
        self._leave(self.sleeper, politely=True)

    def publish(self) -> None:
        topic, qos = self._chance.choice((ONCE, ONCE, AGAIN)), self._chance.choice((1, 2, 2))
        for _ in range(self._chance.randint(1, 4)):
            self._present(self.publisher).publish(topic, qos)

    def publisher_looks(self) -> None:
        self._present(self.publisher).look()

    def subscriber_looks(self) -> None:
        self._present(self.subscriber).look()

    def acknowledge(self) -> None:
        self._present(self.subscriber).acknowledge(self._chance.randint(1, 4))

    def publisher_goes(self) -> None:
        self._leave(self.publisher, politely=self._chance.random() < 0.3)

    def subscriber_goes(self) -> None:
        self._leave(self.subscriber, politely=self._chance.random() < 0.3)

    def disk_stalls(self) -> None:
        """Until somebody comes, or the broker ends, nothing more is acknowledged."""
        self._keeper.send_signal(signal.SIGSTOP)

    def broker_stops(self) -> None:
        self._keeper.send_signal(signal.SIGCONT)
        self._end()
        self._start()

    def broker_dies(self) -> None:
        """It loses what isn't on the disk: the keeper is killed first, and it acknowledges nothing after that."""
        with MonkeyPatch.context() as patch:
            for name, seconds in SOON.items():
                patch.setattr(name, seconds)
            self._keeper.kill()
            self._end()
        self._start()

    def everything_was_promised(self) -> None:
        """Let it all come to its end; then what was acknowledged has been heard, and nothing is left."""
        self.broker_stops()
        wait_until(self._over, 5, 0.002)
        for topic in (ONCE, AGAIN):
            sent = {int(each.payload): each.qos for each in self.publisher.acknowledged if each.topic == topic}
            for who in (self.subscriber, self.sleeper):
                first = list(dict.fromkeys(who.received[topic]))
                assert first == sorted(sent), "all of them, and for the first time in order"
                twice = [number for number, times in Counter(who.received[topic]).items() if times > 1]
                assert topic == AGAIN or all(sent[number] == 1 for number in twice), "at QoS 2 exactly once"
                assert not who.unreleased, "every exchange has come to its end"
        for who in (self.publisher, self.subscriber, self.sleeper):
            with self.inn.client(who.name, clean=True) as last:
                last.disconnect()
        self._end()
        assert tables.load(self._data / FILE) == tables.Kept([], [], [], [], [], [], [])

    def abandon(self) -> None:
        self._keeper.send_signal(signal.SIGCONT)
        self._end()

    def _over(self) -> bool:
        self._present(self.publisher).look()
        for who in (self.subscriber, self.sleeper):
            self._present(who).look()
            who.acknowledge(100)
        owed = [*self.inn.session("_ingest").outgoing, *self.inn.session("_api").outgoing]
        return not (self.publisher.under_way or owed)

    def _present(self, who: Publisher | Subscriber) -> Publisher | Subscriber:
        if who.client is None:
            self._keeper.send_signal(signal.SIGCONT)  # who comes is kept waiting for the disk
            who.come(self._clients.enter_context(self.inn.client(who.name, clean=False)))
        return who

    def _leave(self, who: Publisher | Subscriber, politely: bool) -> None:
        if who.client and politely:
            who.client.send(b"\xe0\0")
        if who.client:
            who.client.vanish()
        who.client = None

    @property
    def _keeper(self) -> Popen:
        return self.inn.broker.journal._keeper

    def _start(self) -> None:
        self.inn = self._running.enter_context(house(self._data, **NARROW))

    def _end(self) -> None:
        self._running.close()
        self._clients.close()
        for who in (self.publisher, self.subscriber, self.sleeper):
            who.client = None


STEPS: dict[Callable[[Story], None], int] = {  # and how often
    Story.publish: 8,
    Story.publisher_looks: 7,
    Story.subscriber_looks: 9,
    Story.acknowledge: 9,
    Story.publisher_goes: 3,
    Story.subscriber_goes: 3,
    Story.disk_stalls: 2,
    Story.broker_stops: 1,
    Story.broker_dies: 3,
}


@pytest.mark.parametrize("seed", range(4))
def test_what_is_acknowledged_is_heard_whatever_happens(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    story = Story(tmp_path, chance)
    try:
        for step in chance.choices([*STEPS], [*STEPS.values()], k=150):
            step(story)
        story.everything_was_promised()
    except BaseException:
        story.abandon()
        raise
