"""The phone in Chromium: who holds it, where it is, what it scans."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from rentguy import enrolment
from tests.pages import wait_for

FOLLOW = """() => {
  window.here ??= { id: navigator.geolocation.watchPosition(({ coords, timestamp }) => {
    Object.assign(here, { latitude: coords.latitude, at: timestamp });
  }) };
}"""


def phone(visit) -> Callable[..., Page]:
    """`phone("anouk")`: her phone, which knows where it is."""
    place = {"latitude": 52.1, "longitude": 5.1, "accuracy": 9}
    return lambda name, path="/crew/lowlands/scan", **more: visit(
        name, path, size="phone", permissions=["geolocation"], geolocation=place, **more
    )


def items(registry) -> Callable[..., None]:
    """`items("cam-1", …)`: new ones on Lowlands or another project, each with its code in capitals as its tag."""

    def items(*codes: str, project: str = "lowlands") -> None:
        with registry() as session:
            for code in codes:
                enrolment.add_item(session, code, f"Case {code}", [code.upper()], project)

    return items


def type_code(page: Page, *codes: str) -> None:
    for code in codes:
        page.get_by_test_id("code").fill(code)
        page.keyboard.press("Enter")


def choose(page: Page, mode: str) -> None:
    page.get_by_role("group", name="What a scan does").get_by_role("button", name=mode, exact=True).click()


def is_judged(page: Page, tag: str, verdict: str) -> None:
    expect(page.get_by_test_id(f"scan-{tag}").first).to_have_attribute("data-verdict", verdict)


def turn(page: Page) -> None:
    page.get_by_role("switch", name="Share my position").click()


def is_shared(page: Page, shared: bool) -> None:
    expect(page.get_by_test_id("share")).to_have_attribute("data-on", str(shared).lower())


def move(page: Page, latitude: float) -> None:
    """Be there, a second after the place before, or it would be a jump; and wait until the page could know it."""
    page.evaluate(FOLLOW)
    wait_for(page, "Date.now() - (here.at ?? 0) > 1000")
    page.context.set_geolocation({"latitude": latitude, "longitude": 5.1, "accuracy": 9})
    wait_for(page, "latitude => here.latitude === latitude", latitude)


def is_controlled(page: Page) -> None:
    """Wait until the service worker has everything, and the page."""
    wait_for(page, "navigator.serviceWorker.controller !== null")


def all_is_stored(page: Page) -> None:
    """Wait until a fix would have been sent at the latest, and something sent after it has been stored."""
    wait_for(page, "since => performance.now() > since + 2100", page.evaluate("performance.now()"))
    page.get_by_role("button", name="Chat").click()
    page.get_by_test_id("chat-input").fill("all there?")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("chat-message").last).to_contain_text("stored")
