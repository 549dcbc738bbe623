"""The map's list and its past in Chromium: who needs somebody, filters, looking back."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from rentguy import enrolment
from rentguy.registry import CHANNEL
from tests import house as houses
from tests import maps, pages
from tests.maps import DRAWN, MAP, fix, markers
from tests.pages import BOTH_SIZES, violations

database, config, start, embedded, lowlands, house = map(pytest.fixture(scope="module"), houses.PARTS)
visit = pytest.fixture(pages.above_the_ground)
device = pytest.fixture(maps.device)


def test_filters_narrow_the_list_and_the_map_together(visit, device):
    # Given one van that drives and one that stands
    driving, standing = device("van-1", "van"), device("van-2", "van")
    driving.publish("position", fix(48.17, 11.55, speed=17.2, heading=45))
    standing.publish("position", fix(48.171, 11.56, speed=0))
    page = visit("dana", f"{MAP}?q=van")
    rows = page.locator("[data-source]")
    expect(rows).to_have_count(2)
    markers(page, 2)
    # When only those that stand are asked for, then the list and the map show them, and say that they don't show all
    page.locator("[data-chip=stopped]").click()
    expect(rows).to_have_count(1)
    expect(page.get_by_test_id("source-van-2")).to_be_visible()
    markers(page, 1)
    expect(page).to_have_url(re.compile("state=stopped"))
    expect(page.get_by_test_id("map-filtered")).to_contain_text("1 of")
    assert violations(page) == []
    # When the filter is taken off, then everyone is back
    page.get_by_test_id("map-filtered").get_by_role("button", name="Show all").click()
    expect(page.get_by_test_id("source-van-1")).to_be_visible()
    expect(page).not_to_have_url(re.compile("state=|q="))
    # When a case is looked for, then the map stays, and the case opens in the equipment
    page.get_by_role("searchbox", name="Find").fill("AMP-12")
    page.get_by_test_id("case-amp-12").click()
    expect(page).to_have_url(re.compile(r"/equipment\?item=amp-12$"))
    # When nobody is called that, then the way back is there
    page.get_by_role("searchbox", name="Find").fill("nobody at all")
    page.get_by_role("button", name="Show everyone").click()
    expect(page.get_by_test_id("source-van-1")).to_be_visible()


FORGET = """
DELETE FROM latest_positions WHERE source_id = (SELECT id FROM sources WHERE slug = %s) RETURNING pg_notify(%s, '')
"""


def test_whose_position_is_kept_no_longer_leaves_the_open_map(visit, device, rows):
    # Given three vans on a map that is open, and on one that has lost its line
    for number in (1, 2, 3):
        device(f"box-{number}", "van").publish("position", fix(48.17, 11.55 + number / 100, speed=0))
    page, other = (visit("dana", f"{MAP}?q=box") for _ in range(2))
    for each in (page, other):
        markers(each, 3)
    other.context.set_offline(True)
    expect(other.get_by_test_id("connection")).not_to_have_attribute("data-state", "live")
    # When the position of one goes, then it goes from there
    rows(FORGET, "box-1", CHANNEL)
    markers(page, 2)
    # and, once the line is back, from the other
    other.context.set_offline(False)
    markers(other, 2)


def test_what_needs_somebody_comes_first_with_its_reason(visit, device):
    # Given a truck lost on the road, a silent car, a weak tracker, a scanner that is gone, and a truck that is fine
    device("lost-1").publish("position", fix(48.1, 11.5, ago=1700, speed=17.2))
    device("quiet-1", "car").publish("position", fix(48.1, 11.51, ago=1900, speed=0))
    device("weak-1", "tracker").publish("position", fix(48.1, 11.52, battery=9))
    device("gone-1", "scanner").publish("presence", {"online": False, "at": datetime.now(UTC).isoformat()})
    device("fine-1").publish("position", fix(48.1, 11.53, speed=0, battery=88))
    # When a dispatcher looks, then each has its reason, the worst first, and who is fine isn't mentioned
    page = visit("dana", MAP)
    needs = page.locator("[data-testid^=attention-]")
    expect(page.get_by_test_id("attention-lost-1")).to_be_visible()
    if (more := page.locator("[data-testid=attention] .more")).is_visible():  # other stories' trucks have gone silent
        more.click()
    reasons = {"lost": "Lost at", "quiet": "Silent since", "weak": "Battery 9 %", "gone": "Offline since"}
    for slug, reason in reasons.items():
        expect(page.get_by_test_id(f"attention-{slug}-1")).to_contain_text(reason)
    expect(needs.first).to_have_attribute("data-testid", "attention-lost-1")
    expect(page.get_by_test_id("attention-fine-1")).to_have_count(0)
    # When one is chosen, then it is shown
    page.get_by_test_id("attention-quiet-1").click()
    expect(page.get_by_test_id("popup")).to_contain_text("Silent since", timeout=DRAWN)
    expect(page).to_have_url(re.compile("source=quiet-1"))
    assert violations(page) == []


def test_of_a_long_list_only_what_is_looked_at_is_there(visit, registry):
    # Given hundreds of trackers
    with registry() as session:
        for number in range(300):
            enrolment.add_device(session, f"tag-{number:03}", "tracker", f"Tag {number}", "lowlands")
    # When they are listed, then only the first rows are there
    page = visit("dana", f"{MAP}?q=tag&kind=device")
    rows = page.locator("[data-source]")
    expect(page.get_by_role("heading", name="Devices")).to_contain_text("300")
    expect(page.get_by_test_id("source-tag-000")).to_be_visible()
    assert rows.count() < 100
    # When one goes down to the end, then the last are
    page.get_by_test_id("source-tag-000").evaluate("row => row.closest('.scroll').scrollTo(0, 1e6)")
    expect(page.get_by_test_id("source-tag-299")).to_be_in_viewport()
    assert rows.count() < 100
    # When the list gets short while its end is looked at, then it is there
    page.get_by_role("searchbox", name="Find").fill("tag-007")
    expect(page.get_by_test_id("source-tag-007")).to_be_in_viewport()


@BOTH_SIZES
def test_the_past_is_looked_back_on_with_its_gap(visit, device, size):
    # Given a truck that drove at 72 km/h, was silent for ten minutes, then crept at 18 km/h
    slug = f"past-{size}"
    truck = device(slug)
    metre = 1 / 111_195  # degrees of latitude
    road = [fix(48 + 200 * n * metre, 11.2, ago=2400 - 10 * n) for n in range(13)]
    site = [fix(48.1 + 50 * n * metre, 11.2, ago=1680 - 10 * n) for n in range(13)]
    truck.publish("position", [*road, *site])
    page = visit("dana", f"{MAP}?source={slug}", size=size)
    # When its history is opened, then its way is there, and the silence is no way
    page.get_by_test_id("popup").get_by_role("button", name="History").click(timeout=DRAWN)
    history = page.get_by_test_id("history")
    expect(history.locator("[data-heard=true]")).to_have_count(2, timeout=DRAWN)
    expect(history.locator("[data-heard=false]")).to_have_count(3)
    # When one looks at a moment, then it says how fast it went, or that nobody knows
    moment, slider = page.get_by_test_id("moment"), history.get_by_role("slider")
    for ago, words in ((2340, "72 km/h"), (2000, "nothing heard from"), (1620, "18 km/h"), (60, "nothing heard since")):
        at = datetime.now(UTC) - timedelta(seconds=ago)
        slider.fill(str(closest(slider, at)))
        expect(moment).to_contain_text(words)
    slider.press("Home")
    expect(moment).to_contain_text("nothing heard before")
    slider.press("ArrowRight")
    expect(slider).not_to_have_value(slider.get_attribute("min"))
    assert violations(page) == []
    # When another span is asked for, then the address says which
    history.get_by_role("button", name="6 h").click()
    expect(history.locator("[data-heard=true]")).to_have_count(2, timeout=DRAWN)
    expect(page).to_have_url(re.compile(r"from=.*&to=|to=.*&from="))
    # When one returns, then the map is live
    history.get_by_role("button", name="Back to LIVE").click()
    expect(history).to_have_count(0)
    expect(page.get_by_text("LIVE", exact=True)).to_be_visible()
    expect(page).not_to_have_url(re.compile("history|from="))


def closest(slider, at: datetime) -> int:
    """The value nearest to a moment that the slider can have."""
    least = int(slider.get_attribute("min"))
    return least + (round(at.timestamp() * 1000) - least) // 1000 * 1000
