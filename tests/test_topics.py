"""The grammar of topics, from the table that the browser's twin reads too."""

import json
from pathlib import Path

import pytest

from rentguy import topics
from rentguy.errors import TopicError

CASES = json.loads((Path(__file__).parent / "cases" / "topics.json").read_text())


@pytest.mark.parametrize("case", CASES["matches"], ids=lambda case: case["rule"])
def test_matches(case):
    assert topics.matches(case["filter"], case["topic"]) is case["expected"]


@pytest.mark.parametrize("case", CASES["contains"], ids=lambda case: case["rule"])
def test_contains(case):
    assert topics.contains(case["outer"], case["inner"]) is case["expected"]


@pytest.mark.parametrize("case", CASES["parse"], ids=lambda case: case["rule"])
def test_parse(case):
    if case["expected"] is None:
        with pytest.raises(TopicError):
            topics.parse(case["topic"])
    else:
        assert list(topics.parse(case["topic"])) == case["expected"]
        assert topics.build(*case["expected"]) == case["topic"]


@pytest.mark.parametrize("text, expected", [("a/+/#", True), ("a#", False), ("#/a", False), ("+a", False), ("", False)])
def test_is_filter(text, expected):
    assert topics.is_filter(text) is expected
