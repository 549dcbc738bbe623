"""What the benchmarks of brokers send: positions of one size, numbered."""

from collections.abc import Iterator

from rentguy.topics import build

from .house import PROJECT, truck

TRUCKS = 200
FIRST = 10_000_000  # numbers of eight digits
FIX = (
    b'{"at":"2025-06-21T03:15:00.000000Z","lat":48.137154,"lon":11.576124,'
    b'"speed":11.1,"heading":271.0,"accuracy":4.0,"seq":%d}'
)


def fix(number: int) -> bytes:
    """A position as JSON."""
    return FIX % (FIRST + number)


def number_of(payload: bytes) -> int:
    """Of a payload that `fix` made."""
    return int(payload[-9:-1]) - FIRST


def topic(number: int) -> str:
    return build(PROJECT, "position", truck(number))


def fixes(messages: int) -> Iterator[tuple[str, bytes]]:
    """Topic and payload, 200 trucks in turn."""
    topics = [topic(number) for number in range(TRUCKS)]
    return ((topics[number % TRUCKS], fix(number)) for number in range(messages))
