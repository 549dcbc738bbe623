"""What several commands of the registry are asked for."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from rentguy.errors import RentGuyError

Name = Annotated[str | None, typer.Option(help="What people read; the slug if left out.")]
NewName = Annotated[str, typer.Argument(metavar="NAME", help="What people read from now on.")]
Slug = Annotated[str, typer.Argument(help="Small letters, digits, and . _ - inside; 63 at most.")]
OfProject = Annotated[str | None, typer.Option("--project", help="Only of this project.")]


def moment(name: str, written: str | None) -> datetime | None:
    """A time as it was written, with its offset. Raises RentGuyError."""
    if written is None:
        return None
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise RentGuyError(f"{name}: expected a time with its offset (2026-06-20T21:40Z), got {written[:60]!r}")
    return at.astimezone(UTC)
