"""MQTT 3.1.1 as bytes: the packets that the clients of benchmarks send, and what they receive cut into packets."""

import socket
import struct
from collections.abc import Iterable

WAIT_S = 60
CONNACK, PUBACK, SUBACK = 0x20, 0x40, 0x90
PUBLISH = range(0x30, 0x40)
PING = b"\xc0\x00"
DISCONNECT = b"\xe0\x00"


def text(value: str | bytes) -> bytes:
    """A string as MQTT writes it, its length first."""
    data = value.encode() if isinstance(value, str) else value
    return struct.pack("!H", len(data)) + data


def length(number: int) -> bytes:
    """A remaining length: seven bits a byte, the lowest first."""
    encoded = bytearray()
    while True:
        number, digit = divmod(number, 128)
        encoded.append(digit | 0x80 if number else digit)
        if not number:
            return bytes(encoded)


def packet(first: int, body: bytes = b"") -> bytes:
    return bytes((first,)) + length(len(body)) + body


def connect(username: str, password: str, *, clean: bool = True, keep_alive: int = 0) -> bytes:
    """CONNECT with the username as the client id; `keep_alive` in seconds, 0 for none."""
    head = text("MQTT") + bytes((4, 0xC0 | clean << 1)) + struct.pack("!H", keep_alive)
    return packet(0x10, head + text(username) + text(username) + text(password))


def publish(topic: str, payload: bytes, mid: int) -> bytes:
    """PUBLISH at QoS 1."""
    return packet(0x32, text(topic) + struct.pack("!H", mid) + payload)


def puback(mid: bytes) -> bytes:
    return b"\x40\x02" + mid


def subscribe(filters: Iterable[str], qos: int = 1) -> bytes:
    return packet(0x82, b"\x00\x01" + b"".join(text(filter) + bytes((qos,)) for filter in filters))


def mid_and_payload(body: bytes) -> tuple[bytes, bytes]:
    """Of a PUBLISH at QoS 1."""
    at = 2 + int.from_bytes(body[:2], "big")
    return body[at : at + 2], body[at + 2 :]


def cut(data: bytes) -> tuple[list[tuple[int, bytes]], bytes]:
    """The whole packets in `data`, each as its first byte and its body, and the bytes that remain."""
    whole, at = [], 0
    while header := _header(data, at):
        start, end = header
        if end > len(data):
            break
        whole.append((data[at], data[start:end]))
        at = end
    return whole, data[at:]


def sign_in(address: tuple[str, int], username: str, password: str, *, clean: bool = True) -> socket.socket:
    """A connection that the broker has accepted. Raises ConnectionError when it refuses."""
    connection = socket.create_connection(address, timeout=WAIT_S)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.sendall(connect(username, password, clean=clean))
    answer = connection.recv(4, socket.MSG_WAITALL)
    if answer[:1] + answer[3:] != b"\x20\x00":
        connection.close()
        raise ConnectionError(f"the broker refused {username}: {answer!r}")
    return connection


def subscribed(connection: socket.socket, filters: list[str]) -> None:
    """Subscribe and wait for SUBACK, before anything is published. Raises ConnectionError when one is refused."""
    connection.sendall(subscribe(filters))
    rest, packets = b"", []
    while not packets:
        received = connection.recv(65536)
        if not received:
            raise ConnectionError("the broker closed instead of SUBACK")
        packets, rest = cut(rest + received)
    if packets[0][0] != SUBACK or packets[0][1][2:] != b"\x01" * len(filters):
        raise ConnectionError(f"the broker refused a filter: {packets[0][1][:16]!r}")


def _header(data: bytes, at: int) -> tuple[int, int] | None:
    """Where the body starts and ends; None while the fixed header isn't whole."""
    size = 0
    for place in range(4):
        if at + 1 + place >= len(data):
            return None
        byte = data[at + 1 + place]
        size |= (byte & 0x7F) << 7 * place
        if byte < 0x80:
            return at + 2 + place, at + 2 + place + size
    raise ValueError("the broker sent a remaining length of more than four bytes")
