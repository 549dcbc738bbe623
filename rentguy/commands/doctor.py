"""`rentguy doctor`: is everything there?"""

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
from rentguy.config import Config
from rentguy.errors import RentGuyError
from rentguy.postgres import binaries

PATIENCE_S = 3


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
    """Look at each part of the installation; exit code 1 when one is missing."""
    config = settings()
    findings = {name: _finding(check, config) for name, check in CHECKS.items()}
    if as_json:
        tell("", {name: {"ok": ok, "detail": detail} for name, (ok, detail) in findings.items()}, as_json)
    else:
        console.print(_table(findings))
    if not all(ok for ok, _ in findings.values()):
        raise typer.Exit(1)


def _finding(check: Callable[[Config], str], config: Config) -> tuple[bool, str]:
    try:
        return True, check(config)
    except (RentGuyError, OSError, OperationalError, psycopg2.Error) as error:
        return False, str(getattr(error, "orig", error)).strip()


def _table(findings: dict[str, tuple[bool, str]]) -> Table:
    table = Table(show_header=False, box=None)
    for name, (ok, detail) in findings.items():
        table.add_row("[green]✓[/]" if ok else "[red]✗[/]", name, detail)
    return table
