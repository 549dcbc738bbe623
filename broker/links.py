"""The two ways bytes come and go: TCP and websocket.

A link gathers what is written during one turn of the loop and sends it at once. (amqtt's adapters read exact counts,
three awaits a packet; its websocket reader repeats data when the peer vanishes and its writer loses what is written
during a send.)
"""

import asyncio
import socket
from abc import ABC, abstractmethod
from collections import deque
from contextlib import suppress

from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from .framing import ProtocolError

CHUNK = 32 * 1024
HIGH_WATER = 1024 * 1024  # above it a session sends nothing and a connection isn't read
CLOSE_S = 2.0  # for what is still unsent when a link is closed
GONE = (OSError, ConnectionClosed)
PROBES = {"TCP_KEEPIDLE": 60, "TCP_KEEPINTVL": 15, "TCP_KEEPCNT": 4}  # finds a dead peer that sends no pings


class Link(ABC):
    """One peer. `busy` while more than HIGH_WATER is unsent; `on_room` is called when that has passed.

    `certified` is the name in the certificate that the peer has shown, None when it showed none.
    """

    def __init__(self, transport: asyncio.Transport) -> None:
        whence = (transport.get_extra_info("peername") or ("?",))[:2]
        self.peer, self.address = ":".join(map(str, whence)), str(whence[0])
        self.certified = _certified(transport.get_extra_info("peercert"))
        self.on_room = lambda: None
        self.sent = 0  # bytes that have left for the peer
        self.busy = False
        self.closing = False
        self._transport = transport
        self._out: list[bytes] = []
        self._held: deque[tuple[int, bytes]] = deque()
        self._unsent = 0
        self._written = 0
        self._work = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()
        self._by_force: asyncio.TimerHandle | None = None
        self._flusher = asyncio.create_task(self._flush())

    @abstractmethod
    async def read(self) -> bytes:
        """The next bytes, at most a chunk or a frame; none when the peer has gone."""

    @abstractmethod
    async def _send(self, data: bytes) -> None:
        """Returns when the peer's share of the buffers has room again."""

    @abstractmethod
    async def _finish(self) -> None:
        """Say good-bye, where there is a way to."""

    def write(self, data: bytes) -> None:
        if not self.closing:
            self._out.append(data)
            self._written += len(data)
            self._work.set()
            self._count(len(data))

    def hold(self, data: bytes, batch: int) -> None:
        """Write it, in order with what else is held, when that batch of the journal is released."""
        if not self.closing:
            self._held.append((batch, data))
            self._count(len(data))

    def let_go(self, batch: int) -> None:
        """Let go what waits for this batch, also when the link is about to close."""
        while self._held and self._held[0][0] <= batch:
            self._out.append(self._held.popleft()[1])
            self._written += len(self._out[-1])
        self._work.set()

    def _count(self, size: int) -> None:
        self._unsent += size
        if self._unsent > HIGH_WATER and not self.busy:
            self.busy = True
            self._room.clear()

    async def room(self) -> None:
        await self._room.wait()

    @property
    def gone_bytes(self) -> int | None:
        """How many bytes have left for the peer since the beginning; None when nothing waits."""
        buffered = self._transport.get_write_buffer_size()
        waiting = sum(map(len, self._out)) + buffered
        return self._written - waiting if waiting else None

    def close(self) -> None:
        """Send what is unsent or held and close, by force if that takes more than CLOSE_S; returns at once."""
        if not self.closing:
            self.closing = True
            self._work.set()
            self._room.set()
            self._by_force = asyncio.get_running_loop().call_later(CLOSE_S, self.abort)

    def abort(self) -> None:
        self._held.clear()
        self._flusher.cancel()
        self._transport.abort()

    async def closed(self) -> None:
        await asyncio.wait((self._flusher,))

    async def _flush(self) -> None:
        try:
            while self._out or self._held or not self.closing:
                await self._work.wait()
                self._work.clear()
                data = b"".join(self._out)
                self._out.clear()
                if data:
                    await self._send(data)
                    self._sent(len(data))
            await self._finish()
        except GONE:
            pass  # reading will tell
        finally:
            self.closing = True
            self._room.set()  # who waits for room must see that
            self._transport.close()
            if self._by_force and not self._transport.get_write_buffer_size():
                self._by_force.cancel()

    def _sent(self, size: int) -> None:
        self._unsent -= size
        self.sent += size
        if self.busy and self._unsent <= HIGH_WATER:
            self.busy = False
            self._room.set()
            self.on_room()


class TcpLink(Link):
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        super().__init__(writer.transport)
        self._reader, self._writer = reader, writer
        tcp = writer.get_extra_info("socket")
        with suppress(OSError):  # gone already; reading will tell
            tcp.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            for name, seconds in PROBES.items():
                if hasattr(socket, name):
                    tcp.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), seconds)

    async def read(self) -> bytes:
        try:
            return await self._reader.read(CHUNK)
        except OSError:
            return b""

    async def _send(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    async def _finish(self) -> None:
        self._transport.close()


class WebSocketLink(Link):
    def __init__(self, peer: ServerConnection) -> None:
        super().__init__(peer.transport)
        self._socket = peer

    async def read(self) -> bytes:
        try:
            frame = b""
            while not frame:  # an empty frame isn't the end: packets and frames are not aligned [MQTT-6.0.0-2]
                frame = await self._socket.recv()
        except ConnectionClosed:
            return b""
        if isinstance(frame, str):  # [MQTT-6.0.0-1]
            raise ProtocolError("websocket: expected a binary frame, got text")
        return frame

    async def _send(self, data: bytes) -> None:
        await self._socket.send(data)

    async def _finish(self) -> None:
        await self._socket.close()


def _certified(certificate: dict | None) -> str | None:
    """Its subject's common name; empty, which is nobody's, when it has none or several."""
    if not certificate:
        return None
    names = [value for part in certificate["subject"] for key, value in part if key == "commonName"]
    return names[0] if len(names) == 1 else ""
