"""Scanning with the phone: without a line, with the camera, and what each outcome is like."""

import pytest
from playwright.sync_api import expect

from tests import films, phones, profiles
from tests import house as houses
from tests.pages import scan_by_hand
from tests.phones import choose, is_controlled, is_judged, type_code
from tests.profiles import is_kept
from tests.services import wait_until
from tests.talks import message, write

database, config, start, embedded, lowlands, house = map(pytest.fixture(scope="module"), houses.PARTS)
phone, items, reopen = map(pytest.fixture, (phones.phone, phones.items, profiles.reopen))

SCANS = "SELECT tag, result, count(*) FROM scans WHERE tag = ANY(%s) GROUP BY tag, result"
SAID = "SELECT body FROM messages WHERE body LIKE 'box %%' ORDER BY number"
MESSAGE = {"id": "5f0c6d3e-1f0b-4b43-9a53-6d6b7c2f7a01", "at": 1_790_000_000, "body": "box 0"}
ENTRY = {"id": MESSAGE["id"], "kind": "chat", "project": "lowlands", "at": 1, "payload": MESSAGE, "fate": "waiting"}
SCAN = {"id": "5f0c6d3e-1f0b-4b43-9a53-6d6b7c2f7a02", "project": "lowlands", "at": 1_790_000_000_000, "tag": "KILL-0"}
SCANNED = SCAN | {"symbology": None, "mode": "look", "vehicle": None, "verdict": "waiting", "before": None}
LEAVE_BEHIND = """([entry, scanned]) => {
  localStorage.setItem(`rentguy/outbox/anouk/${entry.id}`, JSON.stringify(entry));
  localStorage.setItem("rentguy/scans/anouk", JSON.stringify([scanned]));
  for (let size = 1 << 22; size > 0; size >>= 1) {
    try {
      localStorage.setItem(`junk ${size}`, "x".repeat(size));
    } catch {
      // no room for so much: perhaps for half of it
    }
  }
}"""
EARS = """() => {
  window.heard = [];
  const Real = OscillatorNode;
  window.OscillatorNode = class extends Real {
    constructor(context, options) { super(context, options); heard.push(`${options.type} ${options.frequency}`); }
  };
  navigator.vibrate = (pattern) => heard.push(`vibration ${pattern}`) > 0;
}"""


def test_an_offline_phone_that_scanned_five_items_catches_up(phone, items, rows):
    # Given a phone that has been here before, without signal
    items("off-1", "off-2", "off-3")
    items("far-1", project="pukkel")
    page = phone("anouk")
    is_controlled(page)
    choose(page, "Out")
    page.context.set_offline(True)
    expect(page.get_by_test_id("connection")).to_have_attribute("data-state", "offline")
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


def test_a_killed_browser_and_a_full_storage_lose_nothing(reopen, items, rows):
    # Given a phone without signal, whose localStorage is full, a message and a scan of an older version in it
    items("kill-0", "kill-1")
    page = reopen("anouk", "/crew/lowlands/scan")
    is_controlled(page)
    page.context.set_offline(True)
    page.evaluate(LEAVE_BEHIND, [ENTRY, SCANNED])
    page.reload()
    is_judged(page, "KILL-0", "waiting")
    is_kept(page, "outbox/anouk", 2)
    assert page.evaluate("Object.keys(localStorage).filter(key => /outbox|scans/.test(key))") == []
    # When its holder scans, says two things, and the browser is killed
    type_code(page, "KILL-1")
    is_judged(page, "KILL-1", "waiting")
    page.get_by_role("button", name="Chat").click()
    expect(message(page, "box 0")).to_have_attribute("data-delivery", "sending")
    for n in (1, 2):
        expect(write(page, f"box {n}")).to_have_attribute("data-delivery", "sending")
    is_kept(page, "outbox/anouk", 5)
    page = reopen("anouk", "/crew/lowlands/scan")
    # Then, with signal again, all of it is stored once and in order, and nothing waits any more
    for tag in ("KILL-0", "KILL-1"):
        is_judged(page, tag, "ok")
    page.get_by_role("button", name="Chat").click()
    for n in range(3):
        expect(message(page, f"box {n}")).to_have_attribute("data-delivery", "stored")
    is_kept(page, "outbox/anouk", 0)
    assert rows(SAID) == [("box 0",), ("box 1",), ("box 2",)]
    stored = rows(SCANS, ["KILL-0", "KILL-1"])
    assert sorted(stored) == [("KILL-0", "stored", 1), ("KILL-1", "stored", 1)]
    # and the browser killed once more brings none of it back
    page = reopen("anouk", "/crew/lowlands/me")
    expect(page.get_by_test_id("waiting")).to_contain_text("Everything has been sent.")
    assert len(rows(SAID)) == 3


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
