"""What commands say: a sentence for people, one JSON object for programs."""

from typing import Annotated

import msgspec
import typer
from rich.console import Console

console = Console(highlight=False)

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of words.")]


def printable(text: str) -> str:
    """What somebody else may have written, without a character that would command the terminal."""
    return "".join(each if each.isprintable() or each == "\n" else f"\\u{ord(each):04x}" for each in text)


def tell(sentence: str, facts: dict[str, object], as_json: bool) -> None:
    if as_json:
        print(msgspec.json.encode(facts).decode())
    else:
        console.print(printable(sentence), markup=False)
