"""After the commit: telling each source what became of what it sent."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from rentguy.messages import Receipt
from rentguy.topics import build

from .entry import Entry


def receipts(entries: Iterable[Entry]) -> Iterator[tuple[str, Receipt]]:
    """A topic and a receipt for every source that numbered or named what it sent."""
    by_source = defaultdict(list)
    for entry in entries:
        if entry.source and (entry.seq is not None or entry.id is not None):
            by_source[entry.topic.project, entry.topic.source].append(entry)
    for (project, source), settled in by_source.items():
        yield build(project, "receipt", source), _receipt(settled)


def _receipt(entries: list[Entry]) -> Receipt:
    return Receipt(
        stored=_ranges(entry.seq for entry in entries if entry.seq is not None and not entry.rejected),
        rejected=_ranges(entry.seq for entry in entries if entry.seq is not None and entry.rejected),
        ids={entry.id: entry.result for entry in reversed(entries) if entry.id},  # the first of two twins speaks
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
