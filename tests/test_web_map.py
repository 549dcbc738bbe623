"""The map and its list in Chromium: who needs somebody, filters, stacks, following, and looking back."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from rentguy import enrolment
from tests import house as houses
from tests.pages import BOTH_SIZES, WAY, violations
from tests.services import wait_until
from tests.visitors import Device

database, config, start, embedded, lowlands, house = map(pytest.fixture(scope="module"), houses.PARTS)
DRAWN = 30_000  # ms; a map without a graphics card takes its time
MAP = "/projects/lowlands/map"


@pytest.fixture
def device(house, registry) -> Iterator[Callable[..., Device]]:
    """`device("van-1", "van")`: a device that has worked for the project since this morning, signed in."""
    with ExitStack() as signed_in:

        def device(slug: str, kind: str = "truck") -> Device:
            with registry() as session:
                secret = enrolment.add_device(session, slug, kind, slug.replace("-", " ").capitalize())
                enrolment.assign(session, slug, "lowlands", datetime.now(UTC) - timedelta(hours=12))
            return signed_in.enter_context(Device(house, slug, secret))

        yield device


def fix(lat: float, lon: float, ago: float = 0, **more) -> dict:
    return {"at": (datetime.now(UTC) - timedelta(seconds=ago)).isoformat(), "lat": lat, "lon": lon, **more}


def markers(page: Page, count: int) -> None:
    expect(page.get_by_test_id("map")).to_have_attribute("data-markers", str(count), timeout=DRAWN)


def accessible(page: Page) -> None:
    """Nothing to complain of, in either theme."""
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        assert violations(page) == []


def test_filters_narrow_the_list_and_the_map_together(visit, device):
    # Given one van that drives and one that stands
    driving, standing = device("van-1", "van"), device("van-2", "van")
    driving.publish("position", fix(48.17, 11.55, speed=17.2, heading=45))
    standing.publish("position", fix(48.171, 11.56, speed=0))
    page = visit("dana", f"{MAP}?q=van")
    rows = page.locator("[data-source]")
    expect(rows).to_have_count(2, timeout=WAY)
    markers(page, 2)
    # When only those that stand are asked for, then the list and the map show them, and say that they don't show all
    page.locator("[data-chip=stopped]").click()
    expect(rows).to_have_count(1)
    expect(page.get_by_test_id("source-van-2")).to_be_visible()
    markers(page, 1)
    expect(page).to_have_url(re.compile("state=stopped"))
    expect(page.get_by_test_id("map-filtered")).to_contain_text("1 of")
    accessible(page)
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
    expect(page.get_by_test_id("attention-lost-1")).to_be_visible(timeout=WAY)
    if (more := page.locator("[data-testid=attention] .more")).is_visible():  # other stories' trucks have gone silent
        more.click()
    reasons = {"lost": "Lost at", "quiet": "Silent since", "weak": "Battery 9 %", "gone": "Offline since"}
    for slug, reason in reasons.items():
        expect(page.get_by_test_id(f"attention-{slug}-1")).to_contain_text(reason, timeout=WAY)
    expect(needs.first).to_have_attribute("data-testid", "attention-lost-1")
    expect(page.get_by_test_id("attention-fine-1")).to_have_count(0)
    # When one is chosen, then it is shown
    page.get_by_test_id("attention-quiet-1").click()
    expect(page.get_by_test_id("popup")).to_contain_text("Silent since", timeout=DRAWN)
    expect(page).to_have_url(re.compile("source=quiet-1"))
    accessible(page)


def test_of_a_long_list_only_what_is_looked_at_is_there(visit, registry):
    # Given hundreds of trackers
    with registry() as session:
        for number in range(300):
            enrolment.add_device(session, f"tag-{number:03}", "tracker", f"Tag {number}", "lowlands")
    # When they are listed, then only the first rows are there
    page = visit("dana", f"{MAP}?q=tag&kind=device")
    rows = page.locator("[data-source]")
    expect(page.get_by_role("heading", name="Devices")).to_contain_text("300", timeout=WAY)
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
def test_two_at_one_place_fan_out_into_a_list(visit, device, size):
    # Given two trucks at one dock
    for number in (1, 2):
        device(f"dock-{size}-{number}").publish("position", fix(48.3, 11.3, speed=0))
    page = visit("dana", f"{MAP}?q=dock-{size}", size=size)
    markers(page, 2)
    # When their marker is clicked, then both are listed, and a keyboard can choose
    stack = page.get_by_test_id("stack")
    view = page.get_by_test_id("map").bounding_box()
    place = view["x"] + view["width"] / 2 - 16, view["y"] + view["height"] / 2 - 4  # buttons take room on the right
    hit = page.touchscreen.tap if size == "phone" else page.mouse.click
    hit(*place)
    expect(stack.get_by_role("menuitem")).to_have_count(2, timeout=DRAWN)
    accessible(page)
    expect(stack.get_by_role("menuitem").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(stack).to_have_count(0)
    hit(*place)
    page.keyboard.press("ArrowDown")
    second = stack.get_by_role("menuitem").nth(1)
    expect(second).to_be_focused()
    slug = second.get_attribute("data-testid").removeprefix("stack-")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"source={slug}"))
    expect(page.get_by_test_id("popup")).to_be_visible()


@BOTH_SIZES
def test_a_link_follows_a_truck_from_its_first_fix_on(visit, device, size):
    # Given a link to a truck that nobody has heard of yet
    slug = f"late-{size}"
    truck = device(slug)
    page = visit("dana", f"{MAP}?follow={slug}&q={slug}", size=size)
    view = page.get_by_test_id("map")
    expect(view).to_have_attribute("data-following", slug, timeout=WAY)
    # When it reports from one place and then, faster than the eye, another, then it is in view
    truck.publish("position", fix(48.2, 11.4, ago=1800, speed=20, accuracy=7, battery=71))
    popup = page.get_by_test_id("popup")
    expect(popup).to_contain_text("±7 m", timeout=WAY)
    markers(page, 1)
    truck.publish("position", fix(48.4, 11.8, speed=20, heading=90, accuracy=9, battery=70))
    for said in ("72 km/h", "E 90°", "±9 m", "70 %"):
        expect(popup).to_contain_text(said, timeout=WAY)
    markers(page, 1)
    # Then the age of its fix keeps counting
    truck.publish("position", fix(48.4, 11.8, speed=20, heading=91))
    expect(popup).to_contain_text("E 91°", timeout=WAY)
    counted = seconds(page)
    wait_until(lambda: seconds(page) > counted + 1)
    accessible(page)
    # When it is let go, and taken up again
    button = popup.get_by_role("button", name="Follow")
    expect(button).to_have_attribute("aria-pressed", "true")
    button.click()
    expect(page).to_have_url(re.compile(f"source={slug}"))
    page.keyboard.press("f")
    expect(page).to_have_url(re.compile(f"follow={slug}"))
    # When the dispatcher takes the map away, then it is still selected, no longer followed
    box = view.bounding_box()
    if size == "desktop":
        page.mouse.move(box["x"] + 200, box["y"] + 200)
        page.mouse.down()
        page.mouse.move(box["x"] + 300, box["y"] + 260, steps=5)
        page.mouse.up()
        expect(page).to_have_url(re.compile(f"source={slug}"), timeout=WAY)
    else:
        handle = page.locator(".sheet-handle")
        handle.click()
        expect(page.get_by_test_id(f"source-{slug}")).to_be_visible()
        accessible(page)
        handle.click()
    # When Escape is pressed, then nobody is
    page.keyboard.press("Escape")
    expect(popup).to_have_count(0)
    expect(page).not_to_have_url(re.compile("source|follow"))


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
    accessible(page)
    # When another span is asked for, then the address says which
    history.get_by_role("button", name="6 h").click()
    expect(history.locator("[data-heard=true]")).to_have_count(2, timeout=DRAWN)
    expect(page).to_have_url(re.compile(r"from=.*&to=|to=.*&from="))
    # When one returns, then the map is live
    history.get_by_role("button", name="Back to LIVE").click()
    expect(history).to_have_count(0)
    expect(page.get_by_text("LIVE", exact=True)).to_be_visible()
    expect(page).not_to_have_url(re.compile("history|from="))


def seconds(page: Page) -> int:
    """The age of the fix in the pop-up."""
    said = page.get_by_test_id("popup-age").inner_text()
    return 0 if said == "now" else int(re.fullmatch(r"(\d+) s ago", said)[1])


def closest(slider, at: datetime) -> int:
    """The value nearest to a moment that the slider can have."""
    least = int(slider.get_attribute("min"))
    return least + (round(at.timestamp() * 1000) - least) // 1000 * 1000
