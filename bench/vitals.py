"""How a process is: what it holds and what it spends, its children included."""

import statistics
import time
from collections.abc import Iterator

import psutil

MIB = 1024 * 1024


def resident(pid: int) -> int:
    """Resident memory in bytes."""
    return sum(process.memory_info().rss for process in _family(pid))


def settled(pid: int, seconds: float = 2.0) -> int:
    """Resident memory in bytes: the median of ten looks within `seconds`."""
    looks = []
    for _ in range(10):
        time.sleep(seconds / 10)
        looks.append(resident(pid))
    return int(statistics.median(looks))


def cpu_s(pid: int) -> float:
    """Seconds of processor time spent so far."""
    return sum(sum(process.cpu_times()[:2]) for process in _family(pid))


def _family(pid: int) -> Iterator[psutil.Process]:
    parent = psutil.Process(pid)
    yield parent
    yield from parent.children(recursive=True)
