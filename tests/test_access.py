"""The policy, from its table."""

import json
from pathlib import Path

import pytest
from msgspec import convert

from broker.policy import Permissions
from rentguy.access import Identity, allowed, grants, live
from rentguy.topics import parse

CASES = json.loads((Path(__file__).parent / "cases" / "access.json").read_text())
IDENTITIES = {name: convert(fields, Identity) for name, fields in CASES["identities"].items()}


@pytest.mark.parametrize("case", CASES["rows"], ids=lambda case: case["rule"])
def test_allowed(case):
    assert allowed(IDENTITIES[case["who"]], case["action"], case["topic"]) is case["expected"]


@pytest.mark.parametrize("case", CASES["live"], ids=lambda case: case["rule"])
def test_live(case):
    identity, topic = IDENTITIES[case["who"]], case["topic"]
    assert live(identity, parse(topic)) is case["expected"]
    assert Permissions(identity).live(topic) is case["expected"]


def test_every_role_and_kind_has_rows():
    assert {row["who"] for row in CASES["rows"] + CASES["live"]} == set(IDENTITIES)


@pytest.mark.parametrize("name", IDENTITIES)
def test_receiving_is_what_subscribing_promises(name):
    assert grants(IDENTITIES[name], "receive") == grants(IDENTITIES[name], "subscribe")
