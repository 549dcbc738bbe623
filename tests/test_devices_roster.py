"""The demo's roster is complete and fits together; one that doesn't is refused with everything that is wrong."""

import json
from collections import Counter
from itertools import pairwise
from random import Random

import pytest

from devices import fleet
from devices.conversation import lines
from devices.outbox import Outbox
from devices.roster import DEMO, Park, Replay, RosterError, Work, load
from devices.route import distance
from rentguy.messages import ChatMessage
from rentguy.topics import is_slug

ROSTER = load()
KEYS = fleet.Secrets("mqtt://127.0.0.1:1", secrets={device.slug: "secret" for device in ROSTER.devices})


def test_slugs_are_valid_and_name_one_thing_each():
    sources = [each.slug for each in (*ROSTER.people, *ROSTER.devices)]
    assert all(map(is_slug, [*sources, ROSTER.project.slug, *(item.code for item in ROSTER.items)]))
    assert len(set(sources)) == len(sources)


def test_demo_has_what_it_shows():
    roles, kinds = Counter(person.role for person in ROSTER.people), Counter(device.kind for device in ROSTER.devices)
    assert roles["dispatcher"] >= 1 and roles["crew"] >= 8 and roles["viewer"] == 1
    assert len([each for each in ROSTER.vehicles if not isinstance(each.behaviour, Park)]) >= 12
    assert kinds["phone"] >= 8 and kinds["scanner"] + kinds["reader"] >= 2
    assert len(ROSTER.items) >= 40


def test_one_vehicle_replays_the_real_drive():
    replays = [device for device in ROSTER.vehicles if isinstance(device.behaviour, Replay)]
    assert [device.behaviour.trace for device in replays] == ["munich-car"]


def test_phones_belong_to_crew_of_their_own():
    crew = {person.slug for person in ROSTER.people if person.role == "crew"}
    owners = [device.owner for device in ROSTER.devices if device.kind == "phone"]
    assert set(owners) <= crew and len(set(owners)) == len(owners)


def test_tags_are_unique_and_each_item_has_one_of_both():
    tags = [tag for item in ROSTER.items for tag in item.tags]
    assert len(set(tags)) == len(tags)
    assert all(item.tag(epc=True) != item.tag(epc=False) for item in ROSTER.items)


def test_no_two_scanners_quarrel_over_an_item():
    items = [code for device in ROSTER.devices if isinstance(device.behaviour, Work) for code in device.behaviour.items]
    assert sorted(items) == sorted(ROSTER.by_code)


def test_vehicles_come_to_the_venue_and_never_leap():
    for device in ROSTER.vehicles:
        motion = fleet.motion(device, ROSTER)
        places = [motion.at(1_790_000_000 + second) for second in range(0, 7200, 2)]
        steps = [distance(a.point, b.point) for a, b in pairwise(places)]
        assert max(steps) < (500 if isinstance(device.behaviour, Replay) else 35), device.slug
        assert isinstance(device.behaviour, Replay) or any(
            fleet.stands_at(motion, ROSTER.project, 1_790_000_000 + second) for second in range(0, 7200, 30)
        ), device.slug


def test_every_device_has_a_station():
    stations = fleet.stations(ROSTER, KEYS, lambda slug: Outbox())
    assert [station.device.slug for station in stations] == [device.slug for device in ROSTER.devices]


def test_device_without_a_secret_is_named():
    with pytest.raises(RosterError, match="no secret for truck-01, truck-02"):
        fleet.stations(ROSTER, fleet.Secrets("mqtt://127.0.0.1:1"), lambda slug: Outbox())


def test_talk_never_ends_and_fills_in_every_word():
    talk = lines(ROSTER, Random(1))
    said = [next(talk) for _ in range(300)]
    people = {person.slug for person in ROSTER.people if person.role != "viewer"}
    assert {line.by for line in said} <= people
    assert not any("{" in line.body or "}" in line.body for line in said)
    assert len({line.body for line in said}) > 100
    for line in said:
        ChatMessage(id="0" * 32, at=0, body=line.body)


@pytest.mark.parametrize(
    "path, value, reason",
    [
        (("devices", 0, "slug"), "Truck 1", "'Truck 1' is no slug"),
        (("devices", 0, "slug"), "dana", "slug 'dana' stands there 2 times"),
        (("devices", 0, "kind"), "boat", "kind"),
        (("devices", 0, "owner"), "nobody", "its owner 'nobody' is not among the people"),
        (("devices", 0, "behaviour"), {"does": "drive", "route": "moon"}, "there is no route 'moon'"),
        (("devices", 0, "behaviour"), {"does": "fly"}, "fly"),
        (("items", 0, "tags"), ["X", "X"], "tag 'X' stands there 2 times"),
        (("items", 0, "code"), "no-such", "there is no item 'foh-rack-1'"),
        (("chat", 0, 0, "by"), "ghost", "chat: 'ghost' is not among the people"),
        (("project",), {"slug": "p"}, "name"),
    ],
)
def test_bad_roster_is_refused(tmp_path, path, value, reason):
    roster = json.loads(DEMO.read_text())
    *outer, last = path
    inner = roster
    for step in outer:
        inner = inner[step]
    inner[last] = value
    file = tmp_path / "roster.json"
    file.write_text(json.dumps(roster))
    with pytest.raises(RosterError, match=reason):
        load(file)
