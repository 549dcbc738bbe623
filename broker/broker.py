"""The broker: who may come in, which connections there are, and what the registry says of them."""

import asyncio
import logging
import secrets
import time
from collections.abc import Callable, Iterable

from rentguy.access import Identity
from rentguy.attempts import Attempts
from rentguy.config import Config
from rentguy.limits import Limit
from rentguy.log import pairs
from rentguy.topics import SERVICES

from .brake import Brake
from .connection import STRANGER, Connection
from .doors import STOP_S, Doors
from .links import Link
from .message import Message
from .outgoing import service_limits
from .packets import Connect, Will
from .policy import Allows, Permissions, allows
from .presence import no_longer_online
from .registry import Registry
from .restore import restore, wills
from .router import Router
from .session import Session
from .tables import Kept
from .unkept import Unkept
from .usage import Usage

logger = logging.getLogger(__name__)

CHECK_S = 0.5
DAY_S = 86_400
MAX_CONNECTIONS = 10_000
MAX_STRANGERS = 2_000  # of them, that haven't signed in
MAX_CLIENT_ID = 200
CONNECT_COST = 50  # messages: what signing in counts for the brake
MOST_OWED_S = 5.0  # to the brake, by who may sign in
WRONG = 200, 2  # failed sign-ins of an address at once, and more each second
WARN_AGAIN_S = 3600.0
NO_SUCH_ID, BUSY, BAD_CREDENTIALS, NOT_ALLOWED = 2, 3, 4, 5


class Broker:
    """`await start()`, then it serves on `doors.ports` until `await stop()`.

    `reject` is told of every refused publish: source, topic, reason.
    """

    def __init__(
        self,
        config: Config,
        registry: Registry,
        reject: Callable[[str, str, str], None] = lambda source, topic, reason: None,
        allows: Allows = allows,
        journal: Unkept | None = None,
    ) -> None:
        self.journal = journal or Unkept()
        self.router = Router(service_limits(config), self.journal)
        self.doors = Doors(config, self._serve)
        self.connections: dict[Connection, asyncio.Task] = {}
        self.strangers: dict[Connection, None] = {}  # who hasn't signed in, the longest waiting first
        self.usage: dict[str, Usage] = {}
        self.beat = time.monotonic()
        self._reject, self._config, self._registry, self._allows = reject, config, registry, allows
        self._attempts = Attempts(Limit(*WRONG, clock=lambda: asyncio.get_running_loop().time()))
        self._checking: asyncio.Task | None = None
        self._warned_since = self.beat

    def restore(self, kept: Kept) -> None:
        """Go on where the last broker ended; call it before `start`."""
        restore(kept, self.router, self._registry, self._allows)
        for client_id, (source, will) in wills(kept).items():
            identity = self._registry.identity(source)
            self.journal.drop("wills", client_id)
            self.publish_will(will, Permissions(identity, self._allows) if identity and identity.enabled else None)
        if self._registry.known:
            self._registry_changed(set(self.router.owners()), set())

    def expect(self, service: str, filters: Iterable[str]) -> None:
        """Owe a service what is published under `filters` from the first message on, before it has ever been here."""
        self.router.expect(service, Permissions(self._registry.identity(service), self._allows), filters)

    async def start(self) -> None:
        self._registry.on_change = self._registry_changed
        await self.doors.open()
        self._checking = asyncio.create_task(self._check(), name="check")

    async def stop(self) -> None:
        """Close doors and connections. Wills are left to the next start, when somebody will hear them."""
        self._checking.cancel()
        self.doors.shut()
        for connection, task in self.connections.items():
            connection.will = None
            connection.end("the broker stops")
            task.cancel()
        if self.connections:
            await asyncio.wait(self.connections.values(), timeout=STOP_S)
        for connection in self.connections:
            connection.link.abort()
        await self.doors.close()

    def admit(self, request: Connect, address: str, certified: str | None) -> tuple[Session, bool] | int:
        """The session of a client, or the code to refuse it with. Until all is in order, nothing is touched.

        `certified` is whom the certificate names that it has shown, if any.
        """
        identity = self._sign_in(request.username, request.password, address, certified)
        if isinstance(identity, int):
            return identity
        permissions = Permissions(identity, self._allows)
        if not permissions.may("connect") or not (request.will is None or permissions.may("will", request.will.topic)):
            return NOT_ALLOWED
        client_id = _client_id(request, identity)
        if not client_id:  # [MQTT-3.1.3-8] [MQTT-3.1.3-9]
            return NO_SUCH_ID
        if self._hammers(permissions) or not self.router.make_room(client_id, identity.slug):
            return BUSY
        if (old := self.router.sessions.get(client_id)) and old.connection:
            old.connection.end("another connection took over")  # [MQTT-3.1.4-2]
        return self.router.open(client_id, permissions, request.clean)

    def used_by(self, slug: str) -> Usage:
        """Where to count what a source uses."""
        if slug not in self.usage:
            self.usage[slug] = Usage(Brake(self._config.device_rate, asyncio.get_running_loop().time()))
        return self.usage[slug]

    def brake(self, session: Session, packets: int) -> float:
        """Seconds until a client that sent so many packets is read again; services are not braked."""
        if session.permissions.service:
            return 0.0
        return self.used_by(session.permissions.identity.slug).brake.wait(packets, asyncio.get_running_loop().time())

    def publish_will(self, will: Will, permissions: Permissions | None) -> None:
        """Ask once more, for CONNECT may be long ago; without `permissions` its source is gone, so the will is true."""
        if permissions is None or permissions.may("publish", will.topic):
            live = permissions is None or permissions.live(will.topic)
            self.router.publish(Message(will.topic, will.payload, will.qos, will.retain, live))

    def reject(self, session: Session, topic: str, reason: str) -> None:
        """Note a publish that isn't accepted."""
        slug = session.permissions.identity.slug
        self.used_by(slug).refused += 1
        self._reject(slug, topic, reason)

    async def _serve(self, link: Link) -> None:
        if len(self.connections) >= MAX_CONNECTIONS:
            if self.used_by(STRANGER).is_news("too many connections"):
                logger.warning("too many connections, new ones are closed %s", pairs(connections=MAX_CONNECTIONS))
            return link.abort()
        if len(self.strangers) >= MAX_STRANGERS:
            next(iter(self.strangers)).end("others want to sign in", logging.DEBUG)
        connection = Connection(self, link)
        self.connections[connection] = asyncio.current_task()
        self.strangers[connection] = None
        try:
            await connection.run()
        except asyncio.CancelledError:
            link.abort()
        finally:
            del self.connections[connection]

    async def _check(self) -> None:
        while True:
            await asyncio.sleep(CHECK_S)
            self.beat = time.monotonic()
            if self.beat > self._warned_since + WARN_AGAIN_S:
                self._warned_since = self.beat
                for usage in self.usage.values():
                    usage.warned.clear()
            self.journal.look(self.beat)
            self.router.expire(time.time() - self._config.session_days * DAY_S)
            now = asyncio.get_running_loop().time()
            for connection in list(self.connections):
                try:
                    connection.check(now)
                except Exception:  # the others still have to be checked
                    logger.exception("connection can't be checked %s", pairs(client=connection.name))

    def _sign_in(self, username: str, password: str, address: str, certified: str | None) -> Identity | int:
        """Who this is; or BUSY, with nothing verified, while too many from there were nobody.

        Our services are always heard: nobody guesses what is derived, and comparing costs nothing.
        """
        if username in SERVICES:
            return self._registry.sign_in(username, password, certified) or BAD_CREDENTIALS
        if self._attempts.wait(username, address):
            return BUSY
        identity = self._registry.sign_in(username, password, certified)
        (self._attempts.succeeded if identity else self._attempts.failed)(username, address)
        return identity or BAD_CREDENTIALS

    def _hammers(self, permissions: Permissions) -> bool:
        """Whether a device signs in again and again, faster than the brake can bear."""
        if permissions.service:
            return False
        brake, now = self.used_by(permissions.identity.slug).brake, asyncio.get_running_loop().time()
        if brake.wait(0, now) > MOST_OWED_S:
            return True
        brake.wait(CONNECT_COST, now)
        return False

    def _registry_changed(self, changed: set[str], ended: set[str]) -> None:
        """Hold every session of these sources against the registry as it is now."""
        strangers = {slug for slug in self.router.owners() if self._registry.identity(slug) is None}
        for slug in changed | strangers:
            identity = self._registry.identity(slug)
            permissions = Permissions(identity, self._allows) if identity and identity.enabled else None
            for session in self.router.owned(slug):
                self._recheck(session, permissions, slug in ended)
            gone = slug in ended and not any(session.connection for session in self.router.owned(slug))
            for message in no_longer_online(slug, None if gone else permissions, self.router.retained):
                self.router.publish(message)

    def _recheck(self, session: Session, permissions: Permissions | None, ended: bool) -> None:
        if session.connection and (ended or not session.connection.may_go_on(permissions)):
            session.connection.end("the registry has changed", logging.WARNING)  # with its will, by the old rules
        if session.client_id not in self.router.sessions:
            return  # a clean one has gone with its connection
        if permissions is None:
            self.router.discard(session)
        else:
            self.router.revise(session, permissions)


def _client_id(request: Connect, identity: Identity) -> str:
    """The client id, made up for a clean session that gives none [MQTT-3.1.3-6]; empty when it is another's."""
    given = request.client_id
    if not given:
        return f"{identity.slug}/{secrets.token_hex(8)}" if request.clean else ""
    own = given == identity.slug or given.startswith(f"{identity.slug}/")
    return given if own and len(given) <= MAX_CLIENT_ID else ""
