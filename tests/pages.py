"""People at the web app, in Debian's Chromium: `visit("dana")` is signed in and waits until what is seen is live."""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from functools import cache, partial

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from rentguy.config import Config
from tests.house import Lowlands
from tests.services import ROOT, wait_until
from tests.visitors import Person

ARGUMENTS = [
    "--no-sandbox",  # Chromium's own needs a user that isn't root
    "--use-angle=swiftshader",
    "--disable-gpu-compositing",  # pages are put together without a detour over the graphics: half the work
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SIZES = {
    "desktop": {"viewport": {"width": 1440, "height": 860}},
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
}
COOKIE = "rentguy_session"
AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
expect.set_options(timeout=25_000)  # ms; from one browser to another, also on a busy machine
BOTH_SIZES = pytest.mark.parametrize("size", SIZES)


def program() -> str:
    """Chromium's; missing, or without the built web app, it skips on a laptop and fails where CI is set."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if not program or not (ROOT / "web" / "dist" / "index.html").is_file():
        (pytest.fail if os.environ.get("CI") else pytest.skip)(
            "needs Chromium and the built web app: scripts/setup test"
        )
    return program


def chromium() -> Iterator[Callable[..., Browser]]:
    """`chromium("--flag", …)`: a running browser, one for each set of flags.

    For a module at most: while Playwright runs, its loop is the thread's, and no other test could run one.
    """
    running: dict[tuple[str, ...], Browser] = {}
    with sync_playwright() as playwright:

        def chromium(*flags: str) -> Browser:
            if flags not in running:
                running[flags] = playwright.chromium.launch(executable_path=program(), args=[*ARGUMENTS, *flags])
            return running[flags]

        yield chromium
        for browser in running.values():
            browser.close()


def visit(chromium, house: Config, lowlands: Lowlands) -> Iterator[Callable[..., Page]]:
    """`visit("dana", "/projects/lowlands/chat", size="phone")`: a page in a browser profile of its own.

    `beside=page` opens another tab of the same profile instead; `without` is a part of the app to leave out; other
    keywords go to the profile (`color_scheme`, `permissions`, …), `flags` to the browser. An exception that nobody
    caught on a page fails the test, as does what its policy forbids.
    """
    profiles, uncaught = [], []

    def visit(
        name: str,
        path: str = "/projects/lowlands",
        size: str = "desktop",
        beside: Page | None = None,
        flags: tuple[str, ...] = (),
        live: bool = True,
        without: str = "",
        **profile,
    ) -> Page:
        if beside is None:
            profiles.append(chromium(*flags).new_context(base_url=f"http://{house.listen}", **SIZES[size] | profile))
            profiles[-1].add_cookies([session(house, name, lowlands.password)])
        page = (beside.context if beside else profiles[-1]).new_page()
        page.on("pageerror", lambda error: uncaught.append(f"{page.url}: {error}"))
        page.on(
            "console", lambda said: uncaught.append(f"{page.url}: {said.text}") if is_forbidden(said.text) else None
        )
        if without:
            block(page, without)
        page.goto(path)
        if live:
            is_live(page)
        return page

    yield visit
    for context in profiles:
        context.close()
    assert uncaught == []


def is_forbidden(said: str) -> bool:
    """Whether a page's console says that something was against the headers it came with."""
    return any(each in said for each in ("Content Security Policy", "ermissions policy", "Unrecognized feature"))


def wait_for(page: Page, expression: str, argument: object = None, timeout: float = 30.0) -> None:
    """Wait until it is true on the page, asking from here: a page may not evaluate what it is told to watch."""
    wait_until(lambda: page.evaluate(expression, argument), timeout)


def beside_the_map(visit) -> Callable[..., Page]:
    """`visit` for stories of all but the map: where no graphics card draws it, it costs several times what they do."""
    return partial(visit, without="liveMap")


def above_the_ground(visit) -> Callable[..., Page]:
    """`visit` for stories of what moves on the map: coasts and borders are most of what it costs to draw."""
    return partial(visit, without="countries")


def block(page: Page, asset: str) -> None:
    """A part of the app can't be fetched, and what it is for is missing on the page."""
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    network.send("Network.setBlockedURLs", {"urls": [f"*/assets/{asset}-*"]})


@cache
def session(house: Config, name: str, password: str) -> dict:
    """The cookie of who has signed in, once per house: hashing is slow on purpose."""
    return {"name": COOKIE, "value": Person(house, name, password).token, "url": f"http://{house.listen}"}


def sign_in(page: Page, name: str, password: str) -> None:
    page.locator("input[name=username]").fill(name)
    page.locator("input[name=password]").fill(password)
    page.keyboard.press("Enter")


def is_live(page: Page) -> None:
    """Wait until the connection's indicator says so."""
    expect(page.get_by_test_id("connection")).to_have_attribute("data-state", "live", timeout=30_000)


def look_away(page: Page) -> None:
    """Another page comes to the front, and the browser no longer pretends that every page has the focus.

    To a page that is opened anew it would pretend again, so that one is told from its start.
    """
    page.add_init_script("document.hasFocus = () => false")
    page.context.new_cdp_session(page).send("Emulation.setFocusEmulationEnabled", {"enabled": False})
    page.context.new_page().bring_to_front()
    wait_for(page, "!document.hasFocus()")


def scan_by_hand(page: Page, tag: str) -> None:
    """What a hand scanner types: keys 5 ms apart, however slowly this machine brings them to the page."""
    began, keyboard = time.time(), page.context.new_cdp_session(page)
    for place, key in enumerate([*tag, "Enter"]):
        pressed = {"key": key, "text": "\r" if key == "Enter" else key, "timestamp": began + place * 0.005}
        keyboard.send("Input.dispatchKeyEvent", {"type": "keyDown", **pressed})
        keyboard.send("Input.dispatchKeyEvent", {"type": "keyUp", "key": key})
    keyboard.detach()


JUDGE = """async ([within, tags]) => {
  const ending = document.getAnimations().filter((each) => each.effect?.getComputedTiming().endTime !== Infinity);
  await Promise.allSettled(ending.map(({ finished }) => finished));
  // What axe says of all that is well would take seconds to bring to where the test runs
  const { violations } = await axe.run(within, { runOnly: tags, resultTypes: ["violations"] });
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" ")}`);
}"""


def violations(page: Page, within: str = "html") -> list[str]:
    """What axe finds against WCAG 2.2 AA once the page is at rest, in either theme: the rule and the elements."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    found = []
    for theme in ("dark", "light") if dark else ("light", "dark"):  # each change draws the map anew
        page.emulate_media(color_scheme=theme)
        found += [f"{theme}: {each}" for each in page.evaluate(JUDGE, [within, tags])]
    return found
