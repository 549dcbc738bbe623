"""When the line goes, people are told what they see is old; afterwards nothing is missing, and nothing there twice."""

import time

import pytest
from playwright.sync_api import Locator, Page, expect

from rentguy import enrolment, orm
from rentguy.models import Membership
from tests import house as houses
from tests import pages
from tests.services import Process

database, config, start, embedded, lowlands, _ = map(pytest.fixture(scope="module"), houses.PARTS)
visit = pytest.fixture(pages.beside_the_map)

BACK = 40_000  # ms; until a browser is back, its longest pause between two attempts included
DEAD_S, OFFLINE_S = 20, 60


@pytest.fixture(scope="module")
def api(embedded, start, config) -> Process:
    return start("api", config)


@pytest.fixture(scope="module")
def house(api, start, config):
    start("ingest", config)
    return config


def connection(page: Page, state: str, words: str) -> None:
    indicator = page.get_by_test_id("connection")
    expect(indicator).to_have_attribute("data-state", state, timeout=BACK)
    expect(indicator).to_contain_text(words)


def write(page: Page, words: str) -> None:
    page.get_by_test_id("chat-input").fill(words)
    page.get_by_role("button", name="Send").click()


def set_status(page: Page, item: str, status: str) -> None:
    page.get_by_test_id(f"item-{item}").locator(f"[data-status-button={status}]").click()


def says(page: Page, *words: str) -> None:
    """Each of them, once."""
    for each in words:
        expect(page.get_by_test_id("chat-message").filter(has_text=each)).to_have_count(1, timeout=BACK)


def has(page: Page, item: str, status: str) -> None:
    expect(page.get_by_test_id(f"item-{item}")).to_have_attribute("data-status", status, timeout=BACK)


def pane(page: Page, word: str) -> Locator:
    """The button at the bottom of the phone's screen."""
    return page.locator(".phone-bar button").filter(has_text=word)


def counts(page: Page, unseen: int, unread: int) -> None:
    """The bell, and at the bottom of the phone's screen the chat."""
    expect(page.get_by_test_id("bell")).to_have_attribute("data-unseen", str(unseen), timeout=BACK)
    expect(pane(page, "Chat")).to_have_text(f"Chat{unread} unread" if unread else "Chat", timeout=BACK)


def until(page: Page, moment: float) -> None:
    """Let the outage last, as long as it was to last since `moment`."""
    page.wait_for_timeout(max(0, moment - time.monotonic()) * 1000)


def test_nothing_is_missing_and_nothing_twice_after_outages(visit, api, rows):
    # Given somebody on a phone with two tabs, and somebody at a desk with two
    chat = visit("dana", "/projects/lowlands/chat", size="phone")
    stock = visit("dana", "/projects/lowlands/equipment", beside=chat)
    desk = visit("anouk", "/projects/lowlands/chat")
    cases = visit("anouk", "/projects/lowlands/equipment", beside=desk)
    connection(desk, "live", "no positions")
    for page in (stock, cases):
        has(page, "amp-12", "available")

    # When the API is killed, then everybody is told since when, and works on
    dead = time.monotonic()
    api.kill()
    for page in (chat, stock, desk, cases):
        connection(page, "reconnecting", "since")
    write(desk, "@dana the gate is open")
    write(desk, "two more trucks at dock 1")
    write(chat, "copy that")
    pane(chat, "Map").click()  # so that what comes isn't read at once
    set_status(cases, "amp-12", "damaged")
    connection(desk, "reconnecting", "3 to send")
    connection(cases, "reconnecting", "3 to send")  # tabs of a browser share what waits
    until(desk, dead + DEAD_S)
    api.start()
    for page in (chat, stock, desk, cases):
        connection(page, "live", "no positions")
    says(desk, "the gate is open", "two more trucks at dock 1", "copy that")
    for page in (stock, cases):
        has(page, "amp-12", "damaged")
    for page in (chat, stock):
        counts(page, unseen=2, unread=2)  # the mention and the case
    for page in (desk, cases):
        expect(page.get_by_test_id("bell")).to_have_attribute("data-unseen", "0")

    # When the phone is offline for a minute
    chat.context.set_offline(True)
    gone = time.monotonic()
    for page in (chat, stock):
        connection(page, "offline", "since")
    pane(chat, "Chat").click()
    write(chat, "in the tunnel")
    pane(chat, "Map").click()
    connection(stock, "offline", "1 to send")
    for number in range(3):
        write(desk, f"@dana call {number}, please")
    set_status(cases, "amp-12", "maintenance")
    set_status(cases, "foh-07", "damaged")
    has(cases, "foh-07", "damaged")
    says(desk, "call 2, please")
    until(desk, gone + OFFLINE_S)
    chat.context.set_offline(False)
    # Then it catches up, counts what was missed once, and what it wrote arrives once
    for page in (chat, stock):
        connection(page, "live", "no positions")
    says(desk, "in the tunnel")
    for page in (stock, cases):
        has(page, "amp-12", "maintenance")
        has(page, "foh-07", "damaged")
    for page in (chat, stock):
        counts(page, unseen=6, unread=3)  # the first mention was read to write from the tunnel
        expect(page).to_have_title("(6) Lowlands · RentGuy Live")
    # When it is looked at, then what was said is read in both
    pane(chat, "Chat").click()
    says(chat, "the gate is open", "two more trucks at dock 1", "copy that", "in the tunnel")
    says(chat, *(f"call {number}, please" for number in range(3)))
    for page in (chat, stock):
        counts(page, unseen=3, unread=0)
    # And the database has everything once
    assert rows("SELECT count(*), count(DISTINCT body) FROM messages") == [(7, 7)]
    changes = "SELECT i.code, e.status FROM item_events e JOIN items i ON i.id = e.item_id WHERE e.by_id IS NOT NULL"
    assert rows(f"{changes} ORDER BY i.code, e.at") == [
        ("amp-12", "damaged"),
        ("amp-12", "maintenance"),
        ("foh-07", "damaged"),
    ]


def test_who_is_taken_off_the_project_is_told(visit, registry, lowlands):
    with registry() as session:
        enrolment.add_user(session, "joris", "Joris Kok", lowlands.password)
        enrolment.add_member(session, "lowlands", "joris", "crew")
    page = visit("joris")
    with registry() as session:
        session.query(Membership).filter_by(source_id=enrolment.find_person(session, "joris").id).delete()
        orm.notify(session, "registry")
    expect(page.get_by_text("You aren't on a project “lowlands”")).to_be_visible(timeout=BACK)
