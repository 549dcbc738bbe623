"""The chat of the web app: two people at it, paging back, pinning, on desk and phone."""

import re
from secrets import token_hex

import pytest
from playwright.sync_api import expect

from tests import house as houses
from tests import pages, talks
from tests.pages import BOTH_SIZES, is_live, violations
from tests.talks import AS_A_PERSON, act, message, write

database, config, start, embedded, lowlands, house = map(pytest.fixture(scope="module"), houses.PARTS)
visit = pytest.fixture(pages.beside_the_map)
window, say = map(pytest.fixture, (talks.window, talks.say))


def test_two_people_talk(visit, project):
    # Given a dispatcher at her desk and crew on the phone
    dana = visit("dana", f"/projects/{project}/chat")
    anouk = visit("anouk", f"/projects/{project}/chat", size="phone")
    # When the one writes, then the other sees it coming, reads it, and its author sees that she has
    dana.get_by_test_id("chat-input").press_sequentially("Where is RF-11?", delay=AS_A_PERSON)
    expect(anouk.get_by_test_id("chat-typing")).to_have_text("Dana is writing…")
    expect(dana.get_by_test_id("chat-typing")).to_be_empty()
    dana.keyboard.press("Enter")
    asked = message(anouk, "Where is RF-11?")
    expect(asked).to_have_attribute("data-author", "dana")
    expect(anouk.get_by_test_id("chat-typing")).to_be_empty()
    expect(anouk.get_by_test_id("chat-announcer")).to_contain_text("Where is RF-11?")
    expect(anouk.get_by_test_id("chat-day")).to_have_text("Today")
    mine = message(dana, "Where is RF-11?")
    expect(mine).to_have_attribute("data-delivery", "stored")
    expect(mine.get_by_test_id("chat-readers")).to_have_attribute("title", "Read by Anouk Peeters")
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
    expect(answer).to_have_attribute("data-mentioned", "true")
    expect(answer.get_by_test_id("chat-quote")).to_contain_text("Where is RF-11?")
    answer.get_by_test_id("chat-quote").click()
    expect(mine).to_be_focused()
    # When she changes her mind twice and then takes it back, then both see it
    said = write(dana, "Bring it to dock 3")
    expect(said).to_have_attribute("data-delivery", "stored")
    dana.keyboard.press("ArrowUp")
    expect(dana.get_by_test_id("chat-input")).to_have_value("Bring it to dock 3")
    dana.get_by_test_id("chat-input").fill("Bring it to dock 2")
    dana.keyboard.press("Escape")
    expect(dana.get_by_test_id("chat-input")).to_have_value("")
    act(said, "Edit")
    dana.get_by_test_id("chat-input").fill("Bring it to dock 4\nhttps://lowlands.example/plan.")
    dana.keyboard.press("Enter")
    heard = message(anouk, "Bring it to dock 4")
    expect(heard).to_contain_text("edited")
    link = heard.get_by_role("link")
    expect(link).to_have_attribute("href", "https://lowlands.example/plan")
    expect(link).to_have_attribute("rel", "noopener noreferrer")
    changed = message(dana, "Bring it to dock 4")
    expect(changed).to_have_attribute("data-delivery", "stored")
    expect(changed.get_by_test_id("chat-readers")).to_be_visible()  # and nothing moves under the mouse any more
    act(changed, "Take back")
    dana.get_by_role("menuitem", name="Take back for everyone?").click()
    for page in (anouk, dana):
        expect(message(page, "Message taken back")).to_have_count(1)
        expect(message(page, "Bring it")).to_have_count(0)


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
    expect(dana.get_by_test_id("to-newest")).to_have_text("1 new message")
    assert abs(held.bounding_box()["y"] - y) < 1
    dana.get_by_test_id("to-newest").click()
    expect(message(dana, "Which dolly?")).to_be_in_viewport()
    expect(dana.get_by_test_id("to-newest")).to_have_count(0)
    # Who comes later reaches what is answered, from however far
    dana.goto(f"/projects/{project}/chat")
    is_live(dana)
    expect(dana.get_by_test_id("chat-message")).to_have_count(50)
    message(dana, "Which dolly?").get_by_test_id("chat-quote").click()
    expect(message(dana, "case 1 is")).to_be_in_viewport()


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
        expect(write(dana, f"{words} {n}")).to_have_attribute("data-delivery", "stored")
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
def test_everybody_can_use_the_chat(visit, project, say, size):
    # Given a conversation with everything in it
    quoted = say("@dana look", minutes_ago=60 * 30, pin={"lat": 48.1, "lon": 11.5})
    say(id=say("wrong", minutes_ago=3), delete=True)
    say("see https://lowlands.example", reply_to=quoted, minutes_ago=2)
    dana = visit("dana", f"/projects/{project}/chat", size=size)
    write(dana, "@anouk thanks")
    expect(message(dana, "@Anouk Peeters thanks")).to_have_attribute("data-delivery", "stored")
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
