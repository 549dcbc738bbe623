"""One's own account in the browser: tokens, the password, and what is stored of one."""

import json
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from rentguy import enrolment
from tests import house as houses
from tests import pages
from tests.pages import BOTH_SIZES, sign_in, violations
from tests.services import wait_until
from tests.visitors import Device, Person

database, config, start, embedded, lowlands, house = map(pytest.fixture(scope="module"), houses.PARTS)
visit = pytest.fixture(pages.beside_the_map)


def test_a_token_is_made_and_used_and_revoked_on_the_phone(visit, house, lowlands):
    anouk = visit("anouk", "/account", size="phone", live=False)
    anouk.get_by_role("button", name="New token").click()
    anouk.get_by_label("What for").fill("Wall display")
    anouk.keyboard.press("Enter")
    dialog = anouk.get_by_role("dialog", name="The token Wall display")
    anouk.keyboard.press("Escape")
    token = anouk.get_by_test_id("token-shown").input_value()
    dialog.get_by_role("button", name="I have kept it").click()
    expect(anouk.get_by_test_id("token")).to_contain_text("read")
    # When a program uses it, it reads as she may, and no more
    program = Person(house, "anouk", lowlands.password)
    program.token = token
    assert program.get("/projects/lowlands/sources")
    assert program.request("POST", "/projects/lowlands/shifts", {"hours": 1}).status == 403
    # When it is revoked, it is no good
    anouk.get_by_role("button", name="Revoke Wall display").click()
    anouk.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    expect(anouk.get_by_text("No tokens")).to_be_visible()
    assert program.request("GET", "/projects/lowlands/sources").status == 401


def test_what_is_stored_of_one_is_shown_and_taken_along(visit, house, lowlands):
    with Device(house, "anouk-phone", lowlands.secrets["anouk-phone"]) as phone:
        phone.publish("position", {"at": datetime.now(UTC).isoformat(), "lat": 52.4, "lon": 5.7, "seq": 1})
        wait_until(lambda: {"stored": [[1, 1]]} in phone.told("receipt"))
    with Person(house, "anouk", lowlands.password).open("lowlands") as window:
        said = {"id": str(uuid4()), "at": datetime.now(UTC).isoformat(), "body": "At the gate"}
        window.publish("rentguy/lowlands/chat/anouk", said)
        wait_until(lambda: {"ids": {said["id"]: "stored"}} in window.heard("rentguy/lowlands/receipt/anouk"))
    anouk = visit("anouk", "/account", live=False)
    expect(anouk.get_by_test_id("stored-positions")).to_contain_text("1")
    expect(anouk.get_by_text("Lowlands keeps where people were for")).to_be_visible()
    with anouk.expect_download() as download:
        anouk.get_by_role("link", name="Download all of it").click()
    taken = json.loads(download.value.path().read_text())
    assert "At the gate" in json.dumps(taken)


def test_a_new_password_ends_all_sessions(visit, house, lowlands, registry):
    with registry() as session:
        enrolment.add_user(session, "joris", "Joris Maas", lowlands.password)
    phone = Person(house, "joris", lowlands.password)
    joris = visit("joris", "/account", live=False)
    # Given what is wrong, it is said beside its field
    for old, again, where, why in (
        (lowlands.password, "not the same", "New password again", "aren't the same"),
        ("guessed", "rain at the gate", "Password now", "this isn't your password"),
    ):
        joris.get_by_label("Password now").fill(old)
        joris.get_by_label("New password", exact=True).fill("rain at the gate")
        joris.get_by_label("New password again").fill(again)
        joris.keyboard.press("Enter")
        expect(joris.locator(".field", has=joris.get_by_text(where, exact=True))).to_contain_text(why)
    # When it is changed, one is signed out everywhere, and in with the new one
    joris.get_by_label("Password now").fill(lowlands.password)
    joris.keyboard.press("Enter")
    expect(joris.get_by_test_id("sign-in")).to_be_visible()
    assert phone.request("GET", "/me").status == 401
    sign_in(joris, "joris", "rain at the gate")
    expect(joris.get_by_role("heading", name="You", exact=True)).to_be_visible()
    # And when one signs out everywhere, the phone is out too
    phone = Person(house, "joris", "rain at the gate")
    joris.get_by_role("button", name="Sign out everywhere").click()
    joris.get_by_role("dialog").get_by_role("button", name="Sign out everywhere").click()
    expect(joris.get_by_test_id("sign-in")).to_be_visible()
    assert phone.request("GET", "/me").status == 401


@BOTH_SIZES
def test_nothing_stands_in_anybodys_way(visit, size):
    dana = visit("dana", "/account", size=size, live=False)
    expect(dana.get_by_test_id("stored-positions")).to_be_visible()
    expect(dana.get_by_text("No tokens")).to_be_visible()
    assert violations(dana) == []
    dana.get_by_role("button", name="New token").click()
    assert violations(dana) == []
