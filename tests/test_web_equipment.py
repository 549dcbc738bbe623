"""The equipment pane: 10,000 cases found, chosen, changed by click, key and scanner, and told of as it is."""

import re
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, expect

from rentguy import db, enrolment
from tests import house as houses
from tests.pages import BOTH_SIZES, WAY, scan_by_hand, violations
from tests.visitors import Device

database, config, start, embedded, lowlands, house = map(pytest.fixture(scope="module"), houses.PARTS)

NAMES = (
    "Amp rack",
    "LED panel",
    "Monitor wedge",
    "Cable trunk",
    "Chain motor",
    "Line array top",
    "Dimmer",
    "Truss 3 m",
)
CASES = """
INSERT INTO items (code, name, project_id)
SELECT 'case-' || lpad(n::text, 4, '0'), (%s::text[])[1 + n %% 8] || ' ' || n, p.id
  FROM generate_series(1, 9997) n CROSS JOIN projects p WHERE p.slug = 'lowlands'
"""
PRINTED = (
    "INSERT INTO tags (value, item_id) SELECT 'E2801160' || substr(code, 6), id FROM items WHERE code LIKE 'case-%'"
)
CAME = """
INSERT INTO item_events (item_id, at, id, project_id, status, action, result)
SELECT id, changed_at, gen_random_uuid(), project_id, 'available', 'out', 'stored' FROM items WHERE code LIKE 'case-%'
"""
EQUIPMENT = "/projects/lowlands/equipment"


@pytest.fixture(scope="module", autouse=True)
def cases(config, lowlands):
    """With the three that are visible in `lowlands` anyway, 10,000."""
    session = db.connect(config.database_url, "test")
    with session, session.cursor() as cursor:
        cursor.execute(CASES, (list(NAMES),))
        cursor.execute(PRINTED)
        cursor.execute(CAME)
        cursor.execute("ANALYZE items, tags, item_events")
    session.close()


def search(page: Page, text: str) -> None:
    page.get_by_label("Search equipment by name, code or tag").fill(text)


def item(page: Page, code: str) -> Locator:
    return page.get_by_test_id(f"item-{code}")


def give(place: Locator, status: str) -> None:
    place.locator(f"[data-status-button={status}]").click()


def has_status(page: Page, code: str, status: str) -> None:
    expect(item(page, code)).to_have_attribute("data-status", status, timeout=WAY)


def is_settled(page: Page, code: str, status: str) -> None:
    expect(page.locator(f"[data-code={code}][data-status={status}][aria-busy=false]")).to_be_visible(timeout=WAY)


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
            expect(page.get_by_test_id("found")).to_have_text("1 of 10,000 cases", timeout=WAY)
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
        expect(item(anouk, code)).to_contain_text("On Truck 4", timeout=WAY)
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
    expect(lines.first).to_contain_text("Dana de Wit set it to maintenance", timeout=WAY)
    anouk.go_back()
    expect(detail).to_have_count(0)
    expect(item(anouk, code)).to_be_focused()
    anouk.keyboard.press("Enter")
    lines.filter(has_text="Gate 1 loaded it").get_by_role("button").click()
    expect(anouk).to_have_url(re.compile(r"/map\?at=52\.4381" if size == "phone" else r"at=52\.4381%2C5\.7542"))


def test_ten_thousand_are_searched_and_filtered_and_the_address_keeps_it(visit):
    page = visit("vera", EQUIPMENT)
    found = page.get_by_test_id("found")
    expect(found).to_have_text("10,000 cases", timeout=WAY)
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


def test_fifty_are_changed_in_one_request_and_one_transaction_and_back(visit, rows):
    dana, anouk = visit("dana", EQUIPMENT), visit("anouk", EQUIPMENT)
    asked = []
    dana.on("request", lambda request: request.method == "PATCH" and asked.append(request.post_data_json))
    for page in (dana, anouk):
        search(page, "case-20")
        expect(page.get_by_test_id("found")).to_have_text("100 of 10,000 cases", timeout=WAY)
    give(item(dana, "case-2000"), "in_use")  # Amp rack 2000, the first
    is_settled(dana, "case-2000", "in_use")
    dana.get_by_role("button", name="List", exact=True).click()
    # When a range of fifty is chosen, then a status is one request for all of them
    dana.get_by_role("button", name="Select", exact=True).click()
    item(dana, "case-2000").click()
    dana.locator(".items").evaluate("list => (list.scrollTop = 45 * 36)")
    dana.locator("[aria-rowindex='50']").click(modifiers=["Shift"])
    expect(dana.get_by_test_id("selected")).to_have_text("50 selected")
    asked.clear()
    give(dana.get_by_role("toolbar"), "maintenance")
    expect(dana.get_by_test_id("done")).to_contain_text("50 cases: maintenance", timeout=WAY)
    (change,) = asked
    assert len(change["codes"]) == 50
    # Then it is one transaction, and seen by all
    expect(anouk.get_by_test_id("tile-maintenance")).to_have_text("50 maint.", timeout=WAY)
    changed = "SELECT count(*), count(DISTINCT xmin::text) FROM items WHERE code = ANY(%s) AND status = 'maintenance'"
    assert rows(changed, change["codes"]) == [(50, 1)]
    # When it is undone, each has what it had, by one request for each status
    dana.get_by_role("button", name="Undo").click()
    expect(anouk.get_by_test_id("tile-maintenance")).to_have_text("0 maint.", timeout=WAY)
    search(dana, "case-2000")
    is_settled(dana, "case-2000", "in_use")
    assert sorted(len(each.get("codes", ["one"])) for each in asked[1:]) == [1, 49]
    # And more than a thousand are too many at once
    search(dana, "")
    dana.get_by_role("button", name="Select all 10,000").click()
    expect(dana.get_by_text("1,000 at once at most")).to_be_visible()
    expect(dana.get_by_role("toolbar").locator("[data-status-button]:enabled")).to_have_count(0)


def test_what_is_refused_goes_back_and_says_why(visit, lowlands, registry):
    with registry() as session:
        enrolment.add_user(session, "joris", "Joris Maas", lowlands.password)
        enrolment.add_member(session, "lowlands", "joris", "crew")
    joris = visit("joris", EQUIPMENT)
    search(joris, "case-3001")
    has_status(joris, "case-3001", "available")
    with registry() as session:
        enrolment.add_member(session, "lowlands", "joris", "viewer")
    # When the server refuses, then the status goes back, and the reason stays until it is dealt with
    give(item(joris, "case-3001"), "damaged")
    refused = joris.get_by_test_id("refused")
    expect(refused).to_contain_text("not changed to damaged: viewers can't change", timeout=WAY)
    has_status(joris, "case-3001", "available")
    # When one may again, then trying again works
    with registry() as session:
        enrolment.add_member(session, "lowlands", "joris", "crew")
    refused.get_by_role("button", name="Try again").click()
    is_settled(joris, "case-3001", "damaged")
    expect(refused).to_have_count(0)


def test_without_a_line_it_waits_and_the_newest_wins(visit):
    dana, anouk = visit("dana", EQUIPMENT), visit("anouk", EQUIPMENT)
    for page in (dana, anouk):
        search(page, "case-400")
        has_status(page, "case-4001", "available")
    # Given clicks without a line: shown where they belong, and that they wait
    dana.context.set_offline(True)
    for status in ("in_use", "maintenance", "damaged"):
        give(item(dana, "case-4001"), status)
    give(item(dana, "case-4002"), "damaged")
    has_status(dana, "case-4001", "damaged")
    expect(item(dana, "case-4001")).to_contain_text("waiting for the line", timeout=WAY)
    expect(dana.get_by_test_id("waiting")).to_have_text("2 changes wait for the line")
    # And somebody who changes one of them meanwhile
    give(item(anouk, "case-4002"), "maintenance")
    is_settled(anouk, "case-4002", "maintenance")
    # When the line is back, then the last click counts, but not against what came after it
    dana.context.set_offline(False)
    is_settled(dana, "case-4001", "damaged")
    is_settled(anouk, "case-4001", "damaged")
    is_settled(dana, "case-4002", "maintenance")
    overruled = dana.get_by_test_id("refused")
    expect(overruled).to_contain_text("not changed to damaged: Anouk Peeters set it to maintenance")
    overruled.get_by_role("button", name="Dismiss").click()
    expect(overruled).to_have_count(0)
    has_status(anouk, "case-4002", "maintenance")


def test_everything_can_be_done_with_the_keyboard(visit):
    page = visit("dana", EQUIPMENT)
    expect(page.get_by_test_id("found")).to_have_text("10,000 cases", timeout=WAY)
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
    expect(page.get_by_test_id("done")).to_contain_text("2 cases: maintenance", timeout=WAY)
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
    expect(detail).to_contain_text("case-6001", timeout=WAY)
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
    expect(said.filter(has_text="case-6004")).to_be_visible(timeout=WAY)
    expect(said).to_have_count(1)
    expect(detail).to_contain_text("case-6003")


@BOTH_SIZES
def test_the_pane_can_be_used_by_everybody(visit, size):
    page = visit("dana", EQUIPMENT, size=size, reduced_motion="reduce")
    search(page, "case-70")
    expect(item(page, "case-7000")).to_be_visible(timeout=WAY)
    accessible(page)
    page.get_by_role("button", name="List", exact=True).click()
    page.get_by_role("button", name="Select", exact=True).click()
    item(page, "case-7000").click()
    page.get_by_test_id("tile-available").click()
    accessible(page)
    page.get_by_role("button", name="Done selecting").click()
    item(page, "case-7008").click()
    expect(page.get_by_test_id("item-history").locator("li")).to_have_count(1, timeout=WAY)
    accessible(page)


def accessible(page: Page) -> None:
    """In both themes."""
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        assert violations(page, ".panel") == [], scheme
