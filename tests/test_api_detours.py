"""What nobody gets by a detour: through a token, a shared device, two requests at once, or many."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from rentguy import db, enrolment, orm
from rentguy.errors import RegistryError
from rentguy.log import pairs
from tests import house as houses
from tests.services import wait_until
from tests.visitors import Device, Person

database, config, start, embedded, lowlands, house = map(pytest.fixture(scope="module"), houses.PARTS)
PASSWORD = "a quite long password"


@pytest.fixture(scope="module")
def root(house, lowlands) -> Person:
    return Person(house, "root", lowlands.password)


@pytest.fixture(scope="module")
def dana(house, lowlands) -> Person:
    return Person(house, "dana", lowlands.password)


def test_a_token_does_not_become_its_owners_account(house, lowlands, root):
    program = Person(house, "root", lowlands.password)
    made = root.request("POST", "/me/tokens", {"name": "script", "scopes": ["manage", "read", "publish"]})
    program.token = made.body["token"]
    for asked, expected in (
        ({"password": PASSWORD}, 403),
        ({"admin": True}, 403),
        ({"admin": False}, 403),
        ({"name": "Anouk Peeters"}, 200),
    ):
        assert program.request("PATCH", "/users/anouk", asked).status == expected, asked
    assert program.request("POST", "/users", {"slug": "twin", "admin": True}).status == 403
    # Nor is one's own password changed by who doesn't know it
    assert root.request("PATCH", "/users/root", {"password": PASSWORD}).status == 403


def test_two_admins_who_disable_each_other_at_once_leave_one(database, lowlands):
    engine = orm.engine(database)
    with Session(engine) as session, session.begin():
        for slug in ("ada", "bo"):
            enrolment.add_user(session, slug, None, PASSWORD, admin=True)
        enrolment.set_admin(session, "root", False)
    both = threading.Barrier(2)

    def disable(slug: str) -> bool:
        with Session(engine) as session, session.begin():
            try:
                enrolment.enable_user(session, slug, False)
            except RegistryError:
                session.rollback()
                return False
            with suppress(threading.BrokenBarrierError):  # nobody else gets as far while this isn't committed
                both.wait(1)
        return True

    try:
        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(disable, ("ada", "bo"))) == [False, True]
    finally:
        with Session(engine) as session, session.begin():
            enrolment.set_admin(session, "root", True)
            for slug in ("ada", "bo"):
                enrolment.set_admin(session, slug, False)
        engine.dispose()


def test_a_card_tells_nothing_of_others_projects(house, lowlands, root, dana):
    # Given a truck that has worked for another project, where something of it was refused
    with Device(house, "truck-90", lowlands.secrets["truck-90"], "pukkel") as truck:
        truck.publish("scan", b"no scan")
        wait_until(lambda: root.get("/devices/truck-90")["newest_rejects"])
    root.request("PUT", "/devices/truck-90/assignment", {"project": "lowlands"})
    # Then the dispatcher it works for now hears nothing of that, an admin all
    told, all_of_it = dana.get("/devices/truck-90"), root.get("/devices/truck-90")
    assert [each["project"] for each in told["assignments"]] == ["lowlands"]
    assert (told["newest_rejects"], dana.get("/rejects?source=truck-90")) == ([], [])
    assert [each["project"] for each in all_of_it["assignments"]] == ["lowlands", "pukkel"]
    assert all_of_it["newest_rejects"] == root.get("/rejects?source=truck-90") != []


def test_what_hears_whatever_it_is_given_to_gets_its_secret_from_admins(root, dana):
    assert dana.request("POST", "/devices/wall/secret").status == 403
    assert dana.request("POST", "/devices/gate-1/secret").status == 200


def test_one_persons_requests_leave_room_for_others(house, lowlands, dana):
    # Given a table that answers nobody
    vera = Person(house, "vera", lowlands.password)
    session = db.connect(house.database_url, "test")
    with session.cursor() as cursor, ThreadPoolExecutor(40) as pool:
        cursor.execute("LOCK TABLE positions")
        # When one person asks for it many times at once
        since = (datetime.now(UTC) - timedelta(hours=1)).isoformat().replace("+00:00", "Z")
        path = f"/projects/lowlands/positions?from={since}"
        asked = [pool.submit(vera.request, "GET", path) for _ in range(40)]
        waits = "datname = current_database() AND wait_event_type = 'Lock'"
        with db.connect(house.database_url, "test") as other, other.cursor() as looking:

            def some_wait() -> bool:
                looking.execute(f"SELECT count(*) FROM pg_stat_activity WHERE {waits}")
                other.commit()
                return looking.fetchone()[0] >= 6

            wait_until(some_wait)
        # Then others are answered meanwhile
        assert [dana.request("GET", "/projects").status for _ in range(5)] == [200] * 5
        session.rollback()
        assert {each.result().status for each in asked} <= {200, 429}
    session.close()


def test_nothing_that_is_logged_begins_a_line_of_its_own():
    assert pairs(client="x\nERROR broker: forged", bytes=3) == r"client='x\nERROR broker: forged' bytes=3"
