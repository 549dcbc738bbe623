"""All sessions, who subscribes to what, and what is retained: where a message goes."""

import asyncio
import logging

from rentguy.log import pairs
from rentguy.topics import unshared

from .index import Index
from .message import Message
from .policy import Permissions, keeps
from .retained import Retained
from .session import Session

logger = logging.getLogger(__name__)

REFUSED = 0x80
MAX_SESSIONS_EACH = 16  # client ids of one source: `username/…` is the client's choice


class Router:
    """Owns the sessions; single-threaded, so a message has reached every session when `publish` returns."""

    def __init__(self) -> None:
        self.sessions: dict[str, Session] = {}
        self.retained = Retained()
        self._owned: dict[str, dict[Session, None]] = {}  # by source, the longest unused first
        self._index = Index()
        self._full: set[Session] = set()
        self._changed = asyncio.Event()

    def publish(self, message: Message) -> None:
        """Hand a message to every session that subscribes to it and may hear it [MQTT-3.3.1-5]."""
        if message.retain and keeps(message.topic):
            self.retained.keep(message)
        sessions, groups = self._index.matching(message.topic)
        for session, granted in sessions.items():
            may = message.live or session.permissions.service
            if may and session.permissions.may("receive", message.topic):
                session.deliver(message, granted)
        for group in groups:
            if picked := group.pick(message.topic):
                picked[0].deliver(message, picked[1])

    def open(self, client_id: str, permissions: Permissions, clean: bool) -> tuple[Session, bool]:
        """The session to go on with, and whether it was there before. The caller has authenticated the client."""
        old = self.sessions.get(client_id)
        if old and not clean:  # [MQTT-3.1.2-4]
            self.revise(old, permissions)
            return old, True
        if old:  # [MQTT-3.1.2-6]
            self.discard(old)
        session = Session(client_id, permissions, not clean, self.retained.get, self._session_full)
        self.sessions[client_id] = session
        self._owned.setdefault(permissions.identity.slug, {})[session] = None
        return session, False

    def make_room(self, client_id: str, slug: str) -> bool:
        """Whether this source may have a session of this name; if need be its longest unused one is given up."""
        owned = self._owned.get(slug, {})
        if client_id in self.sessions or len(owned) < MAX_SESSIONS_EACH:
            return True
        idle = next((session for session in owned if session.connection is None), None)
        if idle:
            logger.warning("too many sessions, the longest unused is dropped %s", pairs(client=idle.client_id))
            self.discard(idle)
        return idle is not None

    def owned(self, slug: str) -> list[Session]:
        return list(self._owned.get(slug, ()))

    def leave(self, session: Session) -> None:
        """The connection has ended; a session that isn't persistent ends with it."""
        session.detach()
        if not session.persistent:
            return self.discard(session)
        owned = self._owned[session.permissions.identity.slug]
        owned[session] = owned.pop(session, None)

    def discard(self, session: Session) -> None:
        for filter in list(session.filters):
            self.unsubscribe(session, filter)
        self._session_full(session, False)
        if self.sessions.get(session.client_id) is session:
            slug = session.permissions.identity.slug
            del self.sessions[session.client_id], self._owned[slug][session]
            if not self._owned[slug]:
                del self._owned[slug]

    def subscribe(self, session: Session, filter: str, qos: int) -> int:
        """The code for SUBACK: what is granted (QoS 2 becomes 1), or REFUSED [MQTT-3.8.4-5] [MQTT-3.8.4-6]."""
        full = len(session.filters) >= session.limits.filters and filter not in session.filters
        if full or not session.permissions.may("subscribe", filter):
            return REFUSED
        granted = min(qos, 1)
        session.filters[filter] = granted
        self._index.add(filter, session, granted)
        return granted

    def snapshot(self, session: Session, filter: str) -> None:
        """Send what is retained under a filter just granted [MQTT-3.8.4-3]; shared ones get none."""
        if filter == unshared(filter):
            may = session.permissions.may
            topics = [topic for topic in self.retained.matching(filter) if may("receive", topic)]
            session.owe(topics, session.filters[filter])

    def unsubscribe(self, session: Session, filter: str) -> None:
        if session.filters.pop(filter, None) is not None:
            self._index.remove(filter, session)

    def revise(self, session: Session, permissions: Permissions) -> None:
        """Go on with a session as the registry now has its owner."""
        for filter in [filter for filter in session.filters if not permissions.may("subscribe", filter)]:
            self.unsubscribe(session, filter)
        session.revise(permissions)

    def holds_back(self, session: Session) -> bool:
        """Whether this session's client must wait with publishing. One that is full itself needn't: its
        acknowledgements, which come on the same connection, are what makes room."""
        return bool(self._full) and session not in self._full

    async def change(self) -> None:
        """Until a session has become full, or has room again."""
        await self._changed.wait()

    def _session_full(self, session: Session, full: bool) -> None:
        if full == (session in self._full):
            return
        (self._full.add if full else self._full.discard)(session)
        self._changed.set()
        self._changed = asyncio.Event()
