"""The last message of each topic that was published to be kept, in memory and in the journal."""

import logging
from collections.abc import Iterator

from rentguy.log import pairs

from .message import Message
from .unkept import Unkept

logger = logging.getLogger(__name__)

MAX_MESSAGES = 100_000
MAX_BYTES = 64 * 1024 * 1024
ROOM_AGAIN = 0.8  # of both: below it a next time is worth a word


class Retained:
    """Retained messages, found by filter level by level.

    When it is full a message is delivered but not kept, nor what its topic had before, and the log says so once.
    """

    def __init__(self, journal: Unkept) -> None:
        self._journal = journal
        self._messages: dict[str, Message] = {}
        self._tree: dict = {}
        self._bytes = 0
        self._warned = False

    def __len__(self) -> int:
        return len(self._messages)

    def get(self, topic: str) -> Message | None:
        return self._messages.get(topic)

    def keep(self, message: Message) -> None:
        """Instead of what the topic had; an empty payload clears it [MQTT-3.3.1-10] [MQTT-3.3.1-11]."""
        if self._put(message):
            self._journal.keep("retained", (message.topic,), message.payload, message.qos)

    def restore(self, topic: str, payload: bytes, qos: int) -> None:
        """Take over what the journal knows."""
        self._put(Message(topic, payload, qos, True))

    def _put(self, message: Message) -> bool:
        """Whether it is kept now."""
        old = self._messages.get(message.topic)
        size = self._bytes + message.size - (old.size if old else 0)
        if not message.payload:
            self.clear(message.topic)
        elif size > MAX_BYTES or (old is None and len(self._messages) >= MAX_MESSAGES):
            self._warn(message.topic)
            self.clear(message.topic)  # nothing is better than what is no longer true
        else:
            self._messages[message.topic] = message
            self._bytes = size
            node = self._tree
            for level in message.topic.split("/"):
                node = node.setdefault(level, {})
            return True
        return False

    def matching(self, filter: str) -> Iterator[str]:
        """The topics kept that a filter matches; the same answer as `rentguy.topics.matches`."""
        return (topic for topic in self.walk(filter) if topic is not None)

    def walk(self, filter: str) -> Iterator[str | None]:
        """The same, but with None for each step that finds nothing, so that who walks can let others have their turn.

        What changes meanwhile may or may not be found.
        """
        return self._walk(self._tree, filter.split("/"), ())

    def _walk(self, node: dict, levels: list[str], path: tuple[str, ...]) -> Iterator[str | None]:
        topic = "/".join(path) if not levels or levels[0] == "#" else ""
        yield topic if path and topic in self._messages else None
        if not levels:
            return
        level, rest = levels[0], levels[1:]
        for name in list(node) if level in ("+", "#") else [level]:
            if name in node and not (level in ("+", "#") and not path and name.startswith("$")):  # [MQTT-4.7.2-1]
                yield from self._walk(node[name], levels if level == "#" else rest, (*path, name))

    def clear(self, topic: str) -> None:
        if (old := self._messages.pop(topic, None)) is None:
            return
        self._journal.drop("retained", topic)
        self._bytes -= old.size
        if len(self._messages) < ROOM_AGAIN * MAX_MESSAGES and self._bytes < ROOM_AGAIN * MAX_BYTES:
            self._warned = False
        levels = topic.split("/")
        path = [self._tree]
        for level in levels:
            path.append(path[-1][level])
        for depth in range(len(levels), 0, -1):
            if path[depth] or "/".join(levels[:depth]) in self._messages:
                break
            del path[depth - 1][levels[depth - 1]]

    def _warn(self, topic: str) -> None:
        if not self._warned:
            self._warned = True
            logger.warning(
                "retained messages are full, what comes is not kept %s",
                pairs(topic=topic, messages=len(self._messages), bytes=self._bytes),
            )
