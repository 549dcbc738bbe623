"""One browser's socket: a bounded queue, one writer, and what it may hear.

Positions give way to newer ones. If anything else would be lost, the socket is closed (1013): the browser comes back.
"""

import threading
from collections import deque
from collections.abc import Callable
from struct import pack
from typing import TYPE_CHECKING

import gevent
from msgspec.structs import replace
from simple_websocket import ConnectionClosed, Server

from rentguy.access import Identity
from rentguy.decoding import encode

from .sessions import Session

if TYPE_CHECKING:
    from .room import Room

FRAMES = 500
MOST_QUEUED = 16 * 1024 * 1024  # bytes that may wait when another frame comes, so that a long snapshot goes too
MOST_UNANSWERED = 200
POSITION_FRAMES = 10  # a second's worth; a browser further behind gets everyone's newest fix when it has caught up
WRITE_S = 10
TOO_SLOW, SIGNED_OUT, RESTARTING = 1013, 1008, 1012


class OneWriter:
    """A socket whose every write is whole, one at a time, and given up after 10 s."""

    def __init__(self, socket) -> None:
        self._socket, self._lock = socket, threading.Lock()

    def send(self, data: bytes) -> None:
        with gevent.Timeout(WRITE_S, OSError(f"the browser took nothing for {WRITE_S} s")), self._lock:
            self._socket.sendall(data)

    def __getattr__(self, name: str):
        return getattr(self._socket, name)


class Unanswered(list):
    """The frames a browser has sent and that we haven't answered yet; `full` is called instead of keeping too many."""

    def __init__(self, frames: list, full: Callable[[], None]) -> None:
        super().__init__(frames)
        self._full = full

    def append(self, frame: str | bytes) -> None:
        if len(self) >= MOST_UNANSWERED:
            self._full()
        else:
            super().append(frame)


class Browser:
    """`push` never waits; `write` runs on the socket's own thread until it is closed."""

    def __init__(self, ws: Server, identity: Identity, session: Session) -> None:
        ws.sock = OneWriter(ws.sock)
        ws.input_buffer = Unanswered(ws.input_buffer, lambda: self.close(TOO_SLOW))
        self.ws, self.identity, self.session = ws, identity, session
        self.look = 0  # which of the hub's looks at the session `identity` is from
        self.projects: set[str] = set()
        self._frames: deque[tuple[bytes, bool]] = deque()
        self._bytes = self._positions = 0
        self._behind: set[Room] = set()
        self._more = threading.Event()
        self._closing: int | None = None

    def push(self, frame: bytes) -> None:
        """Queue a frame that must not be lost."""
        if len(self._frames) >= FRAMES or self._bytes > MOST_QUEUED:
            self.close(TOO_SLOW)
            return
        self._queue(frame, False)

    def push_positions(self, room: "Room", frame: bytes) -> None:
        """Queue a frame of positions, or remember that this browser is owed newer ones."""
        if self._positions >= POSITION_FRAMES or self._bytes > MOST_QUEUED:
            self._behind.add(room)
            self._more.set()
        else:
            self._queue(frame, True)

    def tell(self, topic: str, payload: object) -> None:
        """Queue a single envelope."""
        self.push(text_frame(encode([{"topic": topic, "payload": payload}])))

    def close(self, code: int) -> None:
        """Let the writer close the socket, instead of what is queued; who is sent away says nothing more meanwhile."""
        self._closing = self._closing or code
        if code == SIGNED_OUT:
            self.identity = replace(self.identity, enabled=False)
        self._more.set()

    def write(self) -> None:
        try:
            while self.ws.connected and self._closing is None:
                self._send_queued()
                self._more.wait(1)
                self._more.clear()
            self.ws.close(self._closing)
        except (OSError, ConnectionClosed):
            self.ws.connected = False
        finally:
            self.ws.event.set()  # wakes whoever waits to receive

    def _queue(self, frame: bytes, positions: bool) -> None:
        self._frames.append((frame, positions))
        self._positions += positions
        self._bytes += len(frame)
        self._more.set()

    def _send_queued(self) -> None:
        while self._frames and self._closing is None:
            frame, positions = self._frames.popleft()
            self._positions -= positions
            self._bytes -= len(frame)
            self.ws.sock.send(frame)
        while self._behind and not self._frames:
            self.ws.sock.send(self._behind.pop().everyone())


def text_frame(text: bytes) -> bytes:
    """A whole, unmasked websocket text frame (RFC 6455, 5.2), so that one encoding serves every socket."""
    length = len(text)
    if length < 126:
        return pack("!BB", 0x81, length) + text
    if length < 65536:
        return pack("!BBH", 0x81, 126, length) + text
    return pack("!BBQ", 0x81, 127, length) + text
