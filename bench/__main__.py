"""`python -m bench NAME`."""

from typing import Annotated

import typer

app = typer.Typer(help=__doc__, no_args_is_help=True)
Messages = Annotated[int, typer.Option(min=1000, max=1_000_000)]
Rounds = Annotated[int, typer.Option(min=1, max=20)]


@app.callback()
def main() -> None:
    """Benchmarks; each prints a table. What one needs is imported when it is asked for: psutil is for tests only."""


@app.command()
def ingest(messages: Messages = 100_000, rounds: Rounds = 3) -> None:
    """From QoS 1 publish to committed row, beside a counting subscriber and a row-at-a-time writer."""
    from . import ingest

    ingest.run(messages, rounds)


@app.command()
def broker(messages: Messages = 50_000, rounds: Rounds = 3) -> None:
    """From QoS 1 publish to QoS 1 delivery: our broker in memory and durable, beside Mosquitto and amqtt."""
    from . import broker

    broker.run(messages, rounds)


@app.command()
def backlog(messages: Messages = 1_000_000) -> None:
    """A spool that drains while 1,000 live positions/s keep coming; exit code 1 when they wait, or ingest grows."""
    from . import backlog

    faults = backlog.run(messages)
    for fault in faults:
        typer.echo(fault, err=True)
    raise typer.Exit(bool(faults))


@app.command()
def clients(
    idle: Annotated[int, typer.Option(min=0, max=9_000)] = 5_000,
    chatting: Annotated[int, typer.Option(min=1, max=9_000)] = 1_000,
    seconds: Annotated[int, typer.Option(min=1, max=3_600)] = 20,
) -> None:
    """What connected devices cost our broker in memory, and those that publish in time and delay."""
    from . import clients

    clients.run(idle, chatting, seconds)


@app.command()
def hostile(
    packets: Annotated[int, typer.Option(min=100, max=10_000_000)] = 200_000,
    seed: Annotated[int, typer.Option()] = 1,
) -> None:
    """What a well-behaved client notices while others attack our broker; exit code 1 when it can't stand it."""
    from . import hostile

    raise typer.Exit(bool(hostile.run(packets, seed)))


@app.command()
def map(
    markers: Annotated[list[int], typer.Option(min=1, max=20_000)] = [1_000, 5_000, 10_000],  # noqa: B006
    rounds: Rounds = 3,
    seconds: Annotated[float, typer.Option(min=0.5, max=600)] = 10,
    minutes: Annotated[float, typer.Option(min=0, max=120)] = 0,
) -> None:
    """Frames per second of the map without a graphics card, beside MapLibre's own circles; `--minutes`: its heap.

    Exit code 1 when it isn't smooth enough.
    """
    from . import map

    faults = map.run(markers, rounds, seconds, minutes)
    for fault in faults:
        typer.echo(fault, err=True)
    raise typer.Exit(bool(faults))


app()
