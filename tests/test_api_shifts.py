"""Shifts over REST: who begins and ends them, and what that does to a position."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range

from api.database import Database
from api.problems import Problem
from rentguy import db, enrolment
from rentguy.config import Config
from rentguy.errors import RegistryError
from rentguy.models import Shift
from tests import house as houses
from tests.services import free_port, wait_until
from tests.visitors import Person

database, config, start, embedded, lowlands, house = map(pytest.fixture(scope="module"), houses.PARTS)


@pytest.fixture
def people(house, lowlands) -> dict[str, Person]:
    return {slug: Person(house, slug, lowlands.password) for slug in ("dana", "anouk", "vera", "root")}


@contextmanager
def listening(config: Config) -> Iterator[Callable[[], bool]]:
    """Whether the registry has been NOTIFYed since."""
    with closing(db.connect(config.database_url, "test")) as session:
        session.autocommit = True
        session.cursor().execute("LISTEN registry")
        yield lambda: session.poll() or bool(session.notifies)


def hours(shift: dict) -> float:
    return (datetime.fromisoformat(shift["until"]) - datetime.fromisoformat(shift["since"])).total_seconds() / 3600


def test_a_person_shares_their_position_from_the_beginning_to_the_end_of_their_shift(project, people):
    anouk, path = people["anouk"], f"/projects/{project}/shifts"
    with anouk.open(project) as window:
        share = lambda: window.publish(  # noqa: E731
            f"rentguy/{project}/position/anouk", {"at": datetime.now(UTC).isoformat(), "lat": 48.1, "lon": 11.5}
        )
        answered = lambda ref: {"ref": ref} in window.heard("$/ack")  # noqa: E731
        refused = lambda: [each["ref"] for each in window.heard("$/error")]  # noqa: E731
        # Given somebody off shift, whose position is nobody's business
        ref = share()
        wait_until(lambda: ref in refused())
        # When they begin a shift
        answer = anouk.request("POST", path, {"hours": 2})
        assert (answer.status, answer.body["person"], answer.body["name"]) == (201, "anouk", "Anouk Peeters")
        assert hours(answer.body) == 2
        # Then everybody sees it, and their position is welcome
        assert [people["vera"].get(path), people["root"].get(path)] == [[answer.body]] * 2
        shared = []
        wait_until(lambda: shared.append(share()) or any(map(answered, shared)), every=0.2)
        # When it goes on for longer, it is the same shift
        longer = anouk.request("POST", path, {"hours": 5}).body
        assert longer["since"] == answer.body["since"] and 5 <= hours(longer) < 5.1
        assert anouk.get(path) == [longer]
        # When they end it
        assert anouk.request("DELETE", f"{path}/{longer['id']}").status == 204
        # Then it is over, and so is the sharing
        assert anouk.get(path) == []
        ref = share()
        wait_until(lambda: ref in refused())
        gone = anouk.request("DELETE", f"{path}/{longer['id']}")
        assert gone.status == 404 and "no shift" in gone.body["detail"]


def test_dispatchers_decide_over_the_shifts_of_all(project, people, house):
    dana, path = people["dana"], f"/projects/{project}/shifts"
    # When a dispatcher puts others and themselves on shift
    with listening(house) as notified:
        shift = dana.request("POST", path, {"hours": 24, "person": "anouk"}).body
        wait_until(notified)
    assert (shift["person"], hours(shift)) == ("anouk", 24)
    assert dana.request("POST", path, {"hours": 0.5}).body["person"] == "dana"
    # Then both are there, the earlier first, and nowhere else
    assert [each["person"] for each in dana.get(path)] == ["anouk", "dana"]
    assert shift["id"] not in [each["id"] for each in dana.get("/projects/lowlands/shifts")]
    assert dana.request("DELETE", f"/projects/lowlands/shifts/{shift['id']}").status == 404
    # When an admin ends one, it is over, and all who hold a copy of the registry are told
    with listening(house) as notified:
        assert people["root"].request("DELETE", f"{path}/{shift['id']}").status == 204
        wait_until(notified)
    assert [each["person"] for each in dana.get(path)] == ["dana"]


def test_a_shift_that_has_not_begun_is_removed(project, people, registry, rows):
    anouk, path = people["anouk"], f"/projects/{project}/shifts"
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    with registry() as session:
        enrolment.add_shift(session, "anouk", project, 8, tomorrow)
    now, coming = anouk.request("POST", path, {"hours": 1}).body, anouk.get(path)[1]
    assert datetime.fromisoformat(coming["since"]) == tomorrow
    assert anouk.request("DELETE", f"{path}/{coming['id']}").status == 204
    assert anouk.get(path) == [now]
    # It leaves nothing; what has run stays on record
    assert anouk.request("DELETE", f"{path}/{now['id']}").status == 204
    kept = "SELECT h.id, NOT isempty(during) FROM shifts h JOIN projects p ON p.id = h.project_id WHERE p.slug = %s"
    assert rows(kept, project) == [(now["id"], True)]


REFUSED = [
    # who asks, for what; what is said
    ("vera", {"hours": 1}, 403, "'vera' is a viewer, and viewers can't be on shift; ask for the role of crew first"),
    ("dana", {"hours": 1, "person": "vera"}, 403, "viewers can't be on shift"),
    ("anouk", {"hours": 1, "person": "dana"}, 403, "you may not manage the shift of 'dana'"),
    ("vera", {"hours": 1, "person": "anouk"}, 403, "ask a dispatcher"),
    ("anouk", {"hours": 1, "since": "2090-01-01T00:00:00Z"}, 403, "the shift of '+'"),
    ("dana", {"hours": 1, "since": "2020-01-01T00:00:00Z"}, 422, "since: expected a time from now on"),
    ("dana", {"hours": 1, "since": "2290-01-01T00:00:00+01:00"}, 422, "within 366 days"),
    ("dana", {"hours": 1, "since": "0324-11-02T11:42:04+21:00"}, 422, "since: expected a time between 1970 and 9999"),
    ("dana", {"hours": 1, "since": 1900000000}, 422, "since: Expected"),
    ("dana", {"hours": 1, "person": "thijs"}, 404, "nobody called 'thijs' belongs to"),
    ("dana", {"hours": 1, "person": "truck-04"}, 404, "nobody called 'truck-04' belongs to"),
    ("anouk", {"hours": 0}, 422, "hours: Expected `float` > 0.0, got 0"),
    ("anouk", {"hours": 24.5}, 422, "hours: Expected `float` <= 24.0, got 24.5"),
    ("anouk", {"hours": "2"}, 422, "hours: Expected `float`, got `str`"),
    ("anouk", {}, 422, "hours"),
    ("dana", {"hours": 1, "person": "A B"}, 422, "person: "),
]


def test_who_may_not_is_told_what_to_do(project, people):
    path = f"/projects/{project}/shifts"
    for who, asked, status, detail in REFUSED:
        answer = people[who].request("POST", path, asked)
        assert (answer.status, detail in answer.body["detail"]) == (status, True), (who, asked, answer)
    assert people["dana"].get(path) == []
    # Nor are others' shifts for crew to end
    shift = people["dana"].request("POST", path, {"hours": 1}).body
    for who in ("anouk", "vera"):
        answer = people[who].request("DELETE", f"{path}/{shift['id']}")
        assert answer.status == 403 and "ask a dispatcher" in answer.body["detail"]
    assert people["dana"].get(path) == [shift]
    # and strangers don't learn that there are any
    for method, end in (("GET", ""), ("POST", ""), ("DELETE", "/1")):
        assert people["dana"].request(method, f"/projects/pukkel/shifts{end}", {"hours": 1}).status == 404


@pytest.mark.parametrize("left", ["viewer", "stranger"])
def test_who_is_at_work_no_more_is_not_on_shift_either(project, people, registry, rows, left):
    # Given crew on shift, and to be on shift tomorrow; and a dispatcher on shift there, crew on shift elsewhere
    anouk, dana, path = people["anouk"], people["dana"], f"/projects/{project}/shifts"
    begun = anouk.request("POST", path, {"hours": 1}).body
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    assert dana.request("POST", path, {"hours": 1, "person": "anouk", "since": tomorrow}).status == 201
    others = dana.request("POST", path, {"hours": 1}).body
    # When a dispatcher makes a viewer of them, or takes them out
    member = f"/projects/{project}/members/anouk"
    if left == "viewer":
        assert dana.request("PUT", member, {"role": "viewer"}).body["role"] == "viewer"
    else:
        assert dana.request("DELETE", member).status == 204
    # Then what ran has ended, what was to come is gone, and nobody else's is touched
    assert dana.get(path) == [others]
    ran = "SELECT upper(during) <= now() FROM shifts WHERE id = %s"
    assert rows(ran, begun["id"]) == [(True,)]
    assert "anouk" in [each["person"] for each in dana.get("/projects/lowlands/shifts")]
    # and the audit has each end
    audit = people["root"].get(f"/audit?action=shift.end&project={project}")
    assert [each["subject"] for each in audit] == ["anouk", "anouk"] and {each["by"] for each in audit} == {"dana"}


def test_a_shift_of_no_time_at_all_still_has_a_beginning(project, people):
    answer = people["anouk"].request("POST", f"/projects/{project}/shifts", {"hours": 1e-300})
    assert answer.status == 201 and answer.body["since"] < answer.body["until"]


HOUR = timedelta(hours=1)
ENDS = [
    # a shift from, to, in hours from now; what is left when it is ended: None is nothing
    (-2, 3, (-2, 0)),
    (-2, None, (-2, 0)),
    (None, 3, (None, 0)),
    (-3, -2, (-3, -2)),
    (1, 3, None),
]


@pytest.mark.parametrize(("since", "until", "left"), ENDS)
def test_ending_a_shift(registry, since, until, left):
    now = datetime.now(UTC)
    moment = lambda hours: None if hours is None else now + hours * HOUR  # noqa: E731
    with registry() as session:
        project, person = enrolment.find_project(session, "pukkel"), enrolment.find_person(session, "dana")
        shift = Shift(project_id=project.id, source_id=person.id, during=Range(moment(since), moment(until)))
        session.add(shift)
        session.flush()
        enrolment.end_shift(session, shift.id)
        found = session.scalars(select(Shift.during).where(Shift.id == shift.id)).one_or_none()
        session.rollback()
    assert (found is None) == (left is None)
    if found:
        assert found.lower == moment(left[0])
        assert found.upper - moment(left[1]) < timedelta(minutes=1)


def test_a_shift_that_is_gone_cannot_be_ended(registry):
    with registry() as session, pytest.raises(RegistryError, match="there is no shift 0 any more"):
        enrolment.end_shift(session, 0)


def test_without_a_database_a_session_is_a_problem():
    nowhere = Database(f"postgresql://127.0.0.1:{free_port()}/none")
    with pytest.raises(Problem, match="the database can't be reached") as problem, nowhere.session("?") as session:
        enrolment.end_shift(session, 1)
    assert problem.value.status == 503
