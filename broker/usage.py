"""What each source has used of the broker since it started, and how fast it may go on."""

from msgspec import Struct

from .brake import Brake


class Usage(Struct):
    """One source's. `connections` are open now; messages and bytes are seen from the broker."""

    brake: Brake
    connections: int = 0
    connects: int = 0
    messages_in: int = 0
    messages_out: int = 0
    bytes_in: int = 0
    bytes_out: int = 0
    refused: int = 0


COUNTED = ("connections", "connects", "messages_in", "messages_out", "bytes_in", "bytes_out", "refused")
