"""All sessions, who subscribes to what, and what is retained: where a message goes."""

import asyncio
import logging
import time
from collections.abc import Iterable
from itertools import count

from rentguy.log import pairs
from rentguy.topics import unshared

from .index import Index
from .message import Message
from .outgoing import DEVICE, Limits
from .policy import Permissions, keeps
from .retained import Retained
from .session import Session
from .unkept import UNKEPT, Unkept

logger = logging.getLogger(__name__)

REFUSED = 0x80
MAX_SESSIONS_EACH = 16  # client ids of one source: `username/…` is the client's choice
NEVER = 0.0  # since when nobody is connected to a session that its client doesn't know of yet


class Router:
    """Owns the sessions; single-threaded, so a message has reached every session when `publish` returns.

    What outlives us is recorded in the journal.
    """

    def __init__(self, service_limits: Limits, journal: Unkept) -> None:
        self.sessions: dict[str, Session] = {}
        self.service_limits = service_limits
        self.retained = Retained(journal)
        self.dropped = 0
        self.numbers = count(1)
        self.expected: set[str] = set()  # client ids whose sessions are never given up
        self._journal = journal
        self._owned: dict[str, dict[Session, None]] = {}  # by source, the longest unused first
        self._index = Index()
        self._full: set[Session] = set()
        self._changed = asyncio.Event()

    def publish(self, message: Message) -> None:
        """Hand a message to every session that subscribes to it and may hear it [MQTT-3.3.5-1]."""
        if message.retain and message.live and keeps(message.topic):
            self.retained.keep(message)
        sessions, groups = self._index.matching(message.topic)
        for session, granted in sessions.items():
            may = message.live or session.permissions.service
            if may and session.permissions.may("receive", message.topic):
                session.deliver(message, granted)
        for group in groups:
            group.deliver(message)

    def open(self, client_id: str, permissions: Permissions, clean: bool) -> tuple[Session, bool]:
        """The session to go on with, and whether its client had it before. The caller has authenticated the client."""
        old = self.sessions.get(client_id)
        if old and not clean:  # [MQTT-3.1.2-4]
            known = old.away_since != NEVER
            self.revise(old, permissions)
            self.unused_since(old, None)
            return old, known
        if old:  # [MQTT-3.1.2-6]
            self.discard(old)
        session = self.make(client_id, permissions, 0 if clean else next(self.numbers))
        if session.persistent:
            self.unused_since(session, None)
        return session, False

    def expect(self, client_id: str, permissions: Permissions, filters: Iterable[str]) -> None:
        """Hold what comes under `filters` for a client that may never have been here."""
        self.expected.add(client_id)
        if client_id not in self.sessions:
            session = self.make(client_id, permissions, next(self.numbers))
            self.unused_since(session, NEVER)
            for filter in filters:
                self.subscribe(session, filter, 1)

    def make(self, client_id: str, permissions: Permissions, number: int) -> Session:
        """A new session, persistent when it has a number."""
        limits = self.service_limits if permissions.service else DEVICE
        journal = self._journal if number else UNKEPT
        session = Session(client_id, permissions, limits, self.retained, self._session_full, number, journal)
        self.sessions[client_id] = session
        self._owned.setdefault(permissions.identity.slug, {})[session] = None
        return session

    def make_room(self, client_id: str, slug: str) -> bool:
        """Whether this source may have a session of this name; if need be its longest unused one is given up."""
        owned = self._owned.get(slug, {})
        if client_id in self.sessions or len(owned) < MAX_SESSIONS_EACH:
            return True
        idle = next((each for each in owned if each.connection is None and each.client_id not in self.expected), None)
        if idle:
            logger.warning("too many sessions, the longest unused is dropped %s", pairs(client=idle.client_id))
            self.discard(idle)
        return idle is not None

    def owned(self, slug: str) -> list[Session]:
        return list(self._owned.get(slug, ()))

    def owners(self) -> list[str]:
        return list(self._owned)

    def leave(self, session: Session) -> None:
        """The connection has ended; a session that isn't persistent ends with it [MQTT-3.1.2-6]."""
        session.detach()
        if not session.persistent:
            return self.discard(session)
        self.unused_since(session, time.time())
        owned = self._owned[session.permissions.identity.slug]
        owned[session] = owned.pop(session, None)

    def discard(self, session: Session) -> None:
        """End a session. What it held for a group of workers goes to another member."""
        for filter in session.filters:
            self._index.remove(filter, session)
        orphans = [(each.group, each.message) for each in session.outgoing if each.group and not each.released]
        self.dropped += session.dropped
        session.discard()
        self._session_full(session, False)
        if self.sessions.get(session.client_id) is session:
            slug = session.permissions.identity.slug
            del self.sessions[session.client_id], self._owned[slug][session]
            if not self._owned[slug]:
                del self._owned[slug]
        for shared, message in orphans:
            if group := self._index.group(shared):
                group.deliver(message)

    def expire(self, before: float) -> None:
        """End the sessions nobody has come back to since `before` (Unix seconds)."""
        for session in list(self.sessions.values()):
            unused = session.away_since is not None and session.away_since < before
            if unused and session.client_id not in self.expected:
                logger.warning("nobody came back for a session, it is dropped %s", pairs(client=session.client_id))
                self.discard(session)

    def subscribe(self, session: Session, filter: str, qos: int) -> int:
        """The code for SUBACK: the QoS granted, or REFUSED [MQTT-3.8.4-5] [MQTT-3.9.3-2]."""
        full = len(session.filters) >= session.outgoing.limits.filters and filter not in session.filters
        if full or not session.permissions.may("subscribe", filter):
            return REFUSED
        self.enter(session, filter, qos, owing=filter == unshared(filter))  # shared ones get nothing retained
        return qos

    def enter(self, session: Session, filter: str, qos: int, owing: bool) -> None:
        session.set_filter(filter, qos, owing)
        self._index.add(filter, session, qos)

    def unsubscribe(self, session: Session, filter: str) -> None:
        if session.remove_filter(filter):
            self._index.remove(filter, session)

    def revise(self, session: Session, permissions: Permissions) -> None:
        """Go on with a session as the registry now has its owner."""
        for filter in [filter for filter in session.filters if not permissions.may("subscribe", filter)]:
            self.unsubscribe(session, filter)
        session.revise(permissions)

    def holds_back(self, session: Session) -> bool:
        """Whether this session's client must wait with publishing: another's queue is full.

        One that is full itself needn't wait for others, up to twice its bounds: its acknowledgements, which come on the
        same connection, are what makes room.
        """
        return bool(self._full) and (session not in self._full or session.outgoing.over(2.0))

    async def change(self) -> None:
        """Until a session has become full, or has room again."""
        await self._changed.wait()

    def unused_since(self, session: Session, at: float | None) -> None:
        """Note since when nobody is connected (Unix seconds); None while somebody is."""
        session.away_since = at
        row = session.client_id, session.permissions.identity.slug, at
        self._journal.keep("sessions", (session.number,), *row)

    def _session_full(self, session: Session, full: bool) -> None:
        if full != (session in self._full):
            (self._full.add if full else self._full.discard)(session)
            self._changed.set()
            self._changed = asyncio.Event()
