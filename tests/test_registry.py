"""What the registry lets a device do at which moment, and when that changes; and how the database says it."""

from contextlib import closing
from math import inf

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from rentguy import db, enrolment, orm, registry
from rentguy.registry import DOOR_S, Interval, Registered

SHUT = 200.0 + DOOR_S  # the door of what ended at 200
TRUCK = Registered("truck-04", "truck", "$7$", assignments=(Interval("p", 100.0, 200.0), Interval("q", 200.0)))
PHONE = Registered(
    "anouk-phone", "phone", "$7$", owner="anouk", assignments=(Interval("p"),), shifts=(Interval("p", 100.0, 200.0),)
)
BACK = Registered("van-2", "van", "$7$", assignments=(Interval("p", None, 200.0), Interval("p", 300.0)))
ENDLESS = Registered("crm", "integration", "$7$", assignments=(Interval("p", -inf, inf),))

ACCOUNTS = [
    # whose, at; roles, ended; on_shift, sharing
    (TRUCK, 99.9, {}, "", "", ""),
    (TRUCK, 100.0, {"p": "device"}, "", "", ""),
    (TRUCK, 199.9, {"p": "device"}, "", "", ""),
    (TRUCK, 200.0, {"p": "device", "q": "device"}, "p", "", ""),
    (TRUCK, SHUT - 0.1, {"p": "device", "q": "device"}, "p", "", ""),
    (TRUCK, SHUT, {"q": "device"}, "", "", ""),
    (PHONE, 99.9, {"p": "phone"}, "", "", ""),
    (PHONE, 100.0, {"p": "phone"}, "", "p", "p"),
    (PHONE, 199.9, {"p": "phone"}, "", "p", "p"),
    (PHONE, 200.0, {"p": "phone"}, "", "p", ""),
    (PHONE, SHUT - 0.1, {"p": "phone"}, "", "p", ""),
    (PHONE, SHUT, {"p": "phone"}, "", "", ""),
    (BACK, 199.9, {"p": "device"}, "", "", ""),
    (BACK, 200.0, {"p": "device"}, "p", "", ""),
    (BACK, 300.0, {"p": "device"}, "", "", ""),  # at work again while the door was still open
    (ENDLESS, 0.0, {"p": "integration"}, "", "", ""),
]


@pytest.mark.parametrize(("device", "at", "roles", "ended", "on_shift", "sharing"), ACCOUNTS)
def test_an_account_is_of_its_moment(device, at, roles, ended, on_shift, sharing):
    identity = device.account(at).identity
    assert (identity.roles, identity.ended) == (roles, frozenset(ended))
    assert (identity.on_shift, identity.sharing) == (frozenset(on_shift), frozenset(sharing))


CHANGES = [
    (TRUCK, 0.0, 100.0),
    (TRUCK, 100.0, 200.0),
    (TRUCK, 199.9, 200.0),
    (TRUCK, 200.0, SHUT),
    (TRUCK, SHUT, inf),
    (PHONE, 100.0, 200.0),
    (PHONE, 200.0, SHUT),
    (BACK, 0.0, 200.0),
    (BACK, 200.0, 300.0),
    (BACK, 300.0, SHUT),
    (ENDLESS, 0.0, inf),
    (Registered("spare-1", "tracker", "$7$"), 0.0, inf),
]


@pytest.mark.parametrize(("device", "at", "expected"), CHANGES)
def test_the_next_change_is_the_first_bound_to_come(device, at, expected):
    assert device.next_change(at) == expected


def test_an_account_keeps_the_kind_the_owner_and_the_switch():
    off = Registered("wall", "integration", "$7$x", enabled=False, assignments=(Interval("p"),)).account(0.0)
    assert (off.identity.slug, off.identity.kind, off.identity.enabled) == ("wall", "integration", False)
    assert off.secret_hash == "$7$x"
    assert PHONE.account(0.0).identity.kind == "device"


HOUR = 3600.0
SPANS = [
    # as the database has it, around now() -> (since, until) relative to now, in seconds; None: it isn't told
    ("tstzrange(NULL, NULL)", (None, None)),
    ("tstzrange('-infinity', 'infinity')", (None, None)),
    ("tstzrange(now() - interval '1 h', now() + interval '1 h')", (-HOUR, HOUR)),
    ("tstzrange(now() - interval '1 h', NULL)", (-HOUR, None)),
    ("tstzrange(now() + interval '1 h', 'infinity')", (HOUR, None)),
    ("tstzrange(NULL, now() - interval '23 h')", (None, -23 * HOUR)),
    ("tstzrange(NULL, now() - interval '25 h')", None),
    ("tstzrange('infinity', NULL)", None),
    ("'empty'", None),
]


def test_intervals_come_from_the_database_unless_their_door_has_closed(database):
    engine = orm.engine(database)
    with Session(engine) as session, session.begin():
        for number in range(len(SPANS)):
            enrolment.add_project(session, f"p-{number}")
        enrolment.add_user(session, "anouk", None, "a long password")
        for number in range(len(SPANS)):
            enrolment.add_member(session, f"p-{number}", "anouk", "crew")
        enrolment.add_device(session, "anouk-phone", "phone", project="p-0", owner="anouk")
        shift = "(SELECT s.id, p.id, {} FROM sources s, projects p WHERE s.slug = 'anouk' AND p.slug = 'p-{}')"
        for number, (span, _) in enumerate(SPANS):
            session.execute(text(f"INSERT INTO shifts (source_id, project_id, during) {shift.format(span, number)}"))
        now = float(session.scalar(text("SELECT extract(epoch FROM now())")))
    engine.dispose()
    with closing(db.connect(database, "test")) as session:
        phone = registry.devices(session)["anouk-phone"]
        account = registry.accounts(session)["anouk-phone"]
    found = {each.project: each for each in phone.shifts}
    expected = {f"p-{number}": bounds for number, (_, bounds) in enumerate(SPANS) if bounds}
    assert found.keys() == expected.keys()
    for project, bounds in expected.items():
        for bound, offset in zip((found[project].since, found[project].until), bounds, strict=True):
            assert bound == (offset if offset is None else pytest.approx(now + offset, abs=1e-5)), project
    [assignment] = phone.assignments
    assert (assignment.project, assignment.until) == ("p-0", None)
    assert (phone.kind, phone.owner, phone.enabled) == ("phone", "anouk", True)
    assert account.identity.sharing == {"p-0"}
    assert account.secret_hash == phone.secret_hash
