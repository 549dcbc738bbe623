"""One application message on its way through the broker."""

from .packets import publish_head

PUBLISH, DUP, QOS1, RETAIN = 0x30, 0x08, 0x02, 0x01


class Message:
    """A message as it was accepted; shared by every session that hears it, so never changed.

    One that isn't `live` is for services only.
    """

    __slots__ = ("_heads", "_raw_topic", "live", "payload", "qos", "retain", "size", "topic")

    def __init__(self, topic: str, payload: bytes, qos: int, retain: bool, live: bool = True) -> None:
        self.topic, self.payload, self.qos, self.retain, self.live = topic, payload, qos, retain, live
        self._raw_topic = topic.encode()
        self._heads: dict[int, bytes] = {}
        self.size = len(payload) + len(self._raw_topic) + 100  # about what it takes in memory

    def packet(self, mid: int = 0, *, dup: bool = False, retain: bool = False) -> bytes:
        """The PUBLISH for one session: QoS 1 with a packet id, QoS 0 without."""
        first = PUBLISH | bool(mid) * QOS1 | dup * DUP | retain * RETAIN
        if (head := self._heads.get(first)) is None:  # made once, however many hear it
            head = self._heads[first] = publish_head(first, self._raw_topic, len(self.payload), bool(mid))
        return b"".join((head, mid.to_bytes(2, "big"), self.payload)) if mid else head + self.payload
