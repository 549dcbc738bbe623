"""The chat of the web app: two people at it, on desk and phone, online and off, on several devices at once."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from secrets import token_hex
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, expect

from rentguy import enrolment
from tests import house as houses
from tests.pages import BOTH_SIZES, WAY, is_live, violations
from tests.services import wait_until
from tests.visitors import Window

database, config, start, embedded, lowlands, house = map(pytest.fixture(scope="module"), houses.PARTS)
AS_A_PERSON = 80  # ms between two keys; a hand scanner types faster


@pytest.fixture
def window(project, anouk) -> Window:
    """Anouk, at nobody's browser."""
    with anouk.open(project) as window:
        yield window


@pytest.fixture
def say(project, window) -> Callable[..., str]:
    """Anouk says something, or changes what she said, and it is stored: `say("hello")`, its id."""

    def say(body: str | None = None, id: str | None = None, minutes_ago: float = 0, **more) -> str:
        id, at = id or str(uuid4()), datetime.now(UTC) - timedelta(minutes=minutes_ago)
        before = len(receipts(window, project, id))
        payload = {"id": id, "at": at.isoformat(), **({"body": body} if body else {}), **more}
        window.publish(f"rentguy/{project}/chat/anouk", payload)
        wait_until(lambda: len(receipts(window, project, id)) > before)
        return id

    return say


def receipts(window: Window, project: str, id: str) -> list[dict]:
    return [each for each in window.heard(f"rentguy/{project}/receipt/anouk") if id in each["ids"]]


def message(page: Page, text: str) -> Locator:
    return page.get_by_test_id("chat-message").filter(has=page.locator(".body", has_text=text))


def write(page: Page, text: str) -> Locator:
    """Type something, send it, and find it."""
    page.get_by_test_id("chat-input").fill(text)
    page.keyboard.press("Enter")
    return message(page, text)


def act(line: Locator, action: str) -> None:
    """Choose from a message's menu, by mouse or by thumb."""
    if line.page.viewport_size["width"] > 720:
        line.hover()
        line.get_by_label("Message actions").click()
    else:
        line.locator(".body").tap()
    line.page.get_by_role("menuitem", name=action).click()


def unread(page: Page) -> Locator:
    return page.get_by_role("navigation", name="Parts of the screen").locator(".count")


def test_two_people_talk(visit, project):
    # Given a dispatcher at her desk and crew on the phone
    dana = visit("dana", f"/projects/{project}/chat")
    anouk = visit("anouk", f"/projects/{project}/chat", size="phone")
    # When the one writes, then the other sees it coming, reads it, and its author sees that she has
    dana.get_by_test_id("chat-input").press_sequentially("Where is RF-11?", delay=AS_A_PERSON)
    expect(anouk.get_by_test_id("chat-typing")).to_have_text("Dana is writing…", timeout=WAY)
    expect(dana.get_by_test_id("chat-typing")).to_be_empty()
    dana.keyboard.press("Enter")
    asked = message(anouk, "Where is RF-11?")
    expect(asked).to_have_attribute("data-author", "dana", timeout=WAY)
    expect(anouk.get_by_test_id("chat-typing")).to_be_empty()
    expect(anouk.get_by_test_id("chat-announcer")).to_contain_text("Where is RF-11?")
    expect(anouk.get_by_test_id("chat-day")).to_have_text("Today")
    mine = message(dana, "Where is RF-11?")
    expect(mine).to_have_attribute("data-delivery", "stored", timeout=WAY)
    expect(mine.get_by_test_id("chat-readers")).to_have_attribute("title", "Read by Anouk Peeters", timeout=WAY)
    assert mine.locator(".bubble").inner_text().startswith("You, ")
    expect(dana.get_by_test_id("chat-announcer")).to_be_empty()
    # When she replies and means her, then the other sees to what, and that she is meant
    act(asked, "Reply")
    anouk.get_by_test_id("chat-input").press_sequentially("Under the stairs, @da", delay=AS_A_PERSON)
    expect(anouk.locator(".chat [role=option]")).to_have_text(["DWDana de Wit@dana"])
    anouk.keyboard.press("Enter")
    expect(anouk.get_by_test_id("chat-input")).to_have_value("Under the stairs, @dana ")
    anouk.keyboard.press("Enter")
    answer = message(dana, "Under the stairs, @Dana de Wit")
    expect(answer).to_have_attribute("data-mentioned", "true", timeout=WAY)
    expect(answer.get_by_test_id("chat-quote")).to_contain_text("Where is RF-11?")
    answer.get_by_test_id("chat-quote").click()
    expect(mine).to_be_focused()
    # When she changes her mind twice and then takes it back, then both see it
    said = write(dana, "Bring it to dock 3")
    expect(said).to_have_attribute("data-delivery", "stored", timeout=WAY)
    dana.keyboard.press("ArrowUp")
    expect(dana.get_by_test_id("chat-input")).to_have_value("Bring it to dock 3")
    dana.get_by_test_id("chat-input").fill("Bring it to dock 2")
    dana.keyboard.press("Escape")
    expect(dana.get_by_test_id("chat-input")).to_have_value("")
    act(said, "Edit")
    dana.get_by_test_id("chat-input").fill("Bring it to dock 4\nhttps://lowlands.example/plan.")
    dana.keyboard.press("Enter")
    heard = message(anouk, "Bring it to dock 4")
    expect(heard).to_contain_text("edited", timeout=WAY)
    link = heard.get_by_role("link")
    expect(link).to_have_attribute("href", "https://lowlands.example/plan")
    expect(link).to_have_attribute("rel", "noopener noreferrer")
    act(message(dana, "Bring it to dock 4"), "Take back")
    dana.get_by_role("menuitem", name="Take back for everyone?").click()
    for page in (anouk, dana):
        expect(message(page, "Message taken back")).to_have_count(1, timeout=WAY)
        expect(message(page, "Bring it")).to_have_count(0)


def test_what_is_unread_is_right_on_every_device(visit, project, say):
    # Given somebody who looks at the map on the phone, in two tabs, and on a second device
    say("hello")
    phone = visit("dana", f"/projects/{project}/map", size="phone")
    tab = visit("dana", f"/projects/{project}/map", beside=phone)
    other = visit("dana", f"/projects/{project}/map", size="phone")
    everywhere = [phone, tab, other]
    for page in everywhere:
        expect(unread(page)).to_have_text("1 unread", timeout=WAY)
    # When more comes, then it counts everywhere, once; also what comes while a device is away
    first = say("FOH-07 is here, @dana")
    for page in everywhere:
        expect(unread(page)).to_have_text("2 unread", timeout=WAY)
    other.context.set_offline(True)
    say("and MON-02")
    say(id=say("by mistake"), delete=True)
    for page in (phone, tab):
        expect(unread(page)).to_have_text("3 unread", timeout=WAY)
    other.context.set_offline(False)
    expect(unread(other)).to_have_text("3 unread", timeout=30_000)
    # When she reads it on one of them, then it is read on all, and where the new began is marked
    phone.get_by_role("button", name="Chat").click()
    expect(phone.get_by_test_id("chat-new")).to_have_count(1)
    for page in everywhere:
        expect(unread(page)).to_have_count(0, timeout=WAY)
    # When she goes back to the map and more comes, then only that is unread, and marked as new
    phone.get_by_role("button", name="Map").click()
    say("and RF-11")
    for page in everywhere:
        expect(unread(page)).to_have_text("1 unread", timeout=WAY)
    # and a device that comes now agrees
    desk = visit("dana", f"/projects/{project}/chat")
    divider = desk.get_by_test_id("chat-new").locator("xpath=..")
    expect(divider.locator("xpath=following-sibling::li[1]")).to_contain_text("and RF-11")
    for page in everywhere:
        expect(unread(page)).to_have_count(0, timeout=WAY)
    # A window that nobody looks at has read nothing
    desk.evaluate("document.hasFocus = () => false")
    say(id=first, edit="FOH-07 is gone")
    say("the last one")
    expect(message(desk, "the last one")).to_be_in_viewport(timeout=WAY)
    for page in everywhere:
        expect(unread(page)).to_have_text("1 unread", timeout=WAY)
    desk.evaluate("delete document.hasFocus; dispatchEvent(new Event('focus'))")
    for page in everywhere:
        expect(unread(page)).to_have_count(0, timeout=WAY)
    # The last lines beside the equipment are read there, but not what came before them
    desk.get_by_role("tab", name="Equipment").click()
    say("in passing")
    expect(message(phone, "in passing")).to_have_count(1, timeout=WAY)
    expect(unread(phone)).to_have_count(0, timeout=WAY)
    desk.evaluate("document.hasFocus = () => false")
    for n in range(4):
        say(f"in passing {n}")
    desk.evaluate("delete document.hasFocus; dispatchEvent(new Event('focus'))")
    expect(message(desk, "in passing 3")).to_be_in_viewport(timeout=WAY)
    expect(desk.get_by_role("tab", name="Chat")).to_have_text("Chat4 unread")


UPWARDS = """async step => {
  const log = document.querySelector("[role=log]");
  const lines = () => [...log.querySelectorAll("[data-key]")];
  const top = line => line.getBoundingClientRect().top;
  const before = lines().length;
  log.scrollTop = step;
  const held = lines().find(line => top(line) > log.getBoundingClientRect().top);
  const y = top(held);
  const jumps = [];
  const came = () => lines().length > before && document.querySelector(".older") === null;
  for (const until = performance.now() + 20000; !came() && performance.now() < until;) {
    await new Promise(requestAnimationFrame);
    jumps.push(Math.abs(top(held) - y));
  }
  return { came: came(), lines: lines().length, jump: Math.max(...jumps) };
}"""


@BOTH_SIZES
def test_paging_upwards_nothing_jumps(visit, project, say, rows, size):
    # Given a long conversation over three days
    said = """
INSERT INTO messages (author_id, id, project_id, recorded_at, body, received_at)
SELECT s.id, gen_random_uuid(), p.id, now() - (160 - n) * interval '25 minutes',
       repeat('case ' || n || ' is on the dolly ', 1 + n %% 4), now()
  FROM sources s, projects p, generate_series(1, 160) n
 WHERE s.slug = CASE WHEN n %% 3 = 0 THEN 'anouk' ELSE 'dana' END AND p.slug = %s ORDER BY n
"""
    rows(said, project)
    read = """
INSERT INTO reads (project_id, source_id, message, at)
SELECT m.project_id, s.id, m.id, now() FROM messages m JOIN projects p ON p.id = m.project_id, sources s
 WHERE p.slug = %s AND s.slug = 'dana' ORDER BY m.number DESC LIMIT 1
"""
    rows(read, project)
    oldest = (
        "SELECT m.id FROM messages m JOIN projects p ON p.id = m.project_id WHERE p.slug = %s ORDER BY m.number LIMIT 1"
    )
    ((first,),) = rows(oldest, project)
    dana = visit("dana", f"/projects/{project}/chat", size=size)
    expect(dana.get_by_test_id("chat-day").last).to_have_text("Today")
    expect(message(dana, "case 160 is")).to_be_in_viewport()
    # When she scrolls up, page after page, then the line she looks at stays where it is
    for step in (250, 40, 0):
        paged = dana.evaluate(UPWARDS, step)
        assert paged["came"] and paged["jump"] < 1, paged
    assert paged["lines"] == 160
    # When somebody writes meanwhile, then nothing moves either, and she is told
    dana.evaluate("document.querySelector('[role=log]').scrollTop = 800")
    held = message(dana, "case 12 is")
    y = held.bounding_box()["y"]
    say("Which dolly?", reply_to=str(first))
    expect(dana.get_by_test_id("to-newest")).to_have_text("1 new message", timeout=WAY)
    assert abs(held.bounding_box()["y"] - y) < 1
    dana.get_by_test_id("to-newest").click()
    expect(message(dana, "Which dolly?")).to_be_in_viewport()
    expect(dana.get_by_test_id("to-newest")).to_have_count(0)
    # Who comes later reaches what is answered, from however far
    dana.goto(f"/projects/{project}/chat")
    is_live(dana)
    expect(dana.get_by_test_id("chat-message")).to_have_count(50, timeout=WAY)
    message(dana, "Which dolly?").get_by_test_id("chat-quote").click()
    expect(message(dana, "case 1 is")).to_be_in_viewport(timeout=WAY)


def test_what_changed_while_one_was_away_arrives(visit, project, say):
    # Given a reader who goes out of reach
    say("kept", minutes_ago=9)
    changed, gone = say("chanjed", minutes_ago=8), say("gone", minutes_ago=7)
    dana = visit("dana", f"/projects/{project}/chat")
    expect(message(dana, "gone")).to_have_count(1)
    dana.context.set_offline(True)
    expect(dana.get_by_test_id("connection")).to_have_attribute("data-state", "offline", timeout=WAY)
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
    expect(page.get_by_test_id("connection")).to_have_attribute("data-state", "offline", timeout=WAY)
    for n in range(3):
        expect(write(page, f"case {n} is in")).to_have_attribute("data-delivery", "sending")
    page.keyboard.press("ArrowUp")
    page.get_by_test_id("chat-input").fill("case 2 is out")
    page.keyboard.press("Enter")
    expect(message(page, "case 2 is out")).to_have_count(1)
    page.close()
    # When they open it again with signal, then all of it is there, once, and stored
    page.context.set_offline(False)
    beside = visit("anouk", f"/projects/{project}/chat", beside=page)
    for text in ("case 0 is in", "case 1 is in", "case 2 is out"):
        expect(message(beside, text)).to_have_attribute("data-delivery", "stored", timeout=WAY)
    said = lambda: [each["body"] for each in anouk.get(f"/projects/{project}/chat")]  # noqa: E731
    wait_until(lambda: said() == ["case 0 is in", "case 1 is in", "case 2 is out"])
    assert beside.evaluate("Object.keys(localStorage).filter(key => key.includes('outbox'))") == []


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
    expect(write(page, "on my way")).to_have_attribute("data-delivery", "stored", timeout=WAY)
    role("viewer", refused=True)
    # When they write and change something, then they are told, and what was changed is as it was
    late = write(page, "at gate 3")
    expect(late.get_by_role("alert")).to_contain_text("you may not publish 'chat'", timeout=WAY)
    act(message(page, "on my way"), "Edit")
    page.get_by_test_id("chat-input").fill("on the way home")
    page.keyboard.press("Enter")
    kept = message(page, "on my way")
    expect(kept.get_by_role("alert")).to_contain_text("not changed", ignore_case=True, timeout=WAY)
    kept.get_by_role("button", name="Discard").click()
    expect(kept).to_have_attribute("data-delivery", "stored")
    # When they have it back, then what failed can be sent
    role("crew", refused=False)
    late.get_by_role("button", name="Try again").click()
    expect(late).to_have_attribute("data-delivery", "stored", timeout=WAY)
    expect(late.get_by_role("alert")).to_have_count(0)


@BOTH_SIZES
def test_what_is_pinned_opens_where_it_is_shown(visit, size):
    # Given a truck that is selected, an item, and a place on the map
    dana = visit("dana", "/projects/lowlands/chat?source=truck-04&item=foh-07&at=48.17,11.55", size=size)
    words = f"look at this {token_hex(4)}"
    pins = {
        "Place 48.1700, 11.5500": r"at=48\.17%2C11\.55",
        "Truck 4": r"source=truck-04",
        "FOH rack 7": r"/equipment\?item=foh-07",
    }
    for n, pin in enumerate(pins):
        dana.get_by_role("button", name="Pin a place").click()
        expect(dana.get_by_role("menuitem")).to_have_text(list(pins))
        dana.get_by_role("menuitem", name=pin).click()
        expect(dana.get_by_test_id("draft-note")).to_have_text(pin)
        expect(write(dana, f"{words} {n}")).to_have_attribute("data-delivery", "stored", timeout=WAY)
        expect(dana.get_by_test_id("draft-note")).to_have_count(0)
    # When somebody else opens what is pinned, then they see it where it is
    anouk = visit("anouk", "/projects/lowlands/chat", size=size)
    for n, query in enumerate(pins.values()):
        message(anouk, f"{words} {n}").get_by_test_id("chat-pin").click()
        expect(anouk).to_have_url(re.compile(query))
        if size == "phone":
            expect(anouk).to_have_url(re.compile(r"/(map\?|equipment\?item)"))
            anouk.get_by_role("button", name="Chat").click()


@BOTH_SIZES
@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_everybody_can_use_the_chat(visit, project, say, size, scheme):
    # Given a conversation with everything in it
    quoted = say("@dana look", minutes_ago=60 * 30, pin={"lat": 48.1, "lon": 11.5})
    say(id=say("wrong", minutes_ago=3), delete=True)
    say("see https://lowlands.example", reply_to=quoted, minutes_ago=2)
    dana = visit("dana", f"/projects/{project}/chat", size=size, color_scheme=scheme)
    write(dana, "@anouk thanks")
    expect(message(dana, "@Anouk Peeters thanks")).to_have_attribute("data-delivery", "stored", timeout=WAY)
    # By keyboard: back to the last message, to the one before, open its menu, reply, mention, and let it be
    dana.get_by_test_id("chat-input").focus()
    for key in ("Shift+Tab", "Shift+Tab", "ArrowUp"):
        dana.keyboard.press(key)
    dana.keyboard.press("Enter")
    expect(dana.get_by_role("menuitem", name="Reply")).to_be_focused()
    assert violations(dana, ".chat") == []
    dana.keyboard.press("Enter")
    expect(dana.get_by_test_id("draft-note")).to_contain_text("see https://lowlands.example")
    expect(dana.get_by_test_id("chat-input")).to_be_focused()
    dana.keyboard.type("@")
    expect(dana.locator(".chat [role=option]").first).to_have_attribute("aria-selected", "true")
    dana.keyboard.press("ArrowDown")
    expect(dana.locator(".chat [role=option]").nth(1)).to_have_attribute("aria-selected", "true")
    assert violations(dana, ".chat") == []
    dana.keyboard.press("Escape")
    expect(dana.locator(".chat [role=option]")).to_have_count(0)
    dana.keyboard.press("Escape")
    expect(dana.get_by_test_id("draft-note")).to_have_count(0)
    act(message(dana, "thanks"), "Who has read it")
    expect(dana.get_by_role("dialog")).to_contain_text("Not yet · 2")
    assert violations(dana, ".chat") == []
