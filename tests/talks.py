"""The chat in Chromium: what others say, and what is found and done on a page."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from playwright.sync_api import Locator, Page

from tests.services import wait_until
from tests.visitors import Person, Window

AS_A_PERSON = 80  # ms between two keys; a hand scanner types faster


def window(project: str, anouk: Person) -> Iterator[Window]:
    """Anouk, at nobody's browser."""
    with anouk.open(project) as window:
        yield window


def say(project: str, window: Window) -> Callable[..., str]:
    """Anouk says something, or changes what she said, and it is stored: `say("hello")`, its id."""

    def say(body: str | None = None, id: str | None = None, minutes_ago: float = 0, **more) -> str:
        id, at = id or str(uuid4()), datetime.now(UTC) - timedelta(minutes=minutes_ago)
        before = len(receipts(window, project, id))
        payload = {"id": id, "at": at.isoformat(), **({"body": body} if body else {}), **more}
        window.publish(f"rentguy/{project}/chat/anouk", payload)
        wait_until(lambda: len(receipts(window, project, id)) > before)
        return id

    return say


def receipts(window: Window, project: str, id: str) -> list[dict]:
    return [each for each in window.heard(f"rentguy/{project}/receipt/anouk") if id in each["ids"]]


def message(page: Page, text: str) -> Locator:
    return page.get_by_test_id("chat-message").filter(has=page.locator(".body", has_text=text))


def write(page: Page, text: str) -> Locator:
    """Type something, send it, and find it."""
    page.get_by_test_id("chat-input").fill(text)
    page.keyboard.press("Enter")
    return message(page, text)


def act(line: Locator, action: str) -> None:
    """Choose from a message's menu, by mouse or by thumb."""
    if line.page.viewport_size["width"] > 720:
        line.hover()
        line.get_by_label("Message actions").click()
    else:
        line.locator(".body").tap()
    line.page.get_by_role("menuitem", name=action).click()


def unread(page: Page) -> Locator:
    return page.get_by_role("navigation", name="Parts of the screen").locator(".count")
