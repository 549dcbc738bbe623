"""Every page in both themes and at both sizes, as axe sees it against WCAG 2.2 AA, with something on all of them."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests import house as houses
from tests import pages
from tests.pages import BOTH_SIZES, is_live, sign_in, violations
from tests.services import wait_until
from tests.visitors import Device, Person

database, config, start, embedded, lowlands, house = map(pytest.fixture(scope="module"), houses.PARTS)
visit = pytest.fixture(pages.above_the_ground)
PAGES = {
    "map": ("/projects/lowlands/map?source=truck-04", ".popup"),
    "history": ("/projects/lowlands/map?history=truck-04", "[data-testid=history]"),
    "equipment": ("/projects/lowlands/equipment", "[data-testid=item-foh-07]"),
    "item": ("/projects/lowlands/equipment?item=foh-07", "[data-testid=item-detail]"),
    "chat": ("/projects/lowlands/chat", "[data-testid=chat-message]"),
    "my projects": ("/crew", "h1"),
    "scan": ("/crew/lowlands/scan", "main[aria-label=Scan]"),
    "crew chat": ("/crew/lowlands/chat", "[data-testid=chat-message]"),
    "crew map": ("/crew/lowlands/map", "[data-markers]"),
    "me": ("/crew/lowlands/me", "main[aria-label=Me]"),
}


@pytest.fixture(scope="module")
def lived(house, lowlands):
    """One who moves, one who has gone silent, words, and a case on a truck."""
    now = datetime.now(UTC)
    for slug, at in (("truck-04", now), ("truck-05", now - timedelta(minutes=20))):
        with Device(house, slug, lowlands.secrets[slug]) as truck:
            fix = {
                "at": at.isoformat(),
                "lat": 48.17,
                "lon": 11.55,
                "accuracy": 20,
                "speed": 9,
                "heading": 80,
                "seq": 1,
            }
            truck.publish("position", fix)
            wait_until(lambda truck=truck: {"stored": [[1, 1]]} in truck.told("receipt"))
    with Device(house, "gate-1", lowlands.secrets["gate-1"]) as gate:
        scan = {"id": str(uuid4()), "at": now.isoformat(), "tag": "FOH-07", "action": "load", "vehicle": "truck-04"}
        gate.publish("scan", scan)
        wait_until(lambda: {"ids": {scan["id"]: "stored"}} in gate.told("receipt"))
    for person, body in (("anouk", "@dana it is at the gate"), ("dana", "Coming")):
        with Person(house, person, lowlands.password).open("lowlands") as window:
            said = {"id": str(uuid4()), "at": now.isoformat(), "body": body, "pin": {"item": "foh-07"}}
            window.publish(f"rentguy/lowlands/chat/{person}", said)
            receipt = f"rentguy/lowlands/receipt/{person}"
            wait_until(lambda window=window, said=said, at=receipt: {"ids": {said["id"]: "stored"}} in window.heard(at))


@BOTH_SIZES
def test_nothing_stands_in_anybodys_way(visit, lived, size):
    page = visit("anouk", size=size)
    found = {}
    for name, (path, seen) in PAGES.items():
        if size == "desktop" and path.startswith("/crew"):
            continue
        page.goto(path)
        expect(page.locator(seen).first).to_be_visible(timeout=30_000)
        if wrong := violations(page):
            found[name] = wrong
    assert found == {}


def test_nor_at_the_door(visit, lived, lowlands):
    page = visit("vera")
    assert violations(page) == []
    page.context.clear_cookies()
    page.evaluate("localStorage.clear()")
    page.goto("/")
    expect(page.get_by_test_id("sign-in")).to_be_visible()
    assert violations(page) == []
    # And by the form one comes in
    sign_in(page, "vera", lowlands.password)
    is_live(page)
