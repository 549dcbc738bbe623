"""Markers in Chromium: stacked, followed, zoomed, in another theme, and after the graphics were lost."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests import house as houses
from tests import maps, pages
from tests.maps import DRAWN, MAP, fix, markers
from tests.pages import BOTH_SIZES, violations
from tests.services import wait_until

database, config, start, embedded, lowlands, house = map(pytest.fixture(scope="module"), houses.PARTS)
visit = pytest.fixture(pages.above_the_ground)
device = pytest.fixture(maps.device)


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
    assert violations(page) == []
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
    expect(view).to_have_attribute("data-following", slug)
    # When it reports from one place and then, faster than the eye, another, then it is in view
    truck.publish("position", fix(48.2, 11.4, ago=1800, speed=20, accuracy=7, battery=71))
    popup = page.get_by_test_id("popup")
    expect(popup).to_contain_text("±7 m")
    markers(page, 1)
    truck.publish("position", fix(48.4, 11.8, speed=20, heading=90, accuracy=9, battery=70))
    for said in ("72 km/h", "E 90°", "±9 m", "70 %"):
        expect(popup).to_contain_text(said)
    markers(page, 1)
    # Then the age of its fix keeps counting
    truck.publish("position", fix(48.4, 11.8, speed=20, heading=91))
    expect(popup).to_contain_text("E 91°")
    counted = seconds(page)
    wait_until(lambda: seconds(page) > counted + 1)
    assert violations(page) == []
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
        expect(page).to_have_url(re.compile(f"source={slug}"))
    else:
        handle = page.locator(".sheet-handle")
        handle.click()
        expect(page.get_by_test_id(f"source-{slug}")).to_be_visible()
        assert violations(page) == []
        handle.click()
    # When Escape is pressed, then nobody is
    page.keyboard.press("Escape")
    expect(popup).to_have_count(0)
    expect(page).not_to_have_url(re.compile("source|follow"))


def test_zooming_leaves_the_followed_one_in_the_middle(visit, device):
    # Given a truck that is followed and drives
    truck = device("zoomed")
    truck.publish("position", fix(48.5, 11.6, ago=1800, speed=20))
    page = visit("dana", f"{MAP}?follow=zoomed&q=zoomed")
    markers(page, 1)
    wait_until(lambda: is_in_the_middle(page), timeout=30)
    # When the wheel turns far from it, then the map zooms around the truck, which goes on being followed
    scale, view = page.locator(".maplibregl-ctrl-scale"), page.get_by_test_id("map").bounding_box()
    words = scale.inner_text()
    page.mouse.move(view["x"] + 200, view["y"] + 200)
    page.mouse.wheel(0, 400)
    expect(scale).not_to_have_text(words, timeout=DRAWN)
    truck.publish("position", fix(48.6, 11.9, speed=20, heading=90))
    expect(page.get_by_test_id("popup")).to_contain_text("E 90°")
    wait_until(lambda: is_in_the_middle(page), timeout=30)
    expect(page).to_have_url(re.compile("follow=zoomed"))


def test_another_theme_and_lost_graphics_bring_all_markers_back(visit, device):
    # Given a truck on a dark map
    device("lasting").publish("position", fix(48.6, 11.7, speed=0))
    page = visit("dana", f"{MAP}?q=lasting", color_scheme="dark", without="")
    markers(page, 1)
    dark = still(page)
    # When the system's theme changes, then the marker is drawn in its colours, and in the others again
    page.emulate_media(color_scheme="light")
    wait_until(lambda: look(page) != dark, timeout=30)
    light = still(page)
    page.emulate_media(color_scheme="dark")
    wait_until(lambda: look(page) == dark, timeout=30)
    assert light != dark
    # When the graphics card forgets everything, then nothing is there until it is back, and then all is
    page.evaluate(LOSE)
    wait_until(lambda: look(page) != dark, timeout=30)
    page.evaluate("lost.restoreContext()")
    wait_until(lambda: look(page) == dark, timeout=30)


LOSE = """() => {
  window.lost = document.querySelector("canvas.markers").getContext("webgl2").getExtension("WEBGL_lose_context");
  lost.loseContext();
}"""


def look(page: Page) -> bytes:
    """The middle of the map, where a lone marker is."""
    view = page.locator(".map .canvas").bounding_box()
    middle = {"x": view["x"] + view["width"] / 2 - 80, "y": view["y"] + view["height"] / 2 - 80}
    return page.screenshot(clip={**middle, "width": 160, "height": 160})


def still(page: Page) -> bytes:
    """What it looks like once it doesn't change any more."""
    seen = [look(page)]
    wait_until(lambda: seen.append(look(page)) or (len(seen) > 3 and len(set(seen[-3:])) == 1))
    return seen[-1]


def is_in_the_middle(page: Page) -> bool:
    """Whether the pop-up stands right beside the middle of the map, where the marker is then."""
    view, box = page.locator(".map .canvas").bounding_box(), page.get_by_test_id("popup").bounding_box()
    right = box["x"] - view["x"] - view["width"] / 2
    down = box["y"] + box["height"] / 2 - view["y"] - view["height"] / 2
    return abs(right - 26) < 4 and abs(down) < 4


def seconds(page: Page) -> int:
    """The age of the fix in the pop-up."""
    said = page.get_by_test_id("popup-age").inner_text()
    return 0 if said == "now" else int(re.fullmatch(r"(\d+) s ago", said)[1])
