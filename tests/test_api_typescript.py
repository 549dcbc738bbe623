"""The web's types are what Python says: the committed file, and the words of the generator."""

import os
import re
import subprocess
import sys
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import pytest
from msgspec import inspect

from api import typescript
from rentguy.messages import Pin, Slug, Status, Time
from tests.services import ROOT

TYPES = "web/src/contract/types.ts"
WORDS = [
    (Time, "Time"),
    (datetime | None, "Time | null"),
    (Slug, "string"),
    (UUID, "string"),
    (int | float, "number"),
    (bool, "boolean"),
    (Any, "unknown"),
    (dict, "Record<string, unknown>"),
    (dict[str, int], "Record<string, number>"),
    (list[tuple[int, str]], "[number, string][]"),
    (list[str | None], "(string | null)[]"),
    (Status | None, "Status | null"),
    (Literal["up", "down"], '"down" | "up"'),
    (Pin, "Pin"),
]


def test_the_committed_types_are_what_python_says():
    renew = f"the types have changed: python -m api.typescript > {TYPES}"
    assert (ROOT / TYPES).read_text() == typescript.module(), renew


def test_the_generator_needs_neither_settings_nor_gevent():
    environment = {name: value for name, value in os.environ.items() if not name.startswith("RENTGUY_")}
    code = (
        "import sys, runpy; runpy.run_module('api.typescript', run_name='__main__'); assert 'gevent' not in sys.modules"
    )
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout == typescript.module()


@pytest.mark.parametrize(("type", "word"), WORDS, ids=[word for _, word in WORDS])
def test_a_type_has_its_word(type, word):
    assert typescript._word(inspect.type_info(type)) == word


def test_every_struct_has_its_type_and_none_twice():
    names = re.findall(r"^export (?:interface|type) (\w+)", typescript.module(), re.MULTILINE)
    assert len(names) == len(set(names))
    assert {"Position", "ItemRow", "Typing", "ChatPayload", "Envelope", "Kind"} <= set(names)
    assert not {"Message", "Row", "Struct"} & set(names)
