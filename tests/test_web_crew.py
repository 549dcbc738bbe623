"""The phone, `/crew`: it shares a position on shift, scans, and goes on without a line."""

import json
import re
import shutil
import struct
from pathlib import Path

import pytest
from msgspec.structs import replace
from playwright.sync_api import Page, expect

from rentguy import enrolment
from tests import films, services
from tests import house as houses
from tests.pages import WAY, is_live, scan_by_hand, violations
from tests.services import wait_until

database, config, start, embedded, lowlands, house = map(pytest.fixture(scope="module"), houses.PARTS)

SCANS = "SELECT tag, result, count(*) FROM scans WHERE tag = ANY(%s) GROUP BY tag, result"
FOLLOW = """() => {
  window.here ??= { id: navigator.geolocation.watchPosition(({ coords, timestamp }) => {
    Object.assign(here, { latitude: coords.latitude, at: timestamp });
  }) };
}"""
LATITUDES = """
SELECT round(ST_Y(geom)::numeric, 4)::float FROM positions p JOIN sources s ON s.id = p.source_id WHERE slug = %s
"""
SHIFTS = """
SELECT round(extract(epoch FROM upper(during) - lower(during)) / 3600, 1)::float, upper(during) > now()
  FROM shifts JOIN sources s ON s.id = source_id WHERE slug = %s
"""
EARS = """() => {
  window.heard = [];
  const Real = OscillatorNode;
  window.OscillatorNode = class extends Real {
    constructor(context, options) { super(context, options); heard.push(`${options.type} ${options.frequency}`); }
  };
  navigator.vibrate = (pattern) => heard.push(`vibration ${pattern}`) > 0;
}"""


@pytest.fixture
def phone(visit):
    """`phone("anouk")`: her phone, which knows where it is."""
    place = {"latitude": 52.1, "longitude": 5.1, "accuracy": 9}
    return lambda name, path="/crew/lowlands/scan", **more: visit(
        name, path, size="phone", permissions=["geolocation"], geolocation=place, **more
    )


@pytest.fixture
def items(registry):
    """`items("cam-1", …)`: new ones on Lowlands or another project, each with its code in capitals as its tag."""

    def items(*codes: str, project: str = "lowlands") -> None:
        with registry() as session:
            for code in codes:
                enrolment.add_item(session, code, f"Case {code}", [code.upper()], project)

    return items


def type_code(page: Page, *codes: str) -> None:
    for code in codes:
        page.get_by_test_id("code").fill(code)
        page.keyboard.press("Enter")


def choose(page: Page, mode: str) -> None:
    page.get_by_role("group", name="What a scan does").get_by_role("button", name=mode, exact=True).click()


def is_judged(page: Page, tag: str, verdict: str) -> None:
    expect(page.get_by_test_id(f"scan-{tag}").first).to_have_attribute("data-verdict", verdict, timeout=WAY)


def turn(page: Page) -> None:
    page.get_by_role("switch", name="Share my position").click()


def is_shared(page: Page, shared: bool) -> None:
    expect(page.get_by_test_id("share")).to_have_attribute("data-on", str(shared).lower(), timeout=WAY)


def move(page: Page, latitude: float) -> None:
    """Be there, a second after the place before, or it would be a jump; and wait until the page could know it."""
    page.evaluate(FOLLOW)
    page.wait_for_function("() => Date.now() - (here.at ?? 0) > 1000", timeout=WAY)
    page.context.set_geolocation({"latitude": latitude, "longitude": 5.1, "accuracy": 9})
    page.wait_for_function("latitude => here.latitude === latitude", arg=latitude, timeout=WAY)


def is_controlled(page: Page) -> None:
    """Wait until the service worker has everything, and the page."""
    page.wait_for_function("navigator.serviceWorker.controller !== null", timeout=30_000)


def all_is_stored(page: Page) -> None:
    """Wait until a fix would have been sent at the latest, and something sent after it has been stored."""
    page.wait_for_function("since => performance.now() > since + 2100", arg=page.evaluate("performance.now()"))
    page.get_by_role("button", name="Chat").click()
    page.get_by_test_id("chat-input").fill("all there?")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("chat-message").last).to_contain_text("stored", timeout=WAY)


def test_an_offline_phone_that_scanned_five_items_catches_up(phone, items, rows):
    # Given a phone that has been here before, without signal
    items("off-1", "off-2", "off-3")
    items("far-1", project="pukkel")
    page = phone("anouk")
    is_controlled(page)
    choose(page, "Out")
    page.context.set_offline(True)
    expect(page.get_by_test_id("connection")).to_have_attribute("data-state", "offline", timeout=WAY)
    # When it scans five, one that nobody knows and one of another project among them, and is reloaded
    outcomes = {
        "OFF-1": "stored",
        "OFF-2": "stored",
        "OFF-3": "stored",
        "NIX-1": "unknown_tag",
        "FAR-1": "wrong_project",
    }
    type_code(page, *outcomes)
    for again in (False, True):
        if again:
            page.reload()
        for tag in outcomes:
            is_judged(page, tag, "waiting")
        expect(page.get_by_test_id("scan-OFF-1")).to_contain_text("Case off-1")
        expect(page.get_by_role("button", name="5 waiting to be sent")).to_be_visible()
    assert rows(SCANS, [*outcomes]) == []
    # Then, with signal again, all five are there once and judged as they are
    page.context.set_offline(False)
    for tag, verdict in zip(outcomes, ("ok", "ok", "ok", "unknown", "wrong_project"), strict=True):
        is_judged(page, tag, verdict)
    assert {(tag, result): count for tag, result, count in rows(SCANS, [*outcomes])} == dict.fromkeys(
        outcomes.items(), 1
    )
    assert rows("SELECT DISTINCT status FROM items WHERE code LIKE 'off-_'") == [("in_use",)]
    assert rows("SELECT status FROM items WHERE code = 'far-1'") == [("available",)]
    expect(page.locator(".crew-bar [data-pane=me] .count")).to_have_count(0)


def test_a_camera_fed_with_a_barcode_and_a_qr_code(phone, items, rows, tmp_path):
    # Given a camera before which two labels come and go
    items("cam-1", "cam-2")
    film = films.film(tmp_path / "labels.y4m", films.barcode("CAM-1"), films.qr("CAM-2"))
    page = phone(
        "anouk",
        flags=(
            "--use-fake-device-for-media-stream",
            "--use-fake-ui-for-media-stream",
            f"--use-file-for-fake-video-capture={film}",
        ),
    )
    # When crew scans them out, then both are read, judged, and changed
    choose(page, "Out")
    page.get_by_role("button", name="Start the camera").click()
    is_judged(page, "CAM-1", "ok")
    is_judged(page, "CAM-2", "ok")
    assert rows("SELECT code, status FROM items WHERE code LIKE 'cam-_' ORDER BY code") == [
        ("cam-1", "in_use"),
        ("cam-2", "in_use"),
    ]
    assert set(rows("SELECT tag, details->>'symbology' FROM scans WHERE tag LIKE 'CAM-_'")) == {
        ("CAM-1", "code128"),
        ("CAM-2", "qr"),
    }
    # and when it loads them, then onto the vehicle that was chosen
    page.get_by_role("button", name="Clear").click()
    choose(page, "Load")
    page.get_by_role("button", name="Truck 4").click()
    is_judged(page, "CAM-1", "ok")
    expect(page.get_by_test_id("scan-CAM-1").first).to_contain_text("Loaded on Truck 4")
    loaded = "SELECT s.slug FROM items i JOIN sources s ON s.id = i.vehicle_id WHERE code = 'cam-1'"
    wait_until(lambda: rows(loaded) == [("truck-04",)])


def test_each_outcome_sounds_feels_and_reads_different(phone, items):
    items("ear-1", "ear-2")
    page = phone("anouk")
    page.evaluate(EARS)
    page.get_by_test_id("code").click()
    impressions = {}
    for tag, verdict, words in (
        ("EAR-1", "ok", "OK: Case ear-1. Seen."),
        ("EAR-1", "duplicate", "Again: Case ear-1. Scanned a moment ago: not sent again."),
        ("LED-90", "wrong_project", "Wrong project: LED-90."),
        ("NIX-2", "unknown", "Unknown: NIX-2. No item has this tag."),
    ):
        page.evaluate("heard.length = 0")
        type_code(page, tag)
        is_judged(page, tag, verdict)
        expect(page.get_by_test_id("said")).to_contain_text(words)
        shape = page.get_by_test_id(f"scan-{tag}").first.locator(".shape")
        colour = shape.evaluate("shape => getComputedStyle(shape).backgroundColor")
        drawn = shape.locator("path").get_attribute("d")
        impressions[verdict] = [colour, drawn, *(page.evaluate("heard.join()").split("vibration")[-1:])]
        assert page.evaluate("heard.filter(each => !each.startsWith('vibration')).length") > 0
    assert all(len(set(each)) == len(impressions) for each in zip(*impressions.values(), strict=True)), impressions
    # A hand scanner types wherever the focus is; muted, nothing sounds
    page.get_by_role("button", name="Sounds").click()
    page.evaluate("heard.length = 0")
    scan_by_hand(page, "EAR-2")
    is_judged(page, "EAR-2", "ok")
    assert page.evaluate("heard.every(each => each.startsWith('vibration'))")


def test_a_position_is_shared_on_shift_and_only_then(phone, visit, rows):
    # Given crew on shift, and a dispatcher who watches
    dana, page = visit("dana"), phone("anouk")
    expect(page.get_by_test_id("share")).to_contain_text("You are on shift until")
    # When she shares and walks, then it is said with whom and until when, and the dispatcher sees it
    turn(page)
    is_shared(page, True)
    expect(page.get_by_test_id("share")).to_contain_text("people of Lowlands until")
    seen = dana.get_by_test_id("source-anouk")
    for latitude in (52.1001, 52.1002):
        move(page, latitude)
        expect(seen).to_have_attribute("data-lat", str(latitude), timeout=WAY)
    # When she is without signal, walks, and opens the page anew, then all of it is kept and comes when there is signal
    is_controlled(page)
    page.context.set_offline(True)
    for kept, latitude in enumerate((52.1003, 52.1004, 52.1005), start=1):
        move(page, latitude)
        expect(page.get_by_test_id("share")).to_contain_text(f"{kept} kept to be sent", timeout=WAY)
    page.reload()
    expect(page.get_by_test_id("share")).to_contain_text("kept to be sent", timeout=WAY)
    page.context.set_offline(False)
    walked = [52.1001, 52.1002, 52.1003, 52.1004, 52.1005]
    wait_until(lambda: set(walked) <= {latitude for (latitude,) in rows(LATITUDES, "anouk")}, 30)
    # When she switches it off, then nothing follows, though her shift goes on
    is_live(page)
    turn(page)
    page.get_by_role("button", name="Keep the shift").click()
    is_shared(page, False)
    move(page, 52.2)
    all_is_stored(page)
    assert (52.2,) not in rows(LATITUDES, "anouk")


def test_off_in_one_tab_is_off_in_all(phone, visit, rows):
    # Given crew on shift who shares, with two tabs open
    page = phone("anouk")
    turn(page)
    other = visit("anouk", "/crew/lowlands/me", beside=page)
    for tab in (page, other):
        is_shared(tab, True)
    # When it is switched off in the one, then in the other too, and nothing follows from either
    turn(page)
    page.get_by_role("button", name="Keep the shift").click()
    is_shared(other, False)
    move(page, 52.3)
    all_is_stored(page)
    assert (52.3,) not in rows(LATITUDES, "anouk")
    # And when it is switched on again, then in both
    turn(other)
    for tab in (page, other):
        is_shared(tab, True)


def test_a_shift_begins_and_ends_with_the_switch(phone, rows):
    # Given somebody who isn't on shift: the switch begins one
    page = phone("dana")
    turn(page)
    page.get_by_role("button", name="8 hours").click()
    is_shared(page, True)
    assert rows(SHIFTS, "dana") == [(8.0, True)]
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
    expect(page.get_by_test_id("share")).to_contain_text("Your shift is over", timeout=WAY)
    is_shared(page, False)
    move(page, 52.1202)
    all_is_stored(page)
    assert (52.1202,) not in rows(LATITUDES, "root")


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_the_phone_is_for_everybody(phone, scheme):
    page = phone("anouk", "/crew", color_scheme=scheme)
    expect(page).to_have_url(re.compile("/crew/lowlands/scan$"))  # her only project, and what she is here for
    type_code(page, "AMP-12", "NIX-3")
    is_judged(page, "NIX-3", "unknown")
    found = violations(page)
    page.get_by_role("button", name="Me", exact=True).click()
    expect(page.get_by_test_id("waiting")).to_contain_text("Everything has been sent.")
    found += violations(page)
    turn(page)
    is_shared(page, True)
    turn(page)
    found += violations(page)
    assert found == []
    small = page.locator(".crew :is(button, input, a.choice):visible").evaluate_all(
        "all => all.filter(e => !e.matches('.link, [type=range]') && e.getBoundingClientRect().height < 44)"
        ".map(e => e.outerHTML)"
    )
    assert small == []


def test_several_projects_say_what_is_new_and_what_waits(phone, anouk):
    with anouk.open("lowlands") as window:
        message = {"id": "9a0d0f43-94c5-4a7e-9c3b-6a1f0a3d7c11", "at": 1_790_000_000, "body": "where is @root?"}
        window.publish("rentguy/lowlands/chat/anouk", message)
        wait_until(lambda: anouk.get(f"/projects/lowlands/chat/{message['id']}"))
    page = phone("root", "/crew", live=False)
    expect(page.get_by_test_id("project-lowlands")).to_contain_text("to you", timeout=WAY)
    page.get_by_test_id("project-pukkel").click()
    is_live(page)
    page.context.set_offline(True)
    type_code(page, "FOH-07")
    page.get_by_role("link", name="My projects").click()
    expect(page.get_by_test_id("project-pukkel")).to_contain_text("1 to send")
    page.context.set_offline(False)
    expect(page.get_by_test_id("project-pukkel")).not_to_contain_text("to send", timeout=WAY)


def test_it_can_be_installed_and_the_newest_version_takes_over(start, house, visit, lowlands, tmp_path):
    # Given a phone at an address of its own, with a build that will be replaced
    build = tmp_path / "dist"
    shutil.copytree(services.ROOT / "web" / "dist", build)
    theirs = replace(house, listen=f"127.0.0.1:{services.free_port()}", web_dir=str(build))
    api = start("api", theirs)
    page = visit("anouk", f"http://{theirs.listen}/crew", size="phone")
    is_controlled(page)
    # Then it is one that a browser installs, keeping its parts but nothing that was said
    session = page.context.new_cdp_session(page)
    assert session.send("Page.getAppManifest")["errors"] == []
    assert (
        page.request.get(f"http://{theirs.listen}/manifest.webmanifest").headers["content-type"]
        == "application/manifest+json"
    )
    errors = [each["errorId"] for each in session.send("Page.getInstallabilityErrors")["installabilityErrors"]]
    assert [each for each in errors if each != "in-incognito"] == []
    manifest = json.loads((build / "manifest.webmanifest").read_text())
    for icon in manifest["icons"]:
        assert icon["sizes"] == "{}x{}".format(*size_of(build / icon["src"].lstrip("/")))
    kept = page.evaluate(KEPT)
    assert any("zxing_reader" in path for path in kept)
    assert not [path for path in kept if path.startswith(("/api", "/ws"))]
    # When the server is away, then it opens all the same
    (before,) = page.evaluate("caches.keys()")
    api.stop()
    page.reload()
    expect(page.get_by_role("heading", name="Lowlands")).to_be_visible(timeout=WAY)
    # When another version is there, then the next load is of that one, and the old one's parts are gone
    (build / "index.html").write_text(
        (build / "index.html").read_text().replace("<head>", '<head data-version="newer">')
    )
    (build / "sw.js").write_text((build / "sw.js").read_text().replace(before.removeprefix("rentguy-"), "newer"))
    api.start()
    is_live(page)
    page.evaluate("navigator.serviceWorker.getRegistration().then(r => r.update())")
    wait_until(lambda: page.evaluate("navigator.serviceWorker.getRegistration().then(r => r.waiting !== null)"))
    assert page.evaluate("caches.keys()") == [before, "rentguy-newer"]  # who has the page open goes on with its own
    page.reload()
    assert page.locator("head").get_attribute("data-version") == "newer"
    wait_until(lambda: page.evaluate("caches.keys()") == ["rentguy-newer"])
    # When one signs out, then nobody is signed in here without the server's word
    page.get_by_role("button", name="Me", exact=True).click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_test_id("sign-in")).to_be_visible()
    assert page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('rentguy/session'))") == []


KEPT = """async () => {
  const names = await caches.keys();
  const requests = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
  return requests.flat().map(({ url }) => new URL(url).pathname);
}"""


def size_of(png: Path) -> tuple[int, int]:
    return struct.unpack(">II", png.read_bytes()[16:24])


def test_a_dispatcher_carries_none_of_it(visit):
    page = visit("dana")
    loaded = page.evaluate("performance.getEntriesByType('resource').map(({ name }) => name)")
    assert not [name for name in loaded if "Crew" in name or "wasm" in name or "reader" in name]
    assert page.evaluate("navigator.serviceWorker.getRegistration().then(r => r === undefined)")
