"""Status changes from the equipment pane: many at once, refused, and without a line."""

import pytest
from playwright.sync_api import expect

from rentguy import enrolment
from tests import house as houses
from tests import pages, stocks
from tests.stocks import EQUIPMENT, give, has_status, is_settled, item, search

database, config, start, embedded, lowlands, house = map(pytest.fixture(scope="module"), houses.PARTS)
visit = pytest.fixture(pages.beside_the_map)
cases = pytest.fixture(scope="module", autouse=True)(stocks.cases)


def test_fifty_are_changed_in_one_request_and_one_transaction_and_back(visit, rows):
    dana, anouk = visit("dana", EQUIPMENT), visit("anouk", EQUIPMENT)
    asked = []
    dana.on("request", lambda request: request.method == "PATCH" and asked.append(request.post_data_json))
    for page in (dana, anouk):
        search(page, "case-20")
        expect(page.get_by_test_id("found")).to_have_text("100 of 10,000 cases")
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
    expect(dana.get_by_test_id("done")).to_contain_text("50 cases: maintenance")
    (change,) = asked
    assert len(change["codes"]) == 50
    # Then it is one transaction, and seen by all
    expect(anouk.get_by_test_id("tile-maintenance")).to_have_text("50 maint.")
    changed = "SELECT count(*), count(DISTINCT xmin::text) FROM items WHERE code = ANY(%s) AND status = 'maintenance'"
    assert rows(changed, change["codes"]) == [(50, 1)]
    # When it is undone, each has what it had, by one request for each status
    dana.get_by_role("button", name="Undo").click()
    expect(anouk.get_by_test_id("tile-maintenance")).to_have_text("0 maint.")
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
    expect(refused).to_contain_text("not changed to damaged: viewers can't change")
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
    expect(item(dana, "case-4001")).to_contain_text("waiting for the line")
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
