"""The command line as people use it, run in this process since starting one takes a second."""

from collections.abc import Callable
from io import BytesIO, TextIOWrapper
from typing import NamedTuple

import pytest

from rentguy.commands import main
from rentguy.config import Config


class Done(NamedTuple):
    """How a command ended and what it said."""

    returncode: int
    stdout: str
    stderr: str


def run(config: Config, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> Callable[..., Done]:
    """`run("project", "add", "lowlands", stdin="…")`."""

    def run(*arguments: str, stdin: str = "", **environment: str) -> Done:
        for name, value in (config.environment() | environment).items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr("sys.argv", ["rentguy", *arguments])
        monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(stdin.encode())))
        with pytest.raises(SystemExit) as ended:
            main()
        return Done(ended.value.code or 0, *capsys.readouterr())

    return run
