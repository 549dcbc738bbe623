"""The chat for who was away, writes without a line, has several devices, or is refused."""

import pytest
from playwright.sync_api import expect

from rentguy import enrolment
from tests import house as houses
from tests import pages, talks
from tests.profiles import is_kept
from tests.services import wait_until
from tests.talks import act, message, unread, write

database, config, start, embedded, lowlands, house = map(pytest.fixture(scope="module"), houses.PARTS)
visit = pytest.fixture(pages.beside_the_map)
window, say = map(pytest.fixture, (talks.window, talks.say))


def test_what_is_unread_is_right_on_every_device(visit, project, say):
    # Given somebody who looks at the map on the phone, in two tabs, and on a second device
    say("hello")
    phone = visit("dana", f"/projects/{project}/map", size="phone")
    tab = visit("dana", f"/projects/{project}/map", beside=phone)
    other = visit("dana", f"/projects/{project}/map", size="phone")
    everywhere = [phone, tab, other]
    for page in everywhere:
        expect(unread(page)).to_have_text("1 unread")
    # When more comes, then it counts everywhere, once; also what comes while a device is away
    first = say("FOH-07 is here, @dana")
    for page in everywhere:
        expect(unread(page)).to_have_text("2 unread")
    other.context.set_offline(True)
    say("and MON-02")
    say(id=say("by mistake"), delete=True)
    for page in (phone, tab):
        expect(unread(page)).to_have_text("3 unread")
    other.context.set_offline(False)
    expect(unread(other)).to_have_text("3 unread", timeout=30_000)
    # When she reads it on one of them, then it is read on all, and where the new began is marked
    phone.get_by_role("button", name="Chat").click()
    expect(phone.get_by_test_id("chat-new")).to_have_count(1)
    for page in everywhere:
        expect(unread(page)).to_have_count(0)
    # When she goes back to the map and more comes, then only that is unread, and marked as new
    phone.get_by_role("button", name="Map").click()
    say("and RF-11")
    for page in everywhere:
        expect(unread(page)).to_have_text("1 unread")
    # and a device that comes now agrees
    desk = visit("dana", f"/projects/{project}/chat")
    divider = desk.get_by_test_id("chat-new").locator("xpath=..")
    expect(divider.locator("xpath=following-sibling::li[1]")).to_contain_text("and RF-11")
    for page in everywhere:
        expect(unread(page)).to_have_count(0)
    # A window that nobody looks at has read nothing
    desk.evaluate("document.hasFocus = () => false")
    say(id=first, edit="FOH-07 is gone")
    say("the last one")
    expect(message(desk, "the last one")).to_be_in_viewport()
    for page in everywhere:
        expect(unread(page)).to_have_text("1 unread")
    desk.evaluate("delete document.hasFocus; dispatchEvent(new Event('focus'))")
    for page in everywhere:
        expect(unread(page)).to_have_count(0)
    # The last lines beside the equipment are read there, but not what came before them
    desk.get_by_role("tab", name="Equipment").click()
    say("in passing")
    expect(message(phone, "in passing")).to_have_count(1)
    expect(unread(phone)).to_have_count(0)
    desk.evaluate("document.hasFocus = () => false")
    for n in range(4):
        say(f"in passing {n}")
    desk.evaluate("delete document.hasFocus; dispatchEvent(new Event('focus'))")
    expect(message(desk, "in passing 3")).to_be_in_viewport()
    expect(desk.get_by_role("tab", name="Chat")).to_have_text("Chat4 unread")


def test_what_changed_while_one_was_away_arrives(visit, project, say):
    # Given a reader who goes out of reach
    say("kept", minutes_ago=9)
    changed, gone = say("chanjed", minutes_ago=8), say("gone", minutes_ago=7)
    dana = visit("dana", f"/projects/{project}/chat")
    expect(message(dana, "gone")).to_have_count(1)
    dana.context.set_offline(True)
    expect(dana.get_by_test_id("connection")).to_have_attribute("data-state", "offline")
    # When meanwhile more is said than a snapshot holds, and of what she knows one is edited and one taken back
    for n in range(55):
        say(f"line {n}")
    say(id=changed, edit="changed")
    say(id=gone, delete=True)
    dana.context.set_offline(False)
    # Then she sees all of it once she is back
    expect(message(dana, "line 54")).to_have_count(1, timeout=30_000)
    expect(message(dana, "changed")).to_have_count(1)
    expect(message(dana, "Message taken back")).to_have_count(1)
    expect(dana.get_by_test_id("chat-message")).to_have_count(58)


def test_what_is_written_offline_is_sent_once(visit, project, anouk):
    # Given crew without signal who write three messages, change one, and close the page
    page = visit("anouk", f"/projects/{project}/chat", size="phone")
    page.context.set_offline(True)
    expect(page.get_by_test_id("connection")).to_have_attribute("data-state", "offline")
    for n in range(3):
        expect(write(page, f"case {n} is in")).to_have_attribute("data-delivery", "sending")
    page.keyboard.press("ArrowUp")
    page.get_by_test_id("chat-input").fill("case 2 is out")
    page.keyboard.press("Enter")
    expect(message(page, "case 2 is out")).to_have_count(1)
    is_kept(page, "outbox/anouk", 4)
    page.close()
    # When they open it again with signal, then all of it is there, once, and stored
    page.context.set_offline(False)
    beside = visit("anouk", f"/projects/{project}/chat", beside=page)
    for text in ("case 0 is in", "case 1 is in", "case 2 is out"):
        expect(message(beside, text)).to_have_attribute("data-delivery", "stored")
    said = lambda: [each["body"] for each in anouk.get(f"/projects/{project}/chat")]  # noqa: E731
    wait_until(lambda: said() == ["case 0 is in", "case 1 is in", "case 2 is out"])
    is_kept(beside, "outbox/anouk", 0)


def test_two_tabs_send_it_once_and_what_cannot_be_kept_is_said(visit, project, anouk):
    # Given two tabs without signal
    page = visit("anouk", f"/projects/{project}/chat")
    other = visit("anouk", f"/projects/{project}/chat", beside=page)
    page.context.set_offline(True)
    for tab in (page, other):
        expect(tab.get_by_test_id("connection")).to_have_attribute("data-state", "offline")
    # When something is written in each, then both show both
    for tab, text in ((page, "left is open"), (other, "right is open")):
        write(tab, text)
        for each in (page, other):
            expect(message(each, text)).to_have_attribute("data-delivery", "sending")
    # When there is signal again, then each is stored once, and nothing waits
    page.context.set_offline(False)
    for tab in (page, other):
        for text in ("left is open", "right is open"):
            expect(message(tab, text)).to_have_attribute("data-delivery", "stored", timeout=30_000)
    is_kept(page, "outbox/anouk", 0)
    assert [each["body"] for each in anouk.get(f"/projects/{project}/chat")] == ["left is open", "right is open"]
    # When a newer version of the app has taken the database over, then what can't be kept isn't sent but says so
    page.evaluate(NEWER)
    late = write(page, "both are shut")
    expect(late.get_by_role("alert")).to_contain_text("not kept: a newer version is open")
    assert len(anouk.get(f"/projects/{project}/chat")) == 2


NEWER = """() => new Promise((resolve) => {
  const opened = indexedDB.open("rentguy", 2);
  opened.onsuccess = () => resolve(opened.result.close());
})"""


def test_what_is_refused_says_why_and_can_be_tried_again(visit, project, registry, window):
    def role(role: str, refused: bool) -> None:
        with registry() as session:
            enrolment.add_member(session, project, "anouk", role)
        wait_until(lambda: is_refused() == refused)

    def is_refused() -> bool:
        ref = window.publish(f"rentguy/{project}/typing/anouk", {})
        answers = ("$/ack", "$/error")
        wait_until(lambda: ref in [each["ref"] for answer in answers for each in window.heard(answer)])
        return ref in [each["ref"] for each in window.heard("$/error")]

    # Given crew whose role is taken away while they write
    page = visit("anouk", f"/projects/{project}/chat")
    expect(write(page, "on my way")).to_have_attribute("data-delivery", "stored")
    role("viewer", refused=True)
    # When they write and change something, then they are told, and what was changed is as it was
    late = write(page, "at gate 3")
    expect(late.get_by_role("alert")).to_contain_text("you may not publish 'chat'")
    act(message(page, "on my way"), "Edit")
    page.get_by_test_id("chat-input").fill("on the way home")
    page.keyboard.press("Enter")
    kept = message(page, "on my way")
    expect(kept.get_by_role("alert")).to_contain_text("not changed", ignore_case=True)
    kept.get_by_role("button", name="Discard").click()
    expect(kept).to_have_attribute("data-delivery", "stored")
    # When they have it back, then what failed can be sent
    role("crew", refused=False)
    late.get_by_role("button", name="Try again").click()
    expect(late).to_have_attribute("data-delivery", "stored")
    expect(late.get_by_role("alert")).to_have_count(0)
