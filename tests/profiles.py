"""Chromium as somebody's own: what it keeps lies in a directory, so that it can be killed and opened again."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

from playwright.sync_api import BrowserContext, Page

from rentguy.config import Config
from tests.house import Lowlands
from tests.pages import ARGUMENTS, SIZES, is_live, program, sign_in
from tests.services import wait_until

KEPT = """async (drawer) => {
  const opened = indexedDB.open("rentguy");
  await new Promise((resolve) => (opened.onsuccess = resolve));
  const all = opened.result.transaction("drawers").objectStore("drawers").getAllKeys();
  await new Promise((resolve) => (all.onsuccess = resolve));
  opened.result.close();
  return all.result.filter(([name]) => name === drawer).map(([, key]) => key);
}"""


def reopen(chromium, house: Config, lowlands: Lowlands, tmp_path: Path) -> Iterator[Callable[..., Page]]:
    """`reopen("anouk", "/crew/lowlands/chat")`: her phone's browser, signed in; the one before is killed."""
    running: list[BrowserContext] = []

    def reopen(name: str, path: str) -> Page:
        if running:
            kill(running.pop(), tmp_path)
        context = chromium().browser_type.launch_persistent_context(
            tmp_path,
            executable_path=program(),
            args=ARGUMENTS,
            base_url=f"http://{house.listen}",
            **SIZES["phone"],
        )
        running.append(context)
        context.clear_cookies()
        page = context.pages[0]
        page.goto(path)
        sign_in(page, name, lowlands.password)
        is_live(page)
        return page

    yield reopen
    for context in running:
        context.close()


def kill(context: BrowserContext, directory: Path) -> None:
    with context.expect_event("close"):
        os.kill(int(os.readlink(directory / "SingletonLock").rpartition("-")[2]), signal.SIGKILL)


def is_kept(page: Page, drawer: str, count: int) -> None:
    """Wait until so much of a kind is on disk."""
    wait_until(lambda: len(page.evaluate(KEPT, drawer)) == count)
