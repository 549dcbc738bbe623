"""The phone, `/crew`: for everybody, in several projects, installed, and out of a dispatcher's way."""

import json
import re
import shutil
import struct
from pathlib import Path

import pytest
from msgspec.structs import replace
from playwright.sync_api import expect

from tests import house as houses
from tests import pages, phones, services
from tests.pages import is_live, violations
from tests.phones import is_controlled, is_judged, is_shared, turn, type_code
from tests.services import wait_until

database, config, start, embedded, lowlands, house = map(pytest.fixture(scope="module"), houses.PARTS)
phone = pytest.fixture(phones.phone)


def test_the_phone_is_for_everybody(phone):
    page = phone("anouk", "/crew")
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
    expect(page.get_by_test_id("project-lowlands")).to_contain_text("to you")
    page.get_by_test_id("project-pukkel").click()
    is_live(page)
    page.context.set_offline(True)
    type_code(page, "FOH-07")
    page.get_by_role("link", name="My projects").click()
    expect(page.get_by_test_id("project-pukkel")).to_contain_text("1 to send")
    page.context.set_offline(False)
    expect(page.get_by_test_id("project-pukkel")).not_to_contain_text("to send")


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
    expect(page.get_by_role("heading", name="Lowlands")).to_be_visible()
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
    pages.session.cache_clear()  # what others would come with has ended with it


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
