"""A stream of bytes cut into packets, the size of each checked before any of its body is kept."""

from collections.abc import Iterator

from rentguy.decoding import MAX_PAYLOAD
from rentguy.errors import RentGuyError

MAX_BEFORE_CONNECT = 64 * 1024
MAX_BODY = MAX_PAYLOAD + 1024  # a payload, its topic and its packet id


class ProtocolError(RentGuyError):
    """the client broke the protocol"""


class TooLarge(ProtocolError):
    """the packet is larger than may be read"""

    def __init__(self, first: int, size: int, limit: int) -> None:
        super().__init__(f"expected at most {limit} bytes, got {size}")
        self.first, self.size = first, size


class Framer:
    """Cuts a stream into packets and holds at most one that is incomplete; `limit` bounds a packet's body."""

    def __init__(self, limit: int = MAX_BEFORE_CONNECT) -> None:
        self.limit = limit
        self._rest = b""

    @property
    def incomplete(self) -> bool:
        """Whether a part of a packet is held."""
        return bool(self._rest)

    def feed(self, data: bytes) -> Iterator[tuple[int, bytes]]:
        """Each whole packet as its first byte and its body.

        Raises TooLarge as soon as the fixed header has come, ProtocolError when that is no header.
        """
        data = self._rest + data
        at, end = 0, len(data)
        while header := _header(data, at, end):
            length, start = header
            if length > self.limit:
                raise TooLarge(data[at], length, self.limit)
            if start + length > end:
                break
            yield data[at], data[start : start + length]
            at = start + length
        self._rest = data[at:]


def _header(data: bytes, at: int, end: int) -> tuple[int, int] | None:
    """The remaining length and where the body starts; None when the header isn't complete (2.2.3)."""
    if end - at < 2:
        return None
    length = data[at + 1]
    if length < 0x80:
        return length, at + 2
    length &= 0x7F
    for place in range(1, 4):
        if at + 1 + place >= end:
            return None
        byte = data[at + 1 + place]
        length |= (byte & 0x7F) << 7 * place
        if byte < 0x80:
            return length, at + 2 + place
    raise ProtocolError("remaining length: more than four bytes")
