"""After the commit: telling each source what became of what it sent."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator

from rentguy.decoding import encode
from rentguy.log import pairs
from rentguy.messages import Receipt
from rentguy.mqtt import Client
from rentguy.topics import build

from .entry import Entry

logger = logging.getLogger(__name__)
AT_ONCE = 1000  # what one receipt settles at most: about 60 KB, far below what a payload may be


def answer(client: Client, entries: Iterable[Entry]) -> None:
    """Publish a receipt to every source that numbered or named what it sent.

    One that can't be built or published is logged and harms no other: its source sends again.
    """
    for (project, source), settled in _settled(entries):
        try:
            client.publish(build(project, "receipt", source), encode(_receipt(settled)))
        except Exception:
            logger.exception("a receipt can't be published %s", pairs(project=project, source=source))


def _settled(entries: Iterable[Entry]) -> Iterator[tuple[tuple[str, str], list[Entry]]]:
    """What each receipt is about: the project and the source, and as many entries as it may settle."""
    by_source = defaultdict(list)
    for entry in entries:
        if entry.source and (entry.seq is not None or entry.id is not None):
            by_source[entry.topic.project, entry.topic.source].append(entry)
    for whose, settled in by_source.items():
        for start in range(0, len(settled), AT_ONCE):
            yield whose, settled[start : start + AT_ONCE]


def _receipt(entries: list[Entry]) -> Receipt:
    ids: dict[str, str] = {}
    for entry in entries:
        if entry.id:
            ids.setdefault(entry.id, entry.result)  # the first of two twins speaks
    return Receipt(
        stored=_ranges(entry.seq for entry in entries if entry.seq is not None and not entry.rejected),
        rejected=_ranges(entry.seq for entry in entries if entry.seq is not None and entry.rejected),
        ids=ids,
    )


def _ranges(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Whole numbers as [first, last] ranges: 1 2 3 7 is [[1, 3], [7, 7]]."""
    ranges: list[tuple[int, int]] = []
    for number in sorted(set(numbers)):
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1] = (ranges[-1][0], number)
        else:
            ranges.append((number, number))
    return ranges
