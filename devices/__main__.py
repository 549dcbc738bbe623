"""`python -m devices …`: simulated devices that sign in over MQTT like any other.

A device's secret is read from RENTGUY_SECRET or a file, a person's password from RENTGUY_PASSWORD or a file: what
stands on a command line can be read by everybody on the machine. What isn't stored yet is kept in RENTGUY_DATA_DIR.
"""

import os
import signal
import time
from functools import partial
from pathlib import Path
from random import Random
from typing import Annotated

import typer

from rentguy import log, topics
from rentguy.config import Config
from rentguy.errors import RentGuyError

from . import fleet as whole
from .chat import Session
from .client import Device
from .conversation import Conversation, lines
from .motion import Shuttle
from .outbox import Outbox
from .phone import Phone
from .replay import Replay
from .roster import DEMO, Line, load
from .route import Point
from .scanner import Scanner
from .scheduler import Scheduler, Simulator, Station
from .trace import Fix, line, read, shipped, thawed
from .tracker import Tracker

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Simulated devices, one command each.")

Url = Annotated[str, typer.Option(help="Where the broker is; else RENTGUY_MQTT_URL.")]
Slug = Annotated[str, typer.Option(help="The device's slug.")]
Project = Annotated[str, typer.Option(help="The project it starts in; without one it waits for its config.")]
SecretFile = Annotated[Path | None, typer.Option(help="A file with the secret; else RENTGUY_SECRET.")]
Trace = Annotated[Path | None, typer.Option(help="A recorded drive, a JSON list; else the one that comes along.")]
Interval = Annotated[float, typer.Option(min=0.1, help="Seconds between two reports.")]


@app.command()
def tracker(
    slug: Slug,
    url: Url = "",
    project: Project = topics.NO_PROJECT,
    secret_file: SecretFile = None,
    trace: Trace = None,
    from_m: Annotated[float, typer.Option(help="Where on that drive the route begins, in metres.")] = 0,
    to_m: Annotated[float, typer.Option(help="Where it ends; backwards when less.")] = 5000,
    kmh: Annotated[float, typer.Option(min=1)] = 40,
    interval: Interval = 1,
) -> None:
    """A vehicle that shuttles along a stretch of a recorded drive."""
    random = Random(slug)
    route = line(thawed(_drive(trace))).part(from_m, to_m)
    simulator = Tracker(Shuttle(route, kmh / 3.6, 60, random.uniform(0, 3600), random), random, interval)
    _run_device(url, slug, project, secret_file, simulator)


@app.command()
def replay(
    slug: Slug,
    url: Url = "",
    project: Project = topics.NO_PROJECT,
    secret_file: SecretFile = None,
    trace: Trace = None,
    speed: Annotated[float, typer.Option(min=0.01, help="So many times as fast as it was.")] = 1,
    loop: Annotated[bool, typer.Option(help="There and back for ever.")] = False,
) -> None:
    """A vehicle that drives a recorded drive again, now."""
    _run_device(url, slug, project, secret_file, Replay(_drive(trace), time.time(), speed=speed, loop=loop))


@app.command()
def phone(
    slug: Slug,
    url: Url = "",
    project: Project = topics.NO_PROJECT,
    secret_file: SecretFile = None,
    at: Annotated[tuple[float, float], typer.Option(help="The venue: latitude and longitude.")] = (48.1687, 11.551),
    radius: Annotated[float, typer.Option(min=1, help="How far from there it wanders, in metres.")] = 120,
    interval: Interval = 1,
    person: Annotated[str, typer.Option(help="Its owner, who then talks in the chat; needs a password.")] = "",
    password_file: Annotated[Path | None, typer.Option(help="A file with it; else RENTGUY_PASSWORD.")] = None,
    api_url: Annotated[str, typer.Option(help="Where its owner signs in; else at RENTGUY_LISTEN.")] = "",
) -> None:
    """A phone that wanders about a venue."""
    talk = None
    if person:
        plan = load()
        said = (Line(person, line.body) for line in lines(plan, Random()))
        session = Session(
            api_url or f"http://{Config.of().listen}", person, _secret("RENTGUY_PASSWORD", password_file), project
        )
        talk = Conversation(said, {person: session}, plan.pace_s, Random())
    _run_device(url, slug, project, secret_file, Phone(Point(*at), radius, Random(), interval_s=interval), talk)


@app.command()
def scanner(
    slug: Slug,
    tag: Annotated[list[str], typer.Option(help="A tag to scan; may be given many times.")],
    url: Url = "",
    project: Project = topics.NO_PROJECT,
    secret_file: SecretFile = None,
    vehicle: Annotated[list[str] | None, typer.Option(help="A vehicle to load; may be given many times.")] = None,
    gate: Annotated[bool, typer.Option(help="An RFID gate instead of a hand scanner.")] = False,
) -> None:
    """A scanner that takes cases out, loads and unloads them, and brings them back in."""
    _run_device(url, slug, project, secret_file, Scanner(tag, vehicle or [], Random(), gate=gate))


@app.command()
def fleet(
    secrets: Annotated[Path, typer.Option(help="JSON: mqtt_url, api_url, password, and each device's secret.")],
    roster: Annotated[Path, typer.Option(help="Who and what takes part.")] = DEMO,
) -> None:
    """A whole roster: vehicles, phones, scanners, and the talk of the crew."""
    plan, keys = load(roster), whole.secrets(secrets)
    _run(whole.stations(plan, keys, partial(_kept, synced=False)), whole.conversation(plan, keys))


def _run_device(
    url: str, slug: str, project: str, secret_file: Path | None, simulator: Simulator, talk: Conversation | None = None
) -> None:
    secret = _secret("RENTGUY_SECRET", secret_file)
    if project != topics.NO_PROJECT:
        project = topics.slug(project)
    slug = topics.slug(slug)
    device = Device(url or Config.of().mqtt_url, slug, secret, project, outbox=_kept(slug))
    _run([Station(device, simulator)], talk)


def _kept(slug: str, *, synced: bool = True) -> Outbox:
    """What an earlier run of this device left unsettled."""
    return Outbox(Config.of().data / "devices" / f"{slug}.db", synced=synced)


def _run(stations: list[Station], talk: Conversation | None = None) -> None:
    """Run until a signal comes or there is nothing more to say."""
    signals: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, frame: signals.append(number))
    scheduler = Scheduler(stations).start()
    if talk:
        talk.start()
    while scheduler.thread.is_alive() and not signals:
        scheduler.thread.join(0.2)
    if talk:
        talk.stop()
    scheduler.stop()


def _drive(trace: Path | None) -> list[Fix]:
    return read(trace) if trace else shipped("munich-car")


def _secret(variable: str, file: Path | None) -> str:
    text = file.read_text().strip() if file else os.environ.get(variable, "")
    if not text:
        raise typer.BadParameter(f"{variable} is not set and no file is given")
    return text


if __name__ == "__main__":
    try:
        log.setup("devices", Config.of().log_level)
        app()
    except RentGuyError as error:
        raise SystemExit(f"devices: {error}") from error
