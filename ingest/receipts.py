"""After the commit: telling each source what became of what it sent."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from rentguy.messages import Receipt
from rentguy.topics import build

from .entry import Entry

AT_ONCE = 1000  # what one receipt settles at most: about 60 KB, far below what a payload may be


def receipts(entries: Iterable[Entry]) -> Iterator[tuple[str, Receipt]]:
    """A topic and a receipt for every source that numbered or named what it sent."""
    by_source = defaultdict(list)
    for entry in entries:
        if entry.source and (entry.seq is not None or entry.id is not None):
            by_source[entry.topic.project, entry.topic.source].append(entry)
    for (project, source), settled in by_source.items():
        for start in range(0, len(settled), AT_ONCE):
            yield build(project, "receipt", source), _receipt(settled[start : start + AT_ONCE])


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
