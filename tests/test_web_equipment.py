"""The equipment pane: 10,000 cases found, by words, key and scanner, and told of as they are."""

import re
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests import house as houses
from tests import pages, stocks
from tests.pages import BOTH_SIZES, scan_by_hand, violations
from tests.stocks import EQUIPMENT, give, has_status, is_settled, item, search
from tests.visitors import Device

database, config, start, embedded, lowlands, house = map(pytest.fixture(scope="module"), houses.PARTS)
visit = pytest.fixture(pages.beside_the_map)
cases = pytest.fixture(scope="module", autouse=True)(stocks.cases)


@BOTH_SIZES
def test_a_change_is_seen_by_all_and_the_history_tells_who_what_when_and_where(visit, house, lowlands, size):
    code = f"case-{1001 if size == 'desktop' else 1002}"
    with (
        Device(house, "truck-04", lowlands.secrets["truck-04"]) as truck,
        Device(house, "gate-1", lowlands.secrets["gate-1"]) as gate,
    ):
        # Given a truck that is somewhere, and two who look at the same case, found by its tag
        truck.publish("position", {"at": datetime.now(UTC).isoformat(), "lat": 52.4381, "lon": 5.7542, "speed": 0})
        dana, anouk = (visit(name, EQUIPMENT, size=size) for name in ("dana", "anouk"))
        for page in (dana, anouk):
            search(page, f"e2801160{code[5:]}")
            expect(page.get_by_test_id("found")).to_have_text("1 of 10,000 cases")
        # When the one says that it is damaged, and a gate sees it loaded, then the other sees both
        give(item(dana, code), "damaged")
        for page in (dana, anouk):
            is_settled(page, code, "damaged")
            expect(item(page, code).locator("[data-status-button=damaged]")).to_be_disabled()
        gate.publish(
            "scan",
            {
                "id": str(uuid4()),
                "at": datetime.now(UTC).isoformat(),
                "tag": f"E2801160{code[5:]}",
                "action": "load",
                "vehicle": "truck-04",
            },
        )
        expect(item(anouk, code)).to_contain_text("On Truck 4")
    # And opened it says who, what and when, goes on live, and shows where on the map
    item(anouk, code).get_by_role("button", name=re.compile(code[5:].lstrip("0"))).click()
    detail = anouk.get_by_test_id("item-detail")
    lines = detail.get_by_test_id("item-history").locator("li")
    expect(detail.get_by_test_id("item-place")).to_contain_text("On Truck 4")
    expect(lines).to_contain_text(
        ["Gate 1 loaded it onto Truck 4", "Dana de Wit set it to damaged", "Put on the project"]
    )
    expect(lines.nth(1).locator("time")).to_have_attribute("datetime", re.compile(r"^20"))
    give(item(dana, code), "maintenance")
    expect(lines.first).to_contain_text("Dana de Wit set it to maintenance")
    anouk.go_back()
    expect(detail).to_have_count(0)
    expect(item(anouk, code)).to_be_focused()
    anouk.keyboard.press("Enter")
    lines.filter(has_text="Gate 1 loaded it").get_by_role("button").click()
    expect(anouk).to_have_url(re.compile(r"/map\?at=52\.4381" if size == "phone" else r"at=52\.4381%2C5\.7542"))


def test_ten_thousand_are_searched_and_filtered_and_the_address_keeps_it(visit):
    page = visit("vera", EQUIPMENT)
    found = page.get_by_test_id("found")
    expect(found).to_have_text("10,000 cases")
    expect(page.get_by_role("grid")).to_have_attribute("aria-rowcount", "10000")
    assert page.get_by_role("row").count() < 60  # of ten thousand, those in view
    # When one types, it is found by every word, in a person's order
    search(page, "rack 99")
    names = page.locator("[role=row] .name")
    expect(names.first).to_have_text("Amp rack 992")
    numbers = [int(name.split()[-1]) for name in names.all_inner_texts()]
    assert len(numbers) > 1 and numbers == sorted(numbers)
    # And filters narrow it, stand in the address, outlive a reload, and can be dropped
    search(page, "")
    page.get_by_label("Where").select_option("_none")
    expect(found).to_have_text("1 of 10,000 cases")
    expect(item(page, "dim-03")).to_be_visible()
    page.get_by_test_id("tile-maintenance").click()
    expect(page.get_by_text("No case passes these filters.")).to_be_visible()
    expect(page).to_have_url(re.compile("where=_none.*status=maintenance"))
    page.get_by_role("button", name="List", exact=True).click()
    page.reload()
    expect(page.get_by_test_id("tile-maintenance")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Drop the filters").click()
    expect(found).to_have_text("10,000 cases")
    expect(page.locator(".items")).to_have_attribute("data-layout", "list")  # remembered
    # And what is far down is there too, but a viewer changes nothing
    search(page, "")
    page.get_by_label("Search equipment").press("ArrowDown")
    page.keyboard.press("End")
    expect(page.locator("[role=row]:focus")).to_have_attribute("aria-rowindex", "10000")
    page.keyboard.press("4")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("item-status").locator("button:enabled")).to_have_count(0)
    expect(page.get_by_test_id("item-status")).to_have_attribute("data-status", "available")


def test_everything_can_be_done_with_the_keyboard(visit):
    page = visit("dana", EQUIPMENT)
    expect(page.get_by_test_id("found")).to_have_text("10,000 cases")
    keys = page.keyboard
    # To the search from anywhere, and from there into the list
    keys.press("Alt+/")
    keys.type("case-500", delay=60)
    expect(page.get_by_test_id("found")).to_have_text("10 of 10,000 cases")
    keys.press("ArrowDown")
    expect(item(page, "case-5000")).to_be_focused()
    keys.press("4")
    is_settled(page, "case-5000", "damaged")
    # Two are selected and changed together
    keys.press("ArrowDown")
    keys.press("Space")
    expect(page.get_by_test_id("selected")).to_have_text("1 selected")
    keys.press("Shift+ArrowDown")
    expect(page.get_by_test_id("selected")).to_have_text("2 selected")
    keys.press("3")
    expect(page.get_by_test_id("done")).to_contain_text("2 cases: maintenance")
    keys.press("Escape")
    expect(page.get_by_role("toolbar")).to_have_count(0)
    # One is opened, changed and closed, and one is where one was
    code = page.locator("[role=row]:focus").get_attribute("data-code")
    keys.press("Enter")
    expect(page.get_by_test_id("item-status")).to_have_attribute("data-status", "maintenance")
    keys.press("1")
    expect(page.get_by_test_id("item-status")).to_have_attribute("data-status", "available")
    keys.press("Escape")
    expect(item(page, code)).to_be_focused()
    has_status(page, code, "available")
    # There is one tab stop in the list, and a list of all keys
    assert page.get_by_role("grid").locator("[tabindex='0'], button:not([tabindex='-1'])").count() == 1
    keys.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_contain_text("search, from anywhere")


def test_a_hand_scanner_that_types_is_heard_on_every_pane_and_a_person_is_not(visit):
    page = visit("dana", EQUIPMENT)
    chat, detail, toast = (page.get_by_test_id(name) for name in ("chat-input", "item-detail", "hand-scanner"))
    # When a scanner types into what somebody is writing, the case is opened and nothing is written or sent
    chat.fill("On my way")
    scan_by_hand(page, "E28011606001")
    expect(detail).to_contain_text("case-6001")
    expect(toast).to_contain_text("6001")
    expect(chat).to_have_value("On my way")
    # When it scans what nobody knows, it says so, and offers to search
    scan_by_hand(page, "NOSUCHTAG")
    expect(toast).to_contain_text("No case has the tag NOSUCHTAG")
    toast.get_by_role("button", name="Search for it").click()
    expect(page.get_by_label("Search equipment")).to_have_value("NOSUCHTAG")
    # A code in whatever case will do, in any field, and on the pane of the chat
    page.get_by_label("Search equipment").focus()
    scan_by_hand(page, "CASE-6002")
    expect(detail).to_contain_text("case-6002")
    page.get_by_role("tab", name="Chat").click()
    chat.focus()
    scan_by_hand(page, "E28011606003")
    expect(detail).to_contain_text("case-6003")
    # What a person types does nothing of the kind
    chat.fill("")
    page.keyboard.type("case-6004", delay=50)
    page.keyboard.press("Enter")
    said = page.get_by_test_id("chat-message")
    expect(said.filter(has_text="case-6004")).to_be_visible()
    expect(said).to_have_count(1)
    expect(detail).to_contain_text("case-6003")


@BOTH_SIZES
def test_the_pane_can_be_used_by_everybody(visit, size):
    page = visit("dana", EQUIPMENT, size=size, reduced_motion="reduce")
    search(page, "case-70")
    expect(item(page, "case-7000")).to_be_visible()
    assert violations(page, ".panel") == []
    page.get_by_role("button", name="List", exact=True).click()
    page.get_by_role("button", name="Select", exact=True).click()
    item(page, "case-7000").click()
    page.get_by_test_id("tile-available").click()
    assert violations(page, ".panel") == []
    page.get_by_role("button", name="Done selecting").click()
    item(page, "case-7008").click()
    expect(page.get_by_test_id("item-history").locator("li")).to_have_count(1)
    assert violations(page, ".panel") == []
