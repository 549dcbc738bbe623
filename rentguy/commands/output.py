"""What commands say: a sentence or a table for people, one JSON object for programs."""

from datetime import UTC, datetime
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from sqlalchemy import text
from sqlalchemy.orm import Session

console = Console(highlight=False)

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of words.")]


def printable(text: str) -> str:
    """What somebody else may have written, without a character that would command the terminal."""
    return "".join(each if each.isprintable() or each == "\n" else f"\\u{ord(each):04x}" for each in text)


def tell(sentence: str, facts: dict[str, object], as_json: bool) -> None:
    if as_json:
        print(msgspec.json.encode(facts).decode())
    else:
        console.print(printable(sentence), markup=False, soft_wrap=True)  # a line to paste stays one


def show_rows(session: Session, query: str, values: dict[str, object], noun: str, as_json: bool) -> None:
    """The rows of a query: a table, or a list under its noun."""
    found = session.execute(text(query), values)
    columns, rows = [*found.keys()], [dict(row) for row in found.mappings()]
    if as_json or not rows:
        tell(f"there are no {noun}", {noun: rows}, as_json)
        return
    table = Table(*columns, box=None, header_style="bold")
    for row in rows:
        table.add_row(*(escape(printable(_cell(value))) for value in row.values()))
    console.print(table)


def _cell(value: object) -> str:
    match value:
        case None | False:
            return ""
        case True:
            return "yes"
        case datetime():
            return f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%S}"
        case dict():
            return ", ".join(f"{name}: {_cell(each)}" for name, each in value.items() if each is not None)
        case _:
            return str(value)
