"""Subscriptions by the levels of their filters: what a topic costs doesn't grow with the number of filters."""

from collections import deque

from rentguy.topics import unshared

from .message import Message
from .session import Session

REMEMBERED = 20_000  # topics; a change of subscriptions forgets them all


class Group:
    """The members of one shared subscription, `$share/{group}/{filter}`: each message goes to the next one in turn."""

    def __init__(self, filter: str) -> None:
        self.filter = filter
        self.members: deque[Session] = deque()
        self.qos: dict[Session, int] = {}

    def add(self, session: Session, qos: int) -> None:
        if session not in self.qos:
            self.members.append(session)
        self.qos[session] = qos

    def remove(self, session: Session) -> None:
        if self.qos.pop(session, None) is not None:
            self.members.remove(session)

    def deliver(self, message: Message) -> None:
        if picked := self._pick(message.topic):
            picked.deliver(message, self.qos[picked], self.filter)

    def _pick(self, topic: str) -> Session | None:
        """The next member that may hear the topic: a connected one with room if there is any, else a connected one."""
        able = [session for session in self.members if session.permissions.may("receive", topic)]
        able = [session for session in able if session.connection] or able
        able = [session for session in able if session.outgoing.open] or able
        if not able:
            return None
        self.members.remove(able[0])
        self.members.append(able[0])
        return able[0]


class _Node:
    __slots__ = ("children", "groups", "sessions")

    def __init__(self) -> None:
        self.children: dict[str, _Node] = {}
        self.sessions: dict[Session, int] = {}
        self.groups: dict[str, Group] = {}

    def empty(self) -> bool:
        return not (self.children or self.sessions or self.groups)


class Index:
    """Who subscribes to what."""

    def __init__(self) -> None:
        self._root = _Node()
        self._found: dict[str, tuple[dict[Session, int], list[Group]]] = {}

    def add(self, filter: str, session: Session, qos: int) -> None:
        node = self._root
        for level in unshared(filter).split("/"):
            node = node.children.setdefault(level, _Node())
        if group := _group(filter):
            node.groups.setdefault(group, Group(filter)).add(session, qos)
        else:
            node.sessions[session] = qos
        self._found.clear()

    def remove(self, filter: str, session: Session) -> None:
        path = [(None, self._root)]
        for level in unshared(filter).split("/"):
            if level not in path[-1][1].children:
                return
            path.append((level, path[-1][1].children[level]))
        node = path[-1][1]
        if group := node.groups.get(_group(filter)):
            group.remove(session)
            if not group.members:
                del node.groups[_group(filter)]
        elif not _group(filter):
            node.sessions.pop(session, None)
        for (_, parent), (level, child) in zip(path[-2::-1], path[:0:-1], strict=True):
            if child.empty():
                del parent.children[level]
        self._found.clear()

    def group(self, filter: str) -> Group | None:
        """The members of a shared filter, while it has any."""
        node = self._root
        for level in unshared(filter).split("/"):
            if (node := node.children.get(level)) is None:
                return None
        return node.groups.get(_group(filter))

    def matching(self, topic: str) -> tuple[dict[Session, int], list[Group]]:
        """The sessions that hear a topic, each once with its highest QoS [MQTT-3.3.5-1], and the groups."""
        if (found := self._found.get(topic)) is None:
            sessions: dict[Session, int] = {}
            groups: list[Group] = []
            for node in self._nodes(topic):
                groups += node.groups.values()
                for session, qos in node.sessions.items():
                    sessions[session] = max(qos, sessions.get(session, 0))
            if len(self._found) >= REMEMBERED:
                self._found.clear()
            found = self._found[topic] = (sessions, groups)
        return found

    def _nodes(self, topic: str) -> list[_Node]:
        """Where the filters end that match a topic; the same answer as `rentguy.topics.matches`."""
        levels, ends = [self._root], []
        for place, level in enumerate(topic.split("/")):
            names = (level,) if place == 0 and level.startswith("$") else (level, "+")  # [MQTT-4.7.2-1]
            if len(names) == 2:
                ends += [node.children["#"] for node in levels if "#" in node.children]
            levels = [node.children[name] for node in levels for name in names if name in node.children]
        return ends + levels + [node.children["#"] for node in levels if "#" in node.children]


def _group(filter: str) -> str:
    return filter.split("/", 2)[1] if filter.startswith("$share/") else ""
