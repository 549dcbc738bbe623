"""Sharing one's position from the phone: on shift and only then, in all tabs, and whatever the line does."""

import time

import pytest
from playwright.sync_api import Page, Route, expect

from rentguy import enrolment
from tests import house as houses
from tests import phones
from tests.pages import is_live
from tests.phones import all_is_stored, is_controlled, is_shared, move, turn
from tests.services import wait_until
from tests.visitors import Person

database, config, start, embedded, lowlands, house = map(pytest.fixture(scope="module"), houses.PARTS)
phone = pytest.fixture(phones.phone)

LATITUDES = """
SELECT round(ST_Y(geom)::numeric, 4)::float FROM positions p JOIN sources s ON s.id = p.source_id WHERE slug = %s
"""
SHIFTS = """
SELECT round(extract(epoch FROM upper(during) - lower(during)) / 3600, 1)::float, upper(during) > now()
  FROM shifts JOIN sources s ON s.id = source_id WHERE slug = %s
"""


def keep_the_shift(page: Page) -> None:
    """Switch it off, though one's shift goes on."""
    turn(page)
    page.get_by_role("button", name="Keep the shift").click()


def nothing_follows(page: Page, rows, latitude: float) -> None:
    """Wherever anouk goes now, nobody hears of it."""
    move(page, latitude)
    all_is_stored(page)
    assert (latitude,) not in rows(LATITUDES, "anouk")


def test_a_position_is_shared_on_shift_and_only_then(phone, visit, rows):
    # Given crew on shift, and a dispatcher who watches
    dana, page = visit("dana", without="liveMap"), phone("anouk")
    expect(page.get_by_test_id("share")).to_contain_text("You are on shift until")
    # When she shares and walks, then it is said with whom and until when, and the dispatcher sees it
    turn(page)
    is_shared(page, True)
    expect(page.get_by_test_id("share")).to_contain_text("people of Lowlands until")
    seen = dana.get_by_test_id("source-anouk")
    for latitude in (52.1001, 52.1002):
        move(page, latitude)
        expect(seen).to_have_attribute("data-lat", str(latitude))
    # When she is without signal, walks, and opens the page anew, then all of it is kept and comes when there is signal
    is_controlled(page)
    page.context.set_offline(True)
    for kept, latitude in enumerate((52.1003, 52.1004, 52.1005), start=1):
        move(page, latitude)
        expect(page.get_by_test_id("share")).to_contain_text(f"{kept} kept to be sent")
    page.reload()
    expect(page.get_by_test_id("share")).to_contain_text("kept to be sent")
    page.context.set_offline(False)
    walked = [52.1001, 52.1002, 52.1003, 52.1004, 52.1005]
    wait_until(lambda: set(walked) <= {latitude for (latitude,) in rows(LATITUDES, "anouk")}, 30)
    # When she switches it off, then nothing follows, though her shift goes on
    is_live(page)
    keep_the_shift(page)
    is_shared(page, False)
    nothing_follows(page, rows, 52.2)


def test_who_is_erased_is_seen_nowhere_any_more(phone, visit, house, lowlands):
    # Given crew who shared, and a dispatcher who has seen where she was
    dana, page = visit("dana", without="liveMap"), phone("anouk")
    turn(page)
    is_shared(page, True)
    seen = dana.get_by_test_id("source-anouk")
    expect(seen).to_have_attribute("data-state", "stopped")
    all_is_stored(page)
    keep_the_shift(page)
    # When an admin erases it, then it goes from the open page too
    assert Person(house, "root", lowlands.password).request("DELETE", "/users/anouk/data").status == 200
    expect(seen).to_have_count(0)


def test_off_in_one_tab_is_off_in_all(phone, visit, rows):
    # Given crew on shift who shares, with two tabs open
    page = phone("anouk")
    turn(page)
    other = visit("anouk", "/crew/lowlands/me", beside=page)
    for tab in (page, other):
        is_shared(tab, True)
    # When it is switched off in the one, then in the other too, and nothing follows from either
    keep_the_shift(page)
    is_shared(other, False)
    nothing_follows(page, rows, 52.3)
    # And when it is switched on again, then in both
    turn(other)
    for tab in (page, other):
        is_shared(tab, True)


def arrives_late(route: Route) -> None:
    """What the server says, three seconds after it said it."""
    answer, said = route.fetch(), time.monotonic()
    wait_until(lambda: time.monotonic() > said + 3)
    route.fulfill(response=answer)


def test_a_shift_begins_and_ends_with_the_switch(phone, rows):
    # Given somebody who isn't on shift, on a slow line: the switch begins one, and the first fix after it is in it
    page = phone("dana")
    page.route("**/shifts", arrives_late)
    turn(page)
    page.get_by_role("button", name="8 hours").click()
    is_shared(page, True)
    assert rows(SHIFTS, "dana") == [(8.0, True)]
    page.unroute("**/shifts")
    move(page, 52.1101)
    wait_until(lambda: (52.1101,) in rows(LATITUDES, "dana"))
    # When it is ended, then nothing follows
    turn(page)
    page.get_by_role("button", name="End my shift").click()
    expect(page.get_by_test_id("share")).to_contain_text("You are not on shift")
    assert [running for _, running in rows(SHIFTS, "dana")] == [False]
    move(page, 52.1102)
    all_is_stored(page)
    assert (52.1102,) not in rows(LATITUDES, "dana")


def test_sharing_stops_with_the_shift_by_itself(phone, registry, rows):
    page = phone("root")
    with registry() as session:
        enrolment.add_shift(session, "root", "lowlands", hours=8 / 3600)
    turn(page)
    is_shared(page, True)
    move(page, 52.1201)
    wait_until(lambda: (52.1201,) in rows(LATITUDES, "root"))
    expect(page.get_by_test_id("share")).to_contain_text("Your shift is over")
    is_shared(page, False)
    move(page, 52.1202)
    all_is_stored(page)
    assert (52.1202,) not in rows(LATITUDES, "root")
