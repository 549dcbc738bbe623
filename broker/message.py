"""One application message on its way through the broker, and its way to one session."""

from .packets import publish_head

PUBLISH, DUP, RETAIN = 0x30, 0x08, 0x01


class Message:
    """A message as it was accepted; shared by every session that hears it, so its content never changes.

    One that isn't `live` is for services only. `position`: it is one, and newer ones outdate it. `id` is its row in the
    journal while `owed` deliveries need it there.
    """

    __slots__ = ("_heads", "_raw_topic", "id", "live", "owed", "payload", "position", "qos", "retain", "size", "topic")

    def __init__(self, topic: str, payload: bytes, qos: int, retain: bool, live: bool = True, id: int = 0) -> None:
        self.topic, self.payload, self.qos, self.retain, self.live = topic, payload, qos, retain, live
        self.position = "/position/" in topic
        self.id, self.owed = id, 0
        self._raw_topic = topic.encode()
        self._heads: dict[int, bytes] = {}
        self.size = len(payload) + len(self._raw_topic) + 100  # about what it takes in memory

    def packet(self, qos: int, mid: int = 0, *, dup: bool = False, retain: bool = False) -> bytes:
        """The PUBLISH for one session: above QoS 0 with a packet id."""
        first = PUBLISH | qos << 1 | dup * DUP | retain * RETAIN
        if (head := self._heads.get(first)) is None:  # made once, however many hear it
            head = self._heads[first] = publish_head(first, self._raw_topic, len(self.payload), bool(qos))
        return b"".join((head, mid.to_bytes(2, "big"), self.payload)) if qos else head + self.payload


class Delivery:
    """A message that one session's client is owed.

    `number` is its row in the journal (0: none), `order` its place among what the session was owed, `mid` its packet id
    once it is in flight. `released` is QoS 2 with the client's PUBREC. `group` is the shared filter that brought it, so
    that another member can have it.
    """

    __slots__ = ("group", "message", "mid", "number", "order", "qos", "released", "retain")

    def __init__(self, message: Message, qos: int, retain: bool = False, group: str = "") -> None:
        self.message, self.qos, self.retain, self.group = message, qos, retain, group
        self.number = self.order = self.mid = 0
        self.released = False

    def packet(self, dup: bool = False) -> bytes:
        return self.message.packet(self.qos, self.mid, dup=dup, retain=self.retain)
