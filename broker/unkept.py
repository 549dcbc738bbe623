"""What a journal can be told and asked."""

from .links import Link
from .message import Delivery


class Unkept:
    """The journal that keeps nothing: of clean sessions, and of a broker in memory."""

    trouble: str | None = None
    behind = False
    commits = 0
    records = 0

    def last(self) -> int:
        """The number of the batch with the last record."""
        return 0

    def has(self, batch: int) -> bool:
        """Whether a batch is on the disk."""
        return True

    async def change(self) -> None:
        """Until the disk has taken something."""

    def look(self, now: float) -> None:
        """See whether the disk still answers."""

    def forget(self, link: Link) -> None:
        """Nothing more is sent on this link."""

    def owe(self, session: int, delivery: Delivery) -> None:
        """A session is owed a message; gives both their numbers."""

    def sent(self, delivery: Delivery) -> None:
        """A delivery has its packet id."""

    def released(self, delivery: Delivery) -> None:
        """The client has a QoS 2 message, and only the end of the exchange is open."""

    def done(self, delivery: Delivery) -> None:
        """Nothing is owed any more."""

    def keep(self, table: str, key: tuple, *values: object) -> None:
        """Put a row of a table with keys in place of the one it had."""

    def drop(self, table: str, *key: object) -> None:
        """Remove a row of a table with keys."""

    def send(self, link: Link, data: bytes) -> None:
        """Send what speaks of all that was recorded so far, once that is on the disk."""
        link.write(data)


UNKEPT = Unkept()
