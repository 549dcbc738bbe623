"""What passes through the steps: a message as it came, and each of its elements."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from rentguy.messages import Message
from rentguy.mqtt import Incoming
from rentguy.topics import Topic


class Received(NamedTuple):
    """A message and when we first had it in hand."""

    incoming: Incoming
    at: datetime


AT_ONCE = 8 * 1024 * 1024  # of weight in one batch


def weight(received: Received) -> int:
    """About what a message takes in memory once it is decoded, in bytes: its elements weigh more than its text."""
    payload = received.incoming.payload
    return len(payload) + 400 * payload.count(b"{")


def one_batch(messages: Iterable[Received]) -> Iterator[Received]:
    """The first of them, as far as their weight fits into one batch; at least one."""
    load = 0
    for place, received in enumerate(messages):
        load += weight(received)
        if place and load > AT_ONCE:
            return
        yield received


class Source(NamedTuple):
    """A person or a device as the registry has it; `owner_id` makes it a person's phone."""

    id: int
    slug: str
    kind: str
    owner_id: int | None

    @property
    def is_person(self) -> bool:
        return self.kind == "person"

    @property
    def whose_shift(self) -> int | None:
        """The person whose shift decides over this source's positions; None for what nobody carries."""
        return self.id if self.is_person else self.owner_id


@dataclass(slots=True)
class Entry:
    """One element on its way; the steps fill in what they learn. `rejected` says why it can't be stored."""

    received: Received
    topic: Topic | None = None
    index: int = 0
    message: Message | None = None
    seq: int | None = None
    id: str | None = None
    rejected: str | None = None
    private: bool = False
    source: Source | None = None
    project_id: int | None = None
    recorded_at: datetime | None = None
    device_time: datetime | None = None
    flags: int = 0
    result: str = "stored"

    def reject(self, reason: str, private: bool = False) -> None:
        """Keep it as a reject; a private one without its payload."""
        self.rejected, self.private, self.result = reason, private, "rejected"
