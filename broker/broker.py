"""The broker: its listeners, its connections, and what the registry says of them."""

import asyncio
import logging
import secrets
import time
from collections.abc import Callable
from contextlib import suppress

from websockets.asyncio.server import Server, ServerConnection, serve

from rentguy.access import Identity
from rentguy.config import Config, address
from rentguy.log import pairs

from .brake import Brake
from .connection import Connection
from .framing import MAX_BODY
from .journal import Unkept
from .links import CHUNK, Link, TcpLink, WebSocketLink
from .message import Message
from .outgoing import service_limits
from .packets import Connect, Will
from .policy import Allows, Permissions, allows
from .registry import Registry
from .restore import restore, wills
from .router import Router
from .session import Session
from .tables import Kept

logger = logging.getLogger(__name__)

CHECK_S = 0.5
DAY_S = 86_400
STOP_S = 1.0
MAX_CONNECTIONS = 10_000
MAX_CLIENT_ID = 200
REMEMBERED = 1_000  # refused sign-ins
NO_SUCH_ID, BUSY, BAD_CREDENTIALS, NOT_ALLOWED = 2, 3, 4, 5


class Broker:
    """`await start()`, then it serves on `port` (and `ws_port`) until `await stop()`.

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
        self.reject = reject
        self.port = self.ws_port = 0
        self._config, self._registry, self._allows = config, registry, allows
        self._connections: dict[Connection, asyncio.Task] = {}
        self._brakes: dict[str, Brake] = {}
        self._servers: list[asyncio.Server | Server] = []
        self._checking: asyncio.Task | None = None
        self._refusals: set[str] = set()
        self._crowded = False

    async def start(self) -> None:
        self._registry.on_change = self._registry_changed
        host, port = address(self._config.broker_listen)
        tcp = await asyncio.start_server(self._tcp, host, port, limit=CHUNK, backlog=1024)
        self._servers.append(tcp)
        self.port = tcp.sockets[0].getsockname()[1]
        if self._config.broker_ws_listen:
            host, port = address(self._config.broker_ws_listen)
            options = {"subprotocols": ["mqtt"], "max_size": MAX_BODY, "max_queue": 2, "ping_interval": None}
            web = await serve(self._web, host, port, compression=None, close_timeout=1, **options)  # [MQTT-6.0.0-4]
            self._servers.append(web)
            self.ws_port = web.sockets[0].getsockname()[1]
        self._checking = asyncio.create_task(self._check())
        logger.info("listening %s", pairs(port=self.port, ws_port=self.ws_port))

    async def stop(self) -> None:
        """Close listeners and connections. Wills are left to the next start, when somebody will hear them."""
        self._checking.cancel()
        for server in self._servers:
            server.close()
        for connection, task in self._connections.items():
            connection.will = None
            connection.end("the broker stops")
            task.cancel()
        if self._connections:
            await asyncio.wait(self._connections.values(), timeout=STOP_S)
        for connection in self._connections:
            connection.link.abort()
        with suppress(TimeoutError):
            async with asyncio.timeout(STOP_S):
                for server in self._servers:
                    await server.wait_closed()

    def admit(self, request: Connect) -> tuple[Session, bool] | int:
        """The session of a client, or the code to refuse it with. Until all is in order, nothing is touched."""
        identity = self._registry.sign_in(request.username, request.password)
        if identity is None:
            return BAD_CREDENTIALS
        permissions = Permissions(identity, self._allows)
        if not permissions.may("connect") or not (request.will is None or permissions.may("will", request.will.topic)):
            return NOT_ALLOWED
        client_id = _client_id(request, identity)
        if not client_id:  # [MQTT-3.1.3-8] [MQTT-3.1.3-9]
            return NO_SUCH_ID
        if not self.router.make_room(client_id, identity.slug):
            return BUSY
        if (old := self.router.sessions.get(client_id)) and old.connection:
            old.connection.end("another connection took over")  # [MQTT-3.1.4-2]
        return self.router.open(client_id, permissions, request.clean)

    def brake(self, session: Session, packets: int) -> float:
        """Seconds until a client that sent so many packets is read again; services are not braked."""
        if session.permissions.service:
            return 0.0
        now = asyncio.get_running_loop().time()
        slug = session.permissions.identity.slug
        if slug not in self._brakes:
            self._brakes[slug] = Brake(self._config.device_rate, now)
        return self._brakes[slug].wait(packets, now)

    def restore(self, kept: Kept) -> None:
        """Go on where the last broker ended; call it before `start`."""
        restore(kept, self.router, self._registry, self._allows)
        for client_id, (source, will) in wills(kept).items():
            identity = self._registry.identity(source)
            self.journal.drop("wills", client_id)
            self.publish_will(will, Permissions(identity, self._allows) if identity and identity.enabled else None)

    def publish_will(self, will: Will, permissions: Permissions | None) -> None:
        """Ask once more, for CONNECT may be long ago; without `permissions` its source is gone, so the will is true."""
        if permissions is None or permissions.may("publish", will.topic):
            self.router.publish(Message(will.topic, will.payload, will.qos, will.retain))

    def is_news(self, refusal: str) -> bool:
        """Whether a sign-in was not refused like this before: a lost tracker tries for months."""
        if refusal in self._refusals:
            return False
        if len(self._refusals) >= REMEMBERED:
            self._refusals.clear()
        self._refusals.add(refusal)
        return True

    async def _tcp(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._serve(TcpLink(reader, writer))

    async def _web(self, peer: ServerConnection) -> None:
        await self._serve(WebSocketLink(peer))

    async def _serve(self, link: Link) -> None:
        if len(self._connections) >= MAX_CONNECTIONS:
            if not self._crowded:
                logger.warning("too many connections, new ones are closed %s", pairs(connections=MAX_CONNECTIONS))
            self._crowded = True
            return link.abort()
        connection = Connection(self, link)
        self._connections[connection] = asyncio.current_task()
        try:
            await connection.run()
        except asyncio.CancelledError:
            link.abort()
        finally:
            del self._connections[connection]

    async def _check(self) -> None:
        while True:
            await asyncio.sleep(CHECK_S)
            self.router.expire(time.time() - self._config.session_days * DAY_S)
            now = asyncio.get_running_loop().time()
            for connection in list(self._connections):
                try:
                    connection.check(now)
                except Exception:  # the others still have to be checked
                    logger.exception("connection can't be checked %s", pairs(client=connection.name))

    def _registry_changed(self, changed: set[str], ended: set[str]) -> None:
        """Hold every session of these sources against the registry as it is now."""
        strangers = {slug for slug in self.router.owners() if self._registry.identity(slug) is None}
        for slug in changed | strangers:
            identity = self._registry.identity(slug)
            permissions = Permissions(identity, self._allows) if identity and identity.enabled else None
            if permissions is None:
                self._brakes.pop(slug, None)
            for session in self.router.owned(slug):
                self._recheck(session, permissions, slug in ended)

    def _recheck(self, session: Session, permissions: Permissions | None, ended: bool) -> None:
        if session.connection and (ended or not session.connection.may_go_on(permissions)):
            session.connection.end("the registry has changed", logging.WARNING)  # with its will, by the old rules
        if permissions is None:
            self.router.discard(session)
        elif session.client_id in self.router.sessions:
            self.router.revise(session, permissions)


def _client_id(request: Connect, identity: Identity) -> str:
    """The client id, made up for a clean session that gives none [MQTT-3.1.3-6]; empty when it is another's."""
    given = request.client_id
    if not given:
        return f"{identity.slug}/{secrets.token_hex(8)}" if request.clean else ""
    own = given == identity.slug or given.startswith(f"{identity.slug}/")
    return given if own and len(given) <= MAX_CLIENT_ID else ""
