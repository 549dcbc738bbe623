"""A way through loopback that can be cut: nothing gets through, then everybody is thrown out, then it is mended."""

import socket
import threading
from contextlib import suppress

from rentguy.config import address

CHUNK = 65536


class Proxy:
    """Forwards `listen` to `target` (both `host:port`) from `start` to `stop`."""

    def __init__(self, listen: str, target: str) -> None:
        self._listen, self._target = address(listen), address(target)
        self._pairs: set[tuple[socket.socket, socket.socket]] = set()
        self._open = threading.Event()
        self._stopped = False
        self._listener: socket.socket | None = None

    def start(self) -> "Proxy":
        self._open.set()
        self._listener = socket.create_server(self._listen, backlog=512)
        threading.Thread(target=self._accept, name="proxy", daemon=True).start()
        return self

    def stop(self) -> None:
        self._stopped = True
        self._open.set()
        self._listener.close()
        self._throw_out()

    def cut(self) -> None:
        """From now on nothing gets through, and nobody is told."""
        self._open.clear()

    def mend(self) -> None:
        """Who was connected is thrown out, and who comes gets through."""
        self._throw_out()
        self._open.set()

    def _throw_out(self) -> None:
        for pair in list(self._pairs):
            _end(pair)

    def _accept(self) -> None:
        while not self._stopped:
            try:
                near, _ = self._listener.accept()
                self._open.wait()
                far = socket.create_connection(self._target, timeout=5)
            except OSError:
                with suppress(OSError, UnboundLocalError):
                    near.close()
                continue
            pair = (near, far)
            self._pairs.add(pair)
            for source, sink in (pair, pair[::-1]):
                source.settimeout(None)
                source.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                threading.Thread(target=self._forward, args=(source, sink, pair), name="proxied", daemon=True).start()

    def _forward(self, source: socket.socket, sink: socket.socket, pair: tuple) -> None:
        with suppress(OSError):
            while data := source.recv(CHUNK):
                self._open.wait()
                sink.sendall(data)
        _end(pair)
        self._pairs.discard(pair)


def _end(pair: tuple[socket.socket, socket.socket]) -> None:
    for end in pair:
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
        end.close()
