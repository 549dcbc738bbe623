"""`rentguy doctor`: is everything there, and nothing weak?"""

import socket
import urllib.request
from collections.abc import Callable
from urllib.parse import urlsplit

import psycopg2
import typer
from rich.table import Table
from sqlalchemy.exc import OperationalError

from rentguy import migrations
from rentguy.commands.installation import database_url, settings, web
from rentguy.commands.output import AsJson, console, tell
from rentguy.commands.weaknesses import weaknesses
from rentguy.config import Config
from rentguy.errors import RentGuyError
from rentguy.postgres import binaries

PATIENCE_S = 3
OK, WARNING, MISSING = "ok", "warning", "missing"
SIGNS = {OK: "[green]✓[/]", WARNING: "[yellow]![/]", MISSING: "[red]✗[/]"}


def postgis(config: Config) -> str:
    return "not needed: RENTGUY_DATABASE_URL is set" if Config.of().database_url else str(binaries())


def database(config: Config) -> str:
    current, head = migrations.current(database_url(config)), migrations.head()
    if current != head:
        raise RentGuyError(f"at {current or 'nothing'}, expected {head}: run `rentguy migrate`")
    return f"at {current}"


def broker(config: Config) -> str:
    parts = urlsplit(config.mqtt_url)
    socket.create_connection((parts.hostname, parts.port or 1883), PATIENCE_S).close()
    return config.mqtt_url


def api(config: Config) -> str:
    urllib.request.urlopen(f"{web(config)}/readyz", timeout=PATIENCE_S).close()
    return web(config)


CHECKS: dict[str, Callable[[Config], str]] = {"postgis": postgis, "database": database, "broker": broker, "api": api}


def doctor(as_json: AsJson = False) -> None:
    """Look at each part of the installation; exit code 1 when one is missing. What is weak is a warning."""
    config = settings()
    findings = [(name, *_finding(check, config)) for name, check in CHECKS.items()]
    findings += [(name, WARNING, detail) for name, detail in weaknesses(config)]
    if as_json:
        facts = {name: {"ok": state != MISSING, "state": state, "detail": detail} for name, state, detail in findings}
        tell("", facts, as_json)
    else:
        console.print(_table(findings))
    if any(state == MISSING for _, state, _ in findings):
        raise typer.Exit(1)


def _finding(check: Callable[[Config], str], config: Config) -> tuple[str, str]:
    try:
        return OK, check(config)
    except (RentGuyError, OSError, OperationalError, psycopg2.Error) as error:
        return MISSING, str(getattr(error, "orig", error)).strip()


def _table(findings: list[tuple[str, str, str]]) -> Table:
    table = Table(show_header=False, box=None)
    for name, state, detail in findings:
        table.add_row(SIGNS[state], name, detail)
    return table
