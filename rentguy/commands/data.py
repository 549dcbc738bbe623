"""`rentguy data show|export|erase USER`: what is stored of a person."""

import getpass
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from psycopg2.errors import UndefinedTable
from psycopg2.extensions import cursor
from rich.table import Table

from rentguy import audit, erasure
from rentguy import stored as storing
from rentguy.commands.installation import DOOR, settings, transaction
from rentguy.commands.output import AsJson, console, tell
from rentguy.config import Config
from rentguy.enrolment.finding import psycopg2_cursor
from rentguy.errors import ConfigError, RegistryError
from rentguy.stored import Ask, Stored, Whose
from rentguy.topics import slug as folded

NO_HASTE_S = 24 * 3600.0


def show(user: str, as_json: AsJson = False) -> None:
    """Show how much is stored of a person and of the phones they own, from when to when."""
    with _asking(settings()) as (ask, _):
        found = storing.counts(ask, _whose(ask, user))
    if as_json:
        tell("", {"stored": [each._asdict() for each in found]}, as_json)
        return
    table = Table("kind", "count", "first", "last", box=None, header_style="bold")
    for each in found:
        table.add_row(each.kind, str(each.count), *(f"{at:%Y-%m-%d %H:%M}" if at else "" for at in each[2:]))
    console.print(table)


def export(
    user: str,
    output: Annotated[Path | None, typer.Option(help="The file to write; stdout if left out.")] = None,
) -> None:
    """Write all that is stored of a person as one JSON document."""
    with _asking(settings()) as (ask, session):
        whose = _whose(ask, user)
        audit.note(session, getpass.getuser(), DOOR, "data.export", whose.slug)
        if output is None:
            sys.stdout.writelines(piece.decode() for piece in storing.export(ask, whose))
            return
        output.touch(0o600)
        with open(output, "wb") as file:
            file.writelines(storing.export(ask, whose))


def erase(
    user: str,
    yes: Annotated[bool, typer.Option("--yes", help="It can't be undone.")] = False,
    as_json: AsJson = False,
) -> None:
    """Erase where a person was: positions, of phones they own too, and shifts that are over."""
    config = settings()
    with _asking(config) as (ask, _):
        whose = _whose(ask, user)
        there = next(each.count for each in storing.counts(ask, whose) if each.kind == "positions")
    if not yes:
        raise RegistryError(f"{there} positions of {whose.slug!r} would be gone for ever; add --yes to erase them")
    by = erasure.By(getpass.getuser(), DOOR)
    gone = erasure.erase(lambda: _cursor(config), whose, by, NO_HASTE_S)
    tell(_sentence(whose, gone), {"erased": [each._asdict() for each in gone]}, as_json)


def _sentence(whose: Whose, gone: list[Stored]) -> str:
    return f"of {whose.slug} are gone: {', '.join(f'{each.count} {each.kind}' for each in gone)}"


def _whose(ask: Ask, user: str) -> Whose:
    found = storing.whose(ask, folded(user))
    if found is None:
        raise RegistryError(f"there is no person {user!r}")
    return found


@contextmanager
def _cursor(config: Config) -> Iterator[cursor]:
    try:
        with transaction(config) as session:
            yield psycopg2_cursor(session)
    except UndefinedTable:
        raise ConfigError("the database is not migrated: run `rentguy migrate`") from None


@contextmanager
def _asking(config: Config) -> Iterator[tuple[Ask, cursor]]:
    """What asks for rows, and the transaction that it does so in."""
    with _cursor(config) as session:
        yield partial(storing.ask_in, session), session


COMMANDS: dict[str, Callable] = {"show": show, "export": export, "erase": erase}
