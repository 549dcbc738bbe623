"""The API's own page: from this address alone, and for who isn't signed in."""

import pytest
from playwright.sync_api import expect

from tests import house as houses
from tests import pages
from tests.pages import BOTH_SIZES, violations

database, config, start, embedded, lowlands, house = map(pytest.fixture(scope="module"), houses.PARTS)
visit = pytest.fixture(pages.visit)


@BOTH_SIZES
def test_a_route_is_found_and_explained(visit, size):
    page = visit("vera", "/api/docs", size=size, live=False)
    page.get_by_label("Find a route").fill("post secret sent away")
    route = page.locator("summary").filter(has_text="/api/v1/devices/{slug}/secret")
    expect(page.locator("summary")).to_have_count(1)
    route.click()
    expect(page.get_by_role("table", name="DeviceSecret")).to_contain_text("mosquitto_pub")
    assert violations(page) == []
