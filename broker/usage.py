"""What each source has used of the broker since it started, and how fast it may go on."""

from msgspec import Struct

from .brake import Brake

WARNINGS = 50  # different ones of one source, until they are forgotten


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
    warned: set[str] = set()

    def is_news(self, warning: str) -> bool:
        """Whether to warn of it: not again, for a lost tracker tries for months, nor of all that somebody makes up."""
        if warning in self.warned or len(self.warned) >= WARNINGS:
            return False
        self.warned.add(warning)
        return True


COUNTED = ("connections", "connects", "messages_in", "messages_out", "bytes_in", "bytes_out", "refused")
