"""Administration in the browser: devices and what they sign in with, people and where they belong, who may see it."""

import re
import time
from datetime import datetime, timedelta

import paho.mqtt.client as paho
import pytest
from playwright.sync_api import Page, expect

from rentguy import enrolment
from tests import house as houses
from tests import pages
from tests.pages import BOTH_SIZES, violations
from tests.services import wait_until
from tests.visitors import Device, Person

database, config, start, embedded, lowlands, house = map(pytest.fixture(scope="module"), houses.PARTS)
visit = pytest.fixture(pages.beside_the_map)
REFUSED = "Bad user name or password"
PAGES = {
    "devices": ("/admin/devices", "[data-testid=device-truck-04]"),
    "device": ("/admin/devices?device=truck-04", "[data-testid=assignment]"),
    "people": ("/admin/people?person=anouk", "[data-testid=membership-lowlands]"),
    "projects": ("/admin/projects?project=lowlands", "[data-testid=member-dana]"),
    "shifts": ("/admin/shifts?project=lowlands", "[data-testid=shift-anouk]"),
    "audit": ("/admin/audit", "[data-testid=audit-line]"),
}


def answered(house, slug: str, secret: str) -> str:
    """What the broker says to who signs in."""
    said: list[str] = []
    host, _, port = house.broker_listen.rpartition(":")
    client = paho.Client(paho.CallbackAPIVersion.VERSION2, client_id=slug)
    client.username_pw_set(slug, secret)
    client.on_connect = lambda _client, _data, _flags, reason, _more: said.append(reason.getName())
    client.connect(host, int(port))
    client.loop_start()
    try:
        return wait_until(lambda: said and said[0])
    finally:
        client.disconnect()
        client.loop_stop()


def field(page: Page, label: str, text: str) -> None:
    page.get_by_label(label, exact=True).fill(text)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def test_a_device_signs_in_with_the_secret_shown_once_until_it_is_given_another(visit, house):
    root = visit("root", "/admin/devices", live=False)
    # Given a device that is added; a name that is taken is refused beside its field
    press(root, "Add a device")
    field(root, "Name", "Truck 77")
    field(root, "Short name", "truck-04")
    root.get_by_role("dialog").get_by_label("Works for").select_option("lowlands")
    press(root, "Add, and show its secret")
    expect(root.locator(".field", has_text="Short name")).to_contain_text("'truck-04' is taken")
    field(root, "Short name", "truck-77")
    press(root, "Add, and show its secret")
    # Then its secret is shown, and isn't lost by a slip
    dialog = root.get_by_role("dialog", name="How truck-77 signs in")
    expect(dialog).to_contain_text("can’t be shown again")
    root.keyboard.press("Escape")
    root.keyboard.press("Escape")
    root.mouse.click(5, 5)
    first = root.get_by_test_id("secret").input_value()
    expect(root.get_by_test_id("mosquitto-pub")).to_have_value(re.compile(f"^mosquitto_pub .*-P {re.escape(first)} "))
    expect(dialog.get_by_role("img", name="Settings of OwnTracks for truck-77")).to_be_visible()
    assert violations(root, "dialog") == []
    press(root, "I have kept it")
    expect(dialog).to_have_count(0)
    # When it signs in with it, it is seen to be there
    card = root.get_by_test_id("device-card")
    expect(card).to_contain_text("never heard")
    with Device(house, "truck-77", first) as truck:
        truck.publish("presence", {"online": True})
        truck.publish("position", {"at": time.time(), "lat": 52.4, "lon": 5.7, "battery": 12, "seq": 1})
        wait_until(lambda: {"stored": [[1, 1]]} in truck.told("receipt"))
        root.reload()
        expect(root.get_by_test_id("device-truck-77")).to_contain_text("battery 12 %")
        expect(card.locator("[data-heard]")).to_have_text("online")
        # When it is given another secret, then the first is void
        press(root, "New secret")
        press(root, "Make a new secret")
        second = root.get_by_test_id("secret").input_value()
        press(root, "I have kept it")
    wait_until(lambda: answered(house, "truck-77", first) == REFUSED)
    wait_until(lambda: answered(house, "truck-77", second) == "Success")
    # When it is disabled, neither is any good
    press(root, "Disable")
    root.get_by_role("dialog").get_by_role("button", name="Disable").click()
    expect(root.get_by_test_id("device-truck-77")).to_contain_text("disabled")
    wait_until(lambda: answered(house, "truck-77", second) != "Success")


def test_a_device_works_for_somebody_for_a_time_and_is_freed(visit, registry):
    with registry() as session:
        enrolment.add_device(session, "spare-1", "tracker", "Spare tracker")
    dana = visit("dana", "/admin/devices?device=spare-1", live=False)
    # A dispatcher can take a spare device, but it isn't theirs yet
    card = dana.get_by_test_id("device-card")
    expect(card).to_contain_text("Nothing so far")
    expect(card.get_by_role("button", name="New secret")).to_have_count(0)
    # Given a mistake, then it is said beside the field
    press(dana, "Assign")
    field(dana, "Until", "2020-01-01T08:00")
    dana.get_by_role("dialog").get_by_role("button", name="Assign").click()
    expect(dana.locator(".field", has_text="Until")).to_contain_text("expected a time after")
    # When it is planned for tomorrow, then it can be cancelled; from now on, ended
    field(dana, "From", soon(24))
    field(dana, "Until", soon(30))
    dana.get_by_role("dialog").get_by_role("button", name="Assign").click()
    expect(card.locator("[data-testid=assignment][data-state=planned]")).to_have_count(1)
    press(dana, "Cancel: lowlands")
    press(dana, "Cancel it")
    expect(card.get_by_test_id("assignment")).to_have_count(0)
    press(dana, "Assign")
    dana.get_by_role("dialog").get_by_role("button", name="Assign").click()
    expect(card.locator("[data-state=running]")).to_have_count(1)
    expect(card.get_by_role("button", name="New secret")).to_be_visible()
    press(dana, "End: lowlands")
    press(dana, "End it now")
    expect(card.locator("[data-state=over]")).to_have_count(1)


def test_a_dispatcher_lets_somebody_in_on_the_phone(visit, house, lowlands, registry):
    with registry() as session:
        enrolment.add_user(session, "joris", "Joris Maas", lowlands.password)
    dana = visit("dana", "/admin/people", size="phone", live=False)
    press(dana, "Let somebody in")
    dana.get_by_role("searchbox", name="Find a person").fill("maas")
    found = dana.get_by_role("list", name="Found").get_by_role("button")
    expect(found).to_have_text(["JMJoris Maasjoris"])
    found.click()
    joris = dana.get_by_test_id("member-joris")
    expect(joris.get_by_role("combobox")).to_have_value("crew")
    assert [each["role"] for each in Person(house, "joris", lowlands.password).get("/me")["projects"]] == ["crew"]
    joris.get_by_role("combobox").select_option("viewer")
    wait_until(lambda: Person(house, "joris", lowlands.password).get("/me")["projects"][0]["role"] == "viewer")
    press(dana, "Remove Joris Maas")
    dana.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(joris).to_have_count(0)
    assert Person(house, "joris", lowlands.password).get("/me")["projects"] == []


def test_a_person_is_added_and_signs_in_with_the_password_shown(visit, house):
    root = visit("root", "/admin/people", live=False)
    press(root, "Add a person")
    field(root, "Name", "Noor Bakker")
    field(root, "Short name", "noor")
    root.keyboard.press("Enter")
    first = root.get_by_test_id("password-shown").input_value()
    press(root, "I have kept it")
    noor = Person(house, "noor", first)
    # When they are put on a project, they are on it
    root.get_by_role("form", name="Add to a project").get_by_label("Project").select_option("lowlands")
    press(root, "Add to project")
    expect(root.get_by_test_id("membership-lowlands")).to_be_visible()
    assert [each["slug"] for each in noor.get("/me")["projects"]] == ["lowlands"]
    # When they get a new password, the old one and who signed in with it are out
    press(root, "New password")
    root.get_by_role("dialog").get_by_role("button", name="New password").click()
    second = root.get_by_test_id("password-shown").input_value()
    assert noor.request("GET", "/me").status == 401
    Person(house, "noor", second)


def test_a_shift_is_planned_and_cancelled(visit):
    dana = visit("dana", "/admin/shifts", live=False)
    expect(dana.get_by_test_id("shift-anouk")).to_contain_text("on shift")
    dana.get_by_label("Who", exact=True).select_option("dana")
    field(dana, "From", soon(24))
    press(dana, "Put on shift")
    planned = dana.locator("[data-testid=shift-dana][data-state=planned]")
    expect(planned).to_have_count(1)
    press(dana, "Cancel the shift of Dana de Wit")
    press(dana, "Cancel the shift")
    expect(planned).to_have_count(0)


def test_what_was_changed_is_found_again(visit, registry):
    with registry() as session:
        session.info |= {"by": "root", "door": "test"}
        enrolment.add_device(session, "audited", "tracker")
        for turn in range(50):
            enrolment.rename_device(session, "audited", f"Tracker {turn}")
    root = visit("root", "/admin/audit?subject=audited", live=False)
    lines = root.get_by_test_id("audit-line")
    expect(lines).to_have_count(50)
    expect(lines.first).to_contain_text("Tracker 49")
    assert root.evaluate("document.documentElement.scrollWidth <= innerWidth")
    press(root, "Show older")
    expect(root.locator("[data-action='device.add']")).to_have_count(1)
    root.get_by_role("searchbox", name="Action").fill("device.add")
    expect(lines).to_have_count(1)
    expect(lines).to_contain_text("root test")


def test_a_project_is_added_and_keeps_positions_as_long_as_is_asked(visit, house, lowlands):
    root = visit("root", "/admin/projects", live=False)
    press(root, "Add a project")
    field(root, "Name", "Tollwood")
    field(root, "Short name", "tollwood")
    root.keyboard.press("Enter")
    expect(root.get_by_test_id("project-card")).to_contain_text("Tollwood")
    field(root, "Days to keep where people were", "7")
    press(root, "Keep so long")
    asked = Person(house, "root", lowlands.password)
    wait_until(lambda: asked.get("/projects/tollwood/settings")["keep_people_days"] == 7)


@BOTH_SIZES
def test_nothing_stands_in_anybodys_way(visit, size):
    root, found = visit("root", "/admin/devices", size=size, live=False), {}
    for name, (path, seen) in PAGES.items():
        root.goto(path)
        expect(root.locator(seen).first).to_be_visible()
        assert root.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        if wrong := violations(root):
            found[name] = wrong
    assert found == {}


def test_who_may_administer_nothing_is_told_so(visit):
    vera = visit("vera", "/admin/devices", live=False)
    expect(vera.get_by_text("Ask one of them for what you need")).to_be_visible()
    vera.goto("/projects/lowlands")
    vera.get_by_test_id("me").click()
    expect(vera.get_by_role("link", name="You")).to_be_visible()
    expect(vera.get_by_role("link", name="Administration")).to_have_count(0)
    # A dispatcher has a way there, to what is theirs
    dana = visit("dana")
    dana.get_by_test_id("me").click()
    dana.get_by_role("link", name="Administration").click()
    sections = dana.locator(".sections a")
    expect(sections).to_have_text(["Devices", "People", "Shifts"])
    expect(dana.get_by_test_id("device-truck-04")).to_be_visible()
    expect(dana.get_by_test_id("device-truck-90")).to_have_count(0)
    dana.get_by_role("link", name="Back to the project").click()
    expect(dana).to_have_url(re.compile("/projects/lowlands"))


def soon(hours: int) -> str:
    return f"{datetime.now() + timedelta(hours=hours):%Y-%m-%dT%H:%M}"
