"""The OpenAPI document: every reference in it leads somewhere, and whatever is asked is answered as it says."""

from collections import Counter
from itertools import count
from random import Random
from time import monotonic

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from sqlalchemy.orm import Session

from api.sessions import begin
from rentguy import enrolment, orm
from tests import house as houses
from tests.services import wait_until
from tests.visitors import Person

database, config, start, embedded, lowlands, house = map(pytest.fixture(scope="module"), houses.PARTS)
CHECKS = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)
MARK = "kept-to-pukkel"  # in the name of all that only pukkel's people and admins may see
ROLES = ("viewer", "crew", "dispatcher", "admin", "stranger")
CROWD = 6  # of each role, so that none of them asks too often
SCOPES = (None, "read", "publish", "manage")
REAL = {
    "slug": ["lowlands", "pukkel"],
    "devices.slug": ["truck-04", "truck-91", "anouk-phone", "gate-1"],
    "users.slug": ["anouk", "mark-of-pukkel", "vera"],
    "code": ["foh-07", "led-90"],
    "user": ["anouk", "mark-of-pukkel", "vera"],
}


@pytest.fixture(scope="module")
def document(house, lowlands) -> dict:
    answer = Person(house, "vera", lowlands.password).request("GET", "", root="/api/openapi.json")
    assert answer.status == 200
    return answer.body


@pytest.fixture(scope="module")
def crowd(house, lowlands) -> dict[str, list[str]]:
    """Tokens of several people of each role, some of them API tokens; and something that is pukkel's alone."""
    engine = orm.engine(house.database_url)
    with Session(engine) as session, session.begin():
        enrolment.add_user(session, "mark-of-pukkel", "Mark", lowlands.password)  # whom a dispatcher may let in
        enrolment.add_member(session, "pukkel", "mark-of-pukkel", "dispatcher")
        enrolment.add_item(session, "secret-1", MARK, [MARK], "pukkel")
        enrolment.add_device(session, "truck-91", "truck", MARK, "pukkel")
        tokens: dict[str, list[str]] = {"stranger": []}
        for role in ROLES[:-1]:
            tokens[role] = [_enrolled(session, role, number, lowlands.password, house) for number in range(CROWD)]
    engine.dispose()
    with Person(house, "mark-of-pukkel", lowlands.password).open("pukkel") as window:
        said = {"id": "6d1f9c3e-0f52-4b55-9a61-5d2a4b8b7c10", "at": 1780300800, "body": MARK}
        window.publish("rentguy/pukkel/chat/mark-of-pukkel", said)
        wait_until(lambda: window.heard("rentguy/pukkel/receipt/mark-of-pukkel"))
    return tokens


def _enrolled(session, role: str, number: int, password: str, house) -> str:
    slug = f"{role}-{number}"
    enrolment.add_user(session, slug, None, password, admin=role == "admin")
    if role != "admin":
        enrolment.add_member(session, "lowlands", slug, role)
    scope = SCOPES[number % len(SCOPES)]
    if scope is None:
        return begin(slug, house.secret_key)
    return enrolment.issue_token(session, slug, "fuzz", frozenset([scope]))[1]


def test_every_reference_leads_somewhere_and_nothing_is_described_for_nobody(document):
    def references(part: object):
        if isinstance(part, dict):
            yield from (part["$ref"],) if "$ref" in part else ()
            for each in part.values():
                yield from references(each)
        elif isinstance(part, list):
            for each in part:
                yield from references(each)

    found = {each.rpartition("/")[2] for each in references(document)}
    assert found == document["components"]["schemas"].keys()


def test_whatever_is_asked_is_answered_as_described(document, crowd, house, rounds, record_property):
    schema = schemathesis.openapi.from_dict(document)
    schema.config.base_url = f"http://{house.listen}"
    answers: Counter[tuple[str, int]] = Counter()
    begun = monotonic()
    for operation in (each.ok() for each in schema.get_all_operations()):
        _attack(operation, crowd, house, 4 * rounds, answers)
    lines = [f"{role:10} {status}  {answers[role, status]:6,}" for role, status in sorted(answers)]
    total = f"{sum(answers.values()):,} requests in {monotonic() - begun:.0f} s"
    record_property("table", "\n".join([*lines, total]))
    assert {role for role, status in answers if status < 300} >= set(ROLES) - {"stranger"}


def _attack(operation, crowd: dict[str, list[str]], house, examples: int, answers: Counter) -> None:
    turns = count()
    modes = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
    cases = st.one_of(*(operation.as_strategy(generation_mode=mode) for mode in modes))

    @settings(
        max_examples=examples * len(ROLES),
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(cases, st.randoms(use_true_random=False))
    def attack(case, random: Random) -> None:
        turn = next(turns)
        role, number = ROLES[turn % len(ROLES)], turn // len(ROLES) % CROWD
        _make_real(case, random)
        headers = {}
        if role != "stranger":
            headers["Authorization"] = f"Bearer {_token(crowd, role, number, house)}"
        response = case.call(headers=headers, timeout=20)
        answers[role, response.status_code] += 1
        case.validate_response(response, checks=CHECKS)
        if role not in ("admin", "stranger"):
            assert MARK not in response.text or MARK in str(case.body)

    attack()


def _token(crowd: dict[str, list[str]], role: str, number: int, house) -> str:
    """A session begins anew each time, since some of what is asked ends it."""
    if SCOPES[number % len(SCOPES)] is None:
        return begin(f"{role}-{number}", house.secret_key)
    return crowd[role][number]


def _make_real(case, random: Random) -> None:
    """Half the time ask for what there is."""
    for name in case.path_parameters or {}:
        real = REAL.get(f"{case.operation.tags[0]}.{name}") or REAL.get(name)
        if real and random.random() < 0.5:
            case.path_parameters[name] = random.choice(real)
