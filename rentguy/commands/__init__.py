"""The command line: one file per group of commands.

It starts the other rooms as `python -m …` and imports none of them.
"""

import sys

import typer

from rentguy.commands import audit, data, decode, demo, doctor, emqx, migrate, mosquitto, registry, rejects, up
from rentguy.errors import RentGuyError

app = typer.Typer(
    help="RentGuy Live: where every truck, person and case is.", no_args_is_help=True, add_completion=False
)
app.command()(up.up)
app.command()(demo.simulate)
app.command()(migrate.migrate)
app.command()(doctor.doctor)
app.command()(decode.decode)
app.command()(mosquitto.mosquitto)
app.command()(emqx.emqx)
app.command()(audit.audit)
for noun, commands in registry.GROUPS.items():
    group = typer.Typer(help=f"Each {noun} of the registry.", no_args_is_help=True)
    for verb, command in commands.items():
        group.command(verb)(command)
    app.add_typer(group, name=noun)
group = typer.Typer(help="What could not be used, and why.", no_args_is_help=True)
for verb, command in rejects.COMMANDS.items():
    group.command(verb)(command)
app.add_typer(group, name="rejects")
group = typer.Typer(help="What is stored of a person.", no_args_is_help=True)
for verb, command in data.COMMANDS.items():
    group.command(verb)(command)
app.add_typer(group, name="data")


def main() -> None:
    """Run a command; an error of ours is one line on stderr and exit code 1."""
    try:
        app(prog_name="rentguy")
    except RentGuyError as error:
        print(f"rentguy: {error}", file=sys.stderr)
        sys.exit(1)
