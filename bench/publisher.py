"""A QoS 1 publisher that is faster than what it measures: packets made beforehand, PUBACKs only counted."""

import socket
import struct
import threading
from collections.abc import Iterable

UNACKNOWLEDGED = 2000
WAIT_S = 60


def packets(messages: Iterable[tuple[str, bytes]]) -> list[bytes]:
    """MQTT 3.1.1 PUBLISH packets at QoS 1, ready to send."""
    return [_publish(topic, payload, number % 65535 + 1) for number, (topic, payload) in enumerate(messages)]


def publish(address: tuple[str, int], username: str, password: str, ready: list[bytes]) -> None:
    """Send them all on one connection, never more than 2,000 ahead of their PUBACKs; returns after the last."""
    with socket.create_connection(address, timeout=WAIT_S) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.sendall(_connect(username, password))
        if connection.recv(4) != b"\x20\x02\x00\x00":
            raise ConnectionError("the broker refused the publisher")
        window = threading.Semaphore(UNACKNOWLEDGED)
        reader = threading.Thread(target=_count_acks, args=(connection, len(ready), window), name="pubacks")
        reader.start()
        for start in range(0, len(ready), 50):
            chunk = ready[start : start + 50]
            for _ in chunk:
                if not window.acquire(timeout=WAIT_S):
                    raise TimeoutError("the broker stopped acknowledging")
            connection.sendall(b"".join(chunk))
        reader.join(WAIT_S)
        connection.sendall(b"\xe0\x00")


def _count_acks(connection: socket.socket, expected: int, window: threading.Semaphore) -> None:
    """Nothing but PUBACKs of four bytes comes."""
    rest = 0
    acknowledged = 0
    while acknowledged < expected:
        received = connection.recv(65536)
        if not received:
            return
        whole, rest = divmod(rest + len(received), 4)
        acknowledged += whole
        if whole:
            window.release(whole)


def _text(text: str) -> bytes:
    data = text.encode()
    return struct.pack("!H", len(data)) + data


def _connect(username: str, password: str) -> bytes:
    body = _text("MQTT") + b"\x04\xc2" + struct.pack("!H", 0) + _text(username) + _text(username) + _text(password)
    return b"\x10" + _length(len(body)) + body


def _publish(topic: str, payload: bytes, mid: int) -> bytes:
    body = _text(topic) + struct.pack("!H", mid) + payload
    return b"\x32" + _length(len(body)) + body


def _length(length: int) -> bytes:
    encoded = bytearray()
    while True:
        length, digit = divmod(length, 128)
        encoded.append(digit | 0x80 if length else digit)
        if not length:
            return bytes(encoded)
