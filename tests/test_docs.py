"""What the documents promise is there: settings, kinds of topics, commands, files."""

import re

import pytest
from msgspec import structs
from typer.main import get_command

from rentguy.access import RULES
from rentguy.commands import app
from rentguy.config import PREFIX, Config
from rentguy.topics import KINDS
from tests.services import ROOT

ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text()
README = (ROOT / "README.md").read_text()


def test_every_setting_is_in_the_table_and_no_other():
    described = set(re.findall(r"`(RENTGUY_[A-Z_]+)`", ARCHITECTURE))
    assert described == {PREFIX + field.name.upper() for field in structs.fields(Config)}


def test_every_setting_survives_the_way_to_a_child():
    config = Config(secret_key="x", device_rate=0, cookie_secure=True, batch_seconds=0.5)
    assert Config.of(config.environment()) == config


@pytest.mark.parametrize("document", ["README.md", "ARCHITECTURE.md"])
def test_every_path_that_is_named_exists(document):
    text = (ROOT / document).read_text()
    named = re.findall(r"`((?:[a-z_]+/)+[\w.-]*|[A-Z]+\.md)`", text) + re.findall(r"\]\(([\w./-]+)\)", text)
    assert named
    assert [path for path in named if not (ROOT / path).exists() and path.count("/") != 3] == []  # 3: a topic


def test_every_command_of_the_readme_is_one():
    commands = re.findall(r"python -m rentguy ([a-z]+)(?: ([a-z]+))?", README)
    assert commands
    known = get_command(app)
    for group, command in commands:
        assert group in known.commands, group
        if hasattr(known.commands[group], "commands"):
            assert command in known.commands[group].commands, (group, command)


def test_every_kind_of_topic_is_explained():
    assert set(re.findall(r"^\| `([a-z]+)` \|", ARCHITECTURE, re.MULTILINE)) >= set(KINDS)


def test_the_policy_that_is_shown_is_the_one_that_is_asked():
    rows = [f"| {rule.roles} | {rule.actions} | {', '.join(f'`{each}`' for each in rule.filters)} |" for rule in RULES]
    shown = (ROOT / "docs" / "security.md").read_text().splitlines()
    assert [row for row in shown if row in rows] == rows
