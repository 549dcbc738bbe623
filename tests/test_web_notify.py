"""Who is there, and what one should know of: listed in every tab, rung once, never lost, never twice."""

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from rentguy import db
from tests import house as houses
from tests import pages
from tests.pages import BOTH_SIZES, is_live, look_away, violations, wait_for
from tests.services import wait_until
from tests.visitors import Device

database, config, start, embedded, _, house = map(pytest.fixture(scope="module"), houses.PARTS)
visit = pytest.fixture(pages.beside_the_map)

# Notes what the page has the browser show and play, and lets it
WATCH = """
window.shown = []; window.tones = 0;
window.Notification = class extends Notification {
  constructor(title, options) { super(title, options); shown.push(title); }
};
const show = ServiceWorkerRegistration.prototype.showNotification;
ServiceWorkerRegistration.prototype.showNotification = function (title, options) {
  shown.push(title);
  return show.call(this, title, options);
};
window.OscillatorNode = class extends OscillatorNode {
  constructor(...all) { super(...all); tones++; }
};
"""


@pytest.fixture(scope="module")
def lowlands(database: str, password: tuple[str, str]) -> houses.Lowlands:
    """Its devices have belonged to it for a day, so that they may have been heard an hour ago."""
    lowlands = houses.lowlands(database, password)
    session = db.connect(database, "test")
    session.cursor().execute("UPDATE assignments SET during = tstzrange(now() - interval '1 day', NULL)")
    session.commit()
    session.close()
    return lowlands


@pytest.fixture
def dana(visit) -> Page:
    """At the dispatcher's screen, with everything seen so far, allowing notifications."""
    page = visit("dana", permissions=["notifications"])
    page.context.add_init_script(WATCH)
    come_again(page)
    touch(page)
    see_all(page)
    return page


@pytest.fixture
def write(visit):
    """Anouk writes."""
    anouk = visit("anouk", "/projects/lowlands/chat")

    def write(words: str) -> None:
        anouk.get_by_test_id("chat-input").fill(words)
        anouk.keyboard.press("Enter")

    return write


def come_again(page: Page) -> None:
    """A later visit: what was there on the very first one is listed only, and from now on what is new rings."""
    wait_for(page, "Object.keys(localStorage).some((key) => key.startsWith('rentguy/notices/'))")
    page.reload()
    is_live(page)


def touch(page: Page) -> None:
    """A page may make a sound once somebody has touched it."""
    page.locator(".top-bar .brand").click()


def see_all(page: Page) -> None:
    bell = page.get_by_test_id("bell")
    if bell.get_attribute("data-unseen") != "0":
        bell.click()
        page.get_by_role("button", name="Mark all as seen").click(force=True)  # disabled, if all was read meanwhile
        page.keyboard.press("Escape")
    unseen(page, 0)


def unseen(page: Page, count: int) -> None:
    expect(page.get_by_test_id("bell")).to_have_attribute("data-unseen", str(count))


def notice(page: Page, words: str):
    return page.get_by_test_id("notice").filter(has_text=words)


def shown(*pages: Page) -> list[str]:
    return [title for page in pages for title in page.evaluate("shown")]


def tones(*pages: Page) -> int:
    return sum(page.evaluate("tones") for page in pages)


def test_a_mention_is_listed_in_both_tabs_and_rings_once(visit, dana, write):
    # Given two tabs of one person who looks at neither
    other = visit("dana", beside=dana)
    touch(other)
    for tab in (dana, other):
        look_away(tab)
    # When somebody mentions them, and says something else
    write("@dana dock 2 is free")
    write("and it stopped raining")
    # Then both tabs have it, and the browser tells once, with one sound
    for tab in (dana, other):
        unseen(tab, 1)
        expect(tab).to_have_title("(1) Lowlands · RentGuy Live")
    wait_until(lambda: shown(dana, other) == ["Anouk Peeters mentions you"])
    assert tones(dana, other) == 2
    # And a reload keeps it without ringing again, here or there
    there = shown(other)
    dana.reload()
    is_live(dana)
    unseen(dana, 1)
    # When it is seen in the one, then in the other too, and it leads to the chat
    other.get_by_test_id("bell").click()
    notice(other, "dock 2 is free").click()
    expect(other).to_have_url(re.compile("/projects/lowlands/chat"))
    expect(other.get_by_test_id("chat-message").filter(has_text="dock 2 is free")).to_be_in_viewport()
    for tab in (dana, other):
        unseen(tab, 0)
    assert (shown(dana), shown(other)) == ([], there)


def test_an_answer_to_words_of_long_ago_is_told(visit, project, rows, anouk):
    # Given something dana said, with more said since than is loaded
    said = """
INSERT INTO messages (author_id, id, project_id, recorded_at, body, received_at)
SELECT s.id, gen_random_uuid(), p.id, now() - (120 - n) * interval '1 minute', 'line ' || n, now()
  FROM projects p, generate_series(1, 120) n, sources s
 WHERE s.slug = CASE n WHEN 1 THEN 'dana' ELSE 'anouk' END AND p.slug = %s ORDER BY n RETURNING id
"""
    first = str(rows(said, project)[0][0])
    page = visit("dana", f"/projects/{project}/map")
    unseen(page, 0)
    # When it is answered, then she is told
    with anouk.open(project) as window:
        payload = {"id": str(uuid4()), "at": datetime.now(UTC).isoformat(), "body": "Yes, done", "reply_to": first}
        window.publish(f"rentguy/{project}/chat/anouk", payload)
        unseen(page, 1)
    page.get_by_test_id("bell").click()
    expect(notice(page, "Yes, done")).to_contain_text("answers you")


def test_what_the_phone_notifies_of_is_one_click_away(visit, write):
    # Given crew who look at something else on the phone
    phone = visit("vera", "/crew/lowlands/me", size="phone", permissions=["notifications"])
    phone.evaluate("navigator.serviceWorker.ready.then(() => true)")
    come_again(phone)
    look_away(phone)
    # When somebody mentions them, then the service worker has the browser say so
    write("@vera bring the ramp")
    (worker,) = phone.context.service_workers
    titles = "self.registration.getNotifications().then((all) => all.map(({ title }) => title))"
    wait_until(lambda: worker.evaluate(titles) == ["Anouk Peeters mentions you"])
    # And when it is clicked, then the phone shows what was said
    worker.evaluate("""async () => {
      const [notification] = await self.registration.getNotifications();
      self.dispatchEvent(new NotificationEvent("notificationclick", { notification }));
    }""")
    expect(phone).to_have_url(re.compile("/crew/lowlands/chat"))
    expect(phone.get_by_test_id("chat-message").filter(has_text="bring the ramp")).to_be_in_viewport()
    assert worker.evaluate(titles) == []


def test_damage_and_silence_begin_and_end(dana, house, lowlands, anouk):
    # When somebody else breaks a case, then it rings, and to who is looking by sound only
    change = lambda status: anouk.request("PATCH", "/inventory/items/amp-12/status", {"status": status})  # noqa: E731
    assert change("damaged").status == 200
    unseen(dana, 1)
    wait_until(lambda: tones(dana) == 3)
    # When it is good again, then the notice says from when to when
    assert change("available").status == 200
    dana.get_by_test_id("bell").click()
    broken = notice(dana, "Amp rack 12").first
    expect(broken).to_contain_text("was damaged")
    # When a truck is heard, but of long ago, then it is silent until it is heard of now
    with Device(house, "truck-05", lowlands.secrets["truck-05"]) as truck:
        fix = lambda minutes: {  # noqa: E731
            "at": (datetime.now(UTC) - timedelta(minutes=minutes)).isoformat(),
            "lat": 48.17,
            "lon": 11.55,
        }
        truck.publish("position", fix(10))
        silent = notice(dana, "Truck 5")
        expect(silent).to_contain_text("is silent")
        truck.publish("position", fix(0))
        expect(silent).to_contain_text("was silent")
    unseen(dana, 2)
    assert shown(dana) == []
    # And a notice leads to what it is about
    silent.click()
    expect(dana).to_have_url(re.compile("[?&]source=truck-05"))
    dana.get_by_test_id("bell").click()
    broken.click()
    expect(dana).to_have_url(re.compile("/projects/lowlands/equipment.*[?&]item=amp-12"))
    unseen(dana, 0)


def test_in_quiet_hours_all_is_listed_and_nothing_rings(dana, write):
    # Given quiet hours all around the clock
    dana.get_by_test_id("bell").click()
    dana.get_by_role("button", name="Settings").click()
    dana.get_by_role("switch", name="Quiet hours").click()
    for end in ("from", "to"):
        dana.get_by_label(f"Quiet {end}").fill("00:00")
    expect(dana.get_by_test_id("quiet")).to_contain_text("Quiet until 00:00")
    dana.keyboard.press("Escape")
    look_away(dana)
    # When something happens, then it is listed only
    write("@dana good night")
    unseen(dana, 1)
    # And when they end, with the next thing it rings: of the first nothing was kept back
    dana.bring_to_front()
    dana.get_by_test_id("bell").click()
    dana.get_by_role("button", name="Settings").click()
    dana.get_by_role("switch", name="Quiet hours").click()
    dana.keyboard.press("Escape")
    look_away(dana)
    write("@dana good morning")
    wait_until(lambda: shown(dana) == ["Anouk Peeters mentions you"])
    assert tones(dana) == 2


def test_the_bar_says_who_is_there_and_stands_still(visit, dana, house, lowlands):
    # Given somebody else online, whose phone is on the map
    with Device(house, "anouk-phone", lowlands.secrets["anouk-phone"]) as phone:
        anouk = visit("anouk")
        bar = lambda: dana.evaluate(  # noqa: E731
            "[...document.querySelectorAll('.top-bar *')].map((each) => each.getBoundingClientRect().x)"
        )
        expect(dana.get_by_test_id("people-online")).to_have_attribute("data-online", "anouk")
        # When data come, then nothing in the bar moves
        places = []
        for step in range(12):
            at = datetime.now(UTC).isoformat()
            phone.publish("position", {"at": at, "lat": 48.17 + step / 1e5, "lon": 11.55, "battery": 71})
            expect(dana.get_by_test_id("source-anouk-phone")).to_have_attribute("data-lat", str(48.17 + step / 1e5))
            places.append(bar())
        assert all(place == places[1] for place in places[1:])
    # Then the list of people leads to them
    dana.get_by_test_id("people-online").click()
    row = dana.get_by_test_id("person-anouk")
    expect(row).to_contain_text("crew · 71 %")
    expect(row).to_contain_text("online")
    expect(dana.get_by_test_id("person-vera")).to_contain_text("seen")
    row.click()
    expect(dana).to_have_url(re.compile("[?&]source=anouk-phone"))
    # And it says when they have gone
    anouk.close()
    dana.get_by_test_id("people-online").click()
    expect(row).to_contain_text("last seen")


@BOTH_SIZES
def test_panels_are_for_everybody(visit, write, size):
    write("@vera have a look")
    page = visit("vera", size=size)
    page.get_by_test_id("bell").click()
    expect(notice(page, "have a look").first).to_be_visible()
    page.get_by_role("button", name="Settings").click()
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.get_by_test_id("me").click()
    assert violations(page) == []
    if size == "phone":
        page.get_by_role("button", name="People").click()
    else:
        page.keyboard.press("Escape")
        page.get_by_test_id("people-online").click()
    expect(page.get_by_test_id("person-anouk")).to_be_visible()
    assert violations(page) == []
    # And by keyboard alone: Escape gives the focus back
    page.keyboard.press("Escape")
    page.get_by_test_id("me").focus()
    page.keyboard.press("Enter")
    page.get_by_role("dialog", name="Vera Vos").get_by_role("button", name="Keys").press("Enter")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keys")).to_have_count(0)
