"""The web app in Chromium, against the real thing: sign in, watch, write, click."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from tests import house as houses
from tests.visitors import Device

database, config, start, embedded, lowlands, house = map(pytest.fixture(scope="module"), houses.PARTS)


def test_two_browsers_see_a_truck_move_talk_and_change_a_status(visit, house, lowlands):
    # Given a truck that is somewhere, a dispatcher and crew who watch
    with Device(house, "truck-04", lowlands.secrets["truck-04"]) as truck:
        publish = lambda lat: truck.publish(  # noqa: E731
            "position", {"at": datetime.now(UTC).isoformat(), "lat": lat, "lon": 11.55, "accuracy": 5}
        )
        publish(48.17)
        dana = visit("dana")
        anouk = visit("anouk")
        row = dana.get_by_test_id("source-truck-04")
        expect(row).to_have_attribute("data-lat", "48.17")
        # When it moves, then it is seen moving, and is on the map
        publish(48.1701)
        expect(row).to_have_attribute("data-lat", "48.1701")
        expect(dana.locator("[data-markers]")).to_have_attribute("data-markers", "1", timeout=30_000)
    # When the one writes, then the other reads it, and each sees whose it is
    anouk.get_by_role("tab", name="Chat").click()
    anouk.get_by_test_id("chat-input").fill("RF-11 is under the stairs")
    anouk.keyboard.press("Enter")
    said = dana.get_by_test_id("chat-message").filter(has_text="RF-11 is under the stairs")
    expect(said).to_have_attribute("data-author", "anouk")
    mine = anouk.get_by_test_id("chat-message").filter(has_text="RF-11 is under the stairs")
    expect(mine).to_contain_text("stored")
    # When a status is clicked, then both see it, and it can't be clicked again
    anouk.get_by_role("tab", name="Equipment").click()
    dana.get_by_test_id("item-foh-07").locator("[data-status-button=damaged]").click()
    for page in (dana, anouk):
        item = page.get_by_test_id("item-foh-07")
        expect(item).to_have_attribute("data-status", "damaged")
        expect(item.locator("[data-status-button=damaged]")).to_be_disabled()


def test_the_indicator_tells_when_the_line_is_dead(visit):
    page = visit("vera")
    page.context.set_offline(True)
    expect(page.get_by_test_id("connection")).not_to_have_attribute("data-state", "live", timeout=60_000)
    page.context.set_offline(False)
    expect(page.get_by_test_id("connection")).to_have_attribute("data-state", "live", timeout=30_000)
    # A viewer may look, not write
    page.get_by_role("tab", name="Chat").click()
    expect(page.get_by_test_id("chat-input")).to_have_count(0)
