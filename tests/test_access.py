"""The policy, from its table."""

import json
from pathlib import Path

import pytest

from rentguy.access import Identity, allowed, grants

CASES = json.loads((Path(__file__).parent / "cases" / "access.json").read_text())
IDENTITIES = {
    name: Identity(**{**fields, "on_shift": frozenset(fields.get("on_shift", []))})
    for name, fields in CASES["identities"].items()
}


@pytest.mark.parametrize("case", CASES["rows"], ids=lambda case: case["rule"])
def test_allowed(case):
    assert allowed(IDENTITIES[case["who"]], case["action"], case["topic"]) is case["expected"]


def test_every_role_and_kind_has_rows():
    assert {row["who"] for row in CASES["rows"]} == set(IDENTITIES)


@pytest.mark.parametrize("name", IDENTITIES)
def test_receiving_is_what_subscribing_promises(name):
    assert grants(IDENTITIES[name], "receive") == grants(IDENTITIES[name], "subscribe")
