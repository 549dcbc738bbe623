"""Pictures of the running app: `<panel>-<size>-<theme>.png`. To add one, add a line to PANELS."""

import shutil
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from demo import ROOT, START_S, Demo, demo, say
from playwright.sync_api import Browser, BrowserContext, Error, Page, sync_playwright
from png import small

PICTURES = ROOT / "docs" / "pictures"
ARGUMENTS = ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
SIZES = {
    "desktop": {"viewport": {"width": 1440, "height": 860}},
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
}
THEMES = ("dark", "light")
PATIENCE = 20_000  # ms; a panel that isn't there by then is skipped
SETTLE_S = 1.5  # markers glide and images decode


class Panel(NamedTuple):
    """What is looked at (`{p}` is the project), and what to do on the page first; by whom."""

    name: str
    path: str
    prepare: Callable[[Page], object] = lambda page: None
    sizes: tuple[str, ...] = tuple(SIZES)
    person: str | None = "dana"


def press(name: str, role: str = "button") -> Callable[[Page], None]:
    return lambda page: page.get_by_role(role, name=name).first.click()


def click(testid: str) -> Callable[[Page], None]:
    return lambda page: page.get_by_test_id(testid).click()


def wait(selector: str) -> Callable[[Page], object]:
    return lambda page: page.locator(selector).first.wait_for()


def select_truck(page: Page) -> None:
    if is_narrow(page):
        page.locator(".sheet-handle").click()
    page.get_by_test_id("source-truck-04").click()
    page.get_by_test_id("popup").wait_for()


def open_stack(page: Page) -> None:
    """Whoever is followed stands in the middle, on a phone above the pop-up, and at a dock with others."""
    canvas = page.locator(".map .canvas")
    page.locator("[data-markers]:not([data-markers='0'])").wait_for()
    page.wait_for_timeout(SETTLE_S * 1000)
    for _ in range(2):
        page.get_by_role("button", name="Zoom out").click()
        page.wait_for_timeout(SETTLE_S * 1000)
    box = canvas.bounding_box()
    lifted = box["height"] / 5 if is_narrow(page) else 0
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2 - lifted)
    page.get_by_test_id("stack").wait_for()


def scan_some(page: Page) -> None:
    """Typed, since there is nothing before the camera: one that is there, one that nobody knows, one twice."""
    for code in ("RG-10411", "RG-99999", "RG-10432", "RG-10432"):
        page.get_by_test_id("code").fill(code)
        page.get_by_test_id("code").press("Enter")
    page.locator("[data-verdict=ok]").first.wait_for()


def add_tracker(page: Page) -> None:
    """One more in each picture, since what it signs in with is shown once."""
    press("Add a device")(page)
    page.get_by_label("Kind", exact=True).select_option("phone")
    page.get_by_label("Name", exact=True).fill("Phone of the day")
    page.get_by_label("Short name", exact=True).fill(f"phone-{time.time_ns()}")
    page.get_by_role("button", name="Add, and show its secret").click()
    page.get_by_test_id("secret").wait_for()


DESK, PHONE = ("desktop",), ("phone",)
PANELS = (
    Panel("sign-in", "/", wait("[data-testid=sign-in]"), person=None),
    Panel("projects", "/", wait(".choice")),
    Panel("dispatch", "/projects/{p}/map", wait("[data-markers]")),
    Panel("popup", "/projects/{p}/map", select_truck),
    Panel("history", "/projects/{p}/map?history=truck-04", wait("[data-testid=history][data-points]")),
    Panel("stack", "/projects/{p}/map?follow=truck-03", open_stack),
    Panel("chat", "/projects/{p}/chat", wait("[data-testid=chat-message]")),
    Panel("equipment", "/projects/{p}/equipment", wait("[data-testid^=item-]")),
    Panel("equipment-list", "/projects/{p}/equipment", press("List")),
    Panel("item", "/projects/{p}/equipment?item=foh-rack-1", wait("[data-testid=item-history] li")),
    Panel("notifications", "/projects/{p}/map", click("bell")),
    Panel("people", "/projects/{p}/map", click("people-online"), DESK),
    Panel("crew-me", "/crew/{p}/me", wait("[data-testid=share]"), PHONE, "anouk"),
    Panel("crew-scan", "/crew/{p}/scan", scan_some, PHONE, "anouk"),
    Panel("crew-chat", "/crew/{p}/chat", wait("[data-testid=chat-message]"), PHONE, "anouk"),
    Panel("admin-devices", "/admin/devices", wait("[data-testid=device-truck-04]"), person="ruud"),
    Panel("admin-device", "/admin/devices?device=truck-04", wait("[data-testid=assignment]"), DESK, "ruud"),
    Panel("admin-secret", "/admin/devices", add_tracker, DESK, "ruud"),
    Panel("account", "/account", wait("[data-testid=stored-positions]"), PHONE, "anouk"),
    Panel("crew-map", "/crew/{p}/map", wait("[data-markers]"), PHONE, "anouk"),
)


def main(words: list[str]) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    missing: dict[str, str] = {}
    with demo() as running, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        say("waiting for the fleet to move")
        stage(browser, running)
        for size in SIZES:
            for theme in THEMES:
                for name, why in take_all(browser, running, size, theme, words):
                    missing[name] = why
    for name, why in missing.items():
        say(f"skipped {name}: {why}")


def take_all(browser: Browser, running: Demo, size: str, theme: str, words: list[str]) -> Iterator[tuple[str, str]]:
    """Every panel of a size and a theme; those that couldn't be taken, and why."""
    people: dict[str | None, BrowserContext] = {}
    for panel in PANELS:
        file = PICTURES / f"{panel.name}-{size}-{theme}.png"
        if size not in panel.sizes or not all(word in file.stem for word in words):
            continue
        if panel.person not in people:
            people[panel.person] = visitor(browser, running, panel.person, **SIZES[size], color_scheme=theme)
        if why := take(people[panel.person], running, panel, file):
            yield file.stem, why
    for context in people.values():
        context.close()


def take(context: BrowserContext, running: Demo, panel: Panel, file: Path) -> str | None:
    """Take one picture; why not, if it couldn't be."""
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    try:
        page.goto(panel.path.format(p=running.project))
        if panel.person and "{p}" in panel.path:
            live(page)
        panel.prepare(page)
        time.sleep(SETTLE_S)
        file.write_bytes(small(page, page.screenshot()))
    except Error as error:
        return error.message.splitlines()[0]
    finally:
        page.close()
    say(f"{file.relative_to(ROOT)}, {file.stat().st_size // 1024} KiB")
    return None


def stage(browser: Browser, running: Demo) -> None:
    """Something worth a picture: a moving fleet, words to dana, a case that is broken."""
    noor = visitor(browser, running, "noor", **SIZES["desktop"])
    page = noor.new_page()
    page.set_default_timeout(START_S * 1000)
    page.goto(f"/projects/{running.project}/chat")
    live(page)
    wait("[data-state=moving]")(page)
    wait("[data-markers]")(page)
    for words in ("Dock 2 is free, next truck please", "@dana Truck 05 wants to know where to go after dock 1"):
        page.get_by_test_id("chat-input").fill(words)
        page.get_by_role("button", name="Send").click()
        page.get_by_test_id("chat-message").filter(has_text=words.removeprefix("@dana")).first.wait_for()
    for item, status in (("mic-case-2", "damaged"), ("rf-rack-1", "maintenance")):
        answer = noor.request.patch(
            f"/api/v1/inventory/items/{item}/status", data={"status": status}, headers={"Origin": running.address}
        )
        if not answer.ok:
            say(f"{item} could not be made {status}: {answer.text()}")
    noor.close()


def visitor(browser: Browser, running: Demo, person: str | None, **profile) -> BrowserContext:
    """A browser profile of somebody, signed in."""
    context = browser.new_context(base_url=running.address, reduced_motion="reduce", **profile)
    if person:
        context.request.post("/api/v1/auth/login", data={"username": person, "password": running.password})
    return context


def is_narrow(page: Page) -> bool:
    return page.viewport_size["width"] < 500


def live(page: Page) -> None:
    page.locator("[data-testid=connection][data-state=live]").first.wait_for(timeout=20_000)


def chromium() -> str:
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    return program or sys.exit("needs Chromium: scripts/setup test")


if __name__ == "__main__":
    main(sys.argv[1:])
