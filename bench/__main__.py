"""`python -m bench NAME`."""

from typing import Annotated

import typer

from . import ingest as ingest_bench

app = typer.Typer(help=__doc__, no_args_is_help=True)


@app.callback()
def main() -> None:
    """Benchmarks; each prints a table with ratios."""


@app.command()
def ingest(
    messages: Annotated[int, typer.Option(min=1000, max=1_000_000)] = 100_000,
    rounds: Annotated[int, typer.Option(min=1, max=20)] = 3,
) -> None:
    """From QoS 1 publish to committed row, beside a counting subscriber and a row-at-a-time writer."""
    ingest_bench.run(messages, rounds)


app()
