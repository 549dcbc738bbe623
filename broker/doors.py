"""The listeners: TCP and websocket, each in the clear and with TLS."""

import asyncio
import logging
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import NamedTuple

from websockets.asyncio.server import Server, ServerConnection, serve

from rentguy.config import Config, address
from rentguy.errors import ConfigError
from rentguy.log import pairs

from .framing import MAX_BODY
from .links import CHUNK, Link, TcpLink, WebSocketLink

logger = logging.getLogger(__name__)

BACKLOG = 1024
HANDSHAKE_S = 10.0
STOP_S = 1.0


class Door(NamedTuple):
    """Whether what comes in is a websocket, and whether it speaks TLS."""

    web: bool
    secure: bool


DOORS = {  # by their settings
    "broker_listen": Door(web=False, secure=False),
    "broker_ws_listen": Door(web=True, secure=False),
    "broker_tls_listen": Door(web=False, secure=True),
    "broker_wss_listen": Door(web=True, secure=True),
}


class Doors:
    """`await open()`, then `serve` is called for every link that comes in; `ports` are by the settings' names."""

    def __init__(self, config: Config, serve: Callable[[Link], Awaitable[None]]) -> None:
        self.ports: dict[str, int] = {}
        self._config, self._serve = config, serve
        self._servers: list[asyncio.Server | Server] = []
        self._tls: ssl.SSLContext | None = None

    async def open(self) -> None:
        """Raises ConfigError for a certificate that is missing or wrong, OSError for an address that can't be had."""
        wanted = {name: listen for name in DOORS if (listen := getattr(self._config, name))}
        if any(DOORS[name].secure for name in wanted):
            self._tls = self._context()  # before anybody comes in at another door
        for name, listen in wanted.items():
            opened = self._open_web if DOORS[name].web else self._open_tcp
            server = await opened(*address(listen), self._tls if DOORS[name].secure else None)
            self._servers.append(server)
            self.ports[name] = server.sockets[0].getsockname()[1]
        logger.info("listening %s", pairs(**self.ports))

    async def close(self) -> None:
        """Nobody comes in any more; who is in must have gone."""
        with suppress(TimeoutError):
            async with asyncio.timeout(STOP_S):
                for server in self._servers:
                    await server.wait_closed()

    def shut(self) -> None:
        """Take nobody in any more."""
        for server in self._servers:
            server.close()

    def renew(self) -> None:
        """Read the certificate again, for those who come from now on; the old one holds when the new one is broken."""
        try:
            if self._tls:
                self._load(self._tls)
                logger.info("the certificate is read again %s", pairs(file=self._config.tls_certificate))
        except ConfigError as error:
            logger.error("the certificate can't be read, the old one holds %s", pairs(reason=error))

    def _context(self) -> ssl.SSLContext:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        self._load(context)
        return context

    def _load(self, context: ssl.SSLContext) -> None:
        certificate, key = self._config.required("tls_certificate"), self._config.required("tls_key")
        try:
            context.load_cert_chain(certificate, key)
        except (OSError, ssl.SSLError) as error:
            raise ConfigError(f"RENTGUY_TLS_CERTIFICATE {certificate}, RENTGUY_TLS_KEY {key}: {error}") from None
        if authority := self._config.tls_client_ca:
            try:
                context.load_verify_locations(authority)
            except (OSError, ssl.SSLError) as error:
                raise ConfigError(f"RENTGUY_TLS_CLIENT_CA {authority}: {error}") from None
            context.verify_mode = ssl.CERT_OPTIONAL

    async def _open_tcp(self, host: str, port: int, context: ssl.SSLContext | None) -> asyncio.Server:
        async def come_in(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await self._serve(TcpLink(reader, writer))

        options = {"ssl": context, "ssl_handshake_timeout": HANDSHAKE_S if context else None}
        return await asyncio.start_server(come_in, host, port, limit=CHUNK, backlog=BACKLOG, **options)

    async def _open_web(self, host: str, port: int, context: ssl.SSLContext | None) -> Server:
        async def come_in(peer: ServerConnection) -> None:
            await self._serve(WebSocketLink(peer))

        options = {"max_size": MAX_BODY, "max_queue": 2, "ping_interval": None, "compression": None, "ssl": context}
        return await serve(
            come_in,
            host,
            port,
            subprotocols=["mqtt"],  # [MQTT-6.0.0-4]
            open_timeout=HANDSHAKE_S,
            close_timeout=1,
            **options,
        )
