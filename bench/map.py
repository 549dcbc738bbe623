"""How smooth the map is with thousands of moving markers, beside MapLibre's own circles over the same ground.

In Chromium, where the processor does the graphics: `web/bench.html` is opened for the one and the other in turn, gets
the same frames of JSON ten times a second, and counts the frames that were drawn to their end.
"""

import functools
import shutil
import statistics
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, Page, sync_playwright
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

BUILT = Path(__file__).parents[1] / "web" / "dist"
SOFTWARE = ["--no-sandbox", "--disable-gpu", "--enable-unsafe-swiftshader"]  # as on a machine without a graphics card
SIZE = {"width": 1440, "height": 860}
WHICH = "ours", "bare"
START_MS = 120_000
SETTLE_S = 3
HEAP_FROM = 0.2  # of the time: minute 2 of 10
LEAST_RATIO = 0.8
MANY, LEAST_FPS = 10_000, 25
MOST_GROWTH = 0.1


class Smoothness(NamedTuple):
    """Frames per second of each round."""

    markers: int
    ours: list[float]
    bare: list[float]

    @property
    def ratio(self) -> float:
        bare = statistics.median(self.bare)
        return statistics.median(self.ours) / bare if bare else float("inf")


class Heap(NamedTuple):
    """Bytes in use after a forced collection, early and at the end."""

    markers: int
    minutes: float
    early: int
    late: int

    @property
    def growth(self) -> float:
        return self.late / self.early - 1


def run(markers: Sequence[int], rounds: int, seconds: float, minutes: float) -> list[str]:
    """Measure, print what was seen, and answer what is at fault."""
    with _site() as site, sync_playwright() as playwright, Progress(console=Console(stderr=True)) as progress:
        browser = playwright.chromium.launch(executable_path=_chromium(), args=SOFTWARE)
        smooth = [_compare(browser, site, count, rounds, seconds, progress) for count in markers]
        heap = _heap(browser, site, max(markers), minutes, progress) if minutes else None
        browser.close()
    _print(smooth, heap, seconds)
    return _faults(smooth, heap)


def _compare(browser: Browser, site: str, count: int, rounds: int, seconds: float, progress: Progress) -> Smoothness:
    """In turn, so that whatever else the machine does meets both."""
    task = progress.add_task(f"{count:,} markers", total=2 * rounds)
    found = Smoothness(count, [], [])
    for _ in range(rounds):
        for which in WHICH:
            with _opened(browser, site, which, count) as page:
                getattr(found, which).append(_fps(page, seconds))
            progress.advance(task)
    return found


def _fps(page: Page, seconds: float) -> float:
    look = "() => [bench.frames(), performance.now()]"
    time.sleep(SETTLE_S)
    frames, began = page.evaluate(look)
    time.sleep(seconds)
    more, ended = page.evaluate(look)
    return 1000 * (more - frames) / (ended - began)


def _heap(browser: Browser, site: str, count: int, minutes: float, progress: Progress) -> Heap:
    seconds = 60 * minutes
    task = progress.add_task(f"heap with {count:,} markers", total=2)
    with _opened(browser, site, "ours", count) as page:
        time.sleep(HEAP_FROM * seconds)
        early = _in_use(page)
        progress.advance(task)
        time.sleep((1 - HEAP_FROM) * seconds)
        late = _in_use(page)
        progress.advance(task)
    return Heap(count, minutes, early, late)


def _in_use(page: Page) -> int:
    """Objects and the arrays of numbers outside the heap, once everything that can go has gone."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("HeapProfiler.collectGarbage")
    usage = devtools.send("Runtime.getHeapUsage")
    devtools.detach()
    return int(usage["usedSize"] + usage.get("backingStorageSize", 0))


@contextmanager
def _opened(browser: Browser, site: str, which: str, count: int) -> Iterator[Page]:
    """The page, once all its markers are seen."""
    page = browser.new_page(viewport=SIZE, color_scheme="dark")
    page.goto(f"{site}/bench.html?what={which}&count={count}")
    page.wait_for_function("() => window.bench?.ready()", timeout=START_MS, polling=500)
    yield page
    page.close()


@contextmanager
def _site() -> Iterator[str]:
    """The built web app on loopback. Raises FileNotFoundError when it hasn't been built."""
    if not (BUILT / "bench.html").is_file():
        raise FileNotFoundError(f"{BUILT / 'bench.html'} is missing: npm run build in web/")
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=BUILT))
    threading.Thread(target=server.serve_forever, name="site", daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *message: object) -> None:
        """The table is all there is to read."""


def _chromium() -> str:
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        raise FileNotFoundError("chromium is missing")
    return program


def _faults(smooth: Sequence[Smoothness], heap: Heap | None) -> list[str]:
    faults = []
    for each in smooth:
        fps = statistics.median(each.ours)
        if each.ratio < LEAST_RATIO:
            faults.append(f"{each.markers:,} markers: {each.ratio:.0%} of bare, expected {LEAST_RATIO:.0%} at least")
        if each.markers >= MANY and fps < LEAST_FPS:
            faults.append(f"{each.markers:,} markers: {fps:.1f} frames/s, expected {LEAST_FPS} at least")
    if heap and heap.growth > MOST_GROWTH:
        faults.append(f"the heap grew by {heap.growth:.1%}, expected {MOST_GROWTH:.0%} at most")
    return faults


def _print(smooth: Sequence[Smoothness], heap: Heap | None, seconds: float) -> None:
    table = Table(title="Frames per second, every marker moving once a second", title_justify="left")
    for column in ("markers", "ours", "bare MapLibre", "ratio"):
        table.add_column(column, justify="right")
    for each in smooth:
        table.add_row(f"{each.markers:,}", _spread(each.ours), _spread(each.bare), f"{each.ratio:.0%}")
    console = Console()
    console.print(table)
    console.print(
        f"Chromium with SwiftShader, {SIZE['width']} × {SIZE['height']}; median (least–most), {seconds:g} s a round."
    )
    if heap:
        mib = 1024 * 1024
        console.print(
            f"Heap with {heap.markers:,} markers after a forced collection: {heap.early / mib:.1f} MiB at minute "
            f"{HEAP_FROM * heap.minutes:g}, {heap.late / mib:.1f} MiB at minute {heap.minutes:g} ({heap.growth:+.1%})."
        )


def _spread(rounds: Sequence[float]) -> str:
    return f"{statistics.median(rounds):.1f} ({min(rounds):.1f}–{max(rounds):.1f})"
