"""Imports run as drawn: every room builds on the contract alone, and the contract on no room."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services import ROOT

ROOMS = ("broker", "ingest", "api", "devices")
SOURCES = [file for place in (*ROOMS, "rentguy", "alembic") for file in sorted((ROOT / place).rglob("*.py"))]


def imported(file: Path) -> Iterator[str]:
    """The top-level packages a file imports; its own relative imports as ".".

    A literal `importlib.import_module("…")` counts too.
    """
    for node in ast.walk(ast.parse(file.read_text())):
        match node:
            case ast.Import(names=names):
                yield from (name.name.partition(".")[0] for name in names)
            case ast.ImportFrom(level=0, module=str(module)):
                yield module.partition(".")[0]
            case ast.ImportFrom(level=level):
                yield "." * min(level, 2)
            case ast.Call(func=ast.Attribute(attr="import_module"), args=[ast.Constant(value=str(module)), *_]):
                yield module.partition(".")[0]


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: str(file.relative_to(ROOT)))
def test_imports_run_as_drawn(file):
    room = file.relative_to(ROOT).parts[0]
    found = set(imported(file))
    assert not found & set(ROOMS), "no room is imported: its own files are imported relatively, another's not at all"
    assert not found & {"tests", "bench"}, "what ships needs no tests"
    if room in ROOMS:
        depth = len(file.relative_to(ROOT).parts) - 2
        assert depth or ".." not in found, "a relative import stays in its room"
    else:
        assert "." not in found, "the contract is imported by its full name"


def test_a_forbidden_import_is_noticed(tmp_path):
    guilty = tmp_path / "guilty.py"
    guilty.write_text(
        'import ingest.store\nfrom api import hub\nimport importlib\nimportlib.import_module("broker.x")\n'
    )
    assert set(imported(guilty)) == {"ingest", "api", "importlib", "broker"}


def test_every_room_runs_as_a_module():
    assert [room for room in ROOMS if not (ROOT / room / "__main__.py").exists()] == []


def test_migrations_do_not_hide_their_library():
    assert not (ROOT / "alembic" / "__init__.py").exists()


def test_tests_are_flat_and_hide_no_room():
    packages = [file for file in (ROOT / "tests").rglob("__init__.py") if "node_modules" not in file.parts]
    assert packages == []
    assert [file for file in (ROOT / "tests").rglob("test_*.py") if file.parent != ROOT / "tests"] == []


def test_no_room_has_the_name_of_a_standard_module():
    assert not {*ROOMS, "rentguy"} & sys.stdlib_module_names
