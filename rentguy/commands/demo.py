"""The demo: a project of people, devices and equipment, enrolled like any other, and simulators that sign in."""

import os
import signal
import sys
from pathlib import Path
from secrets import token_urlsafe

import msgspec
import typer
from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.orm import Session

from rentguy import children, enrolment
from rentguy.commands.installation import ROOT, keep, settings, transaction, web
from rentguy.commands.output import console
from rentguy.config import Config
from rentguy.errors import ConfigError
from rentguy.models import Item, Project, Source

ROSTER = ROOT / "devices" / "demo.json"
SHIFT_HOURS = 24 * 30


class Named(Struct, frozen=True):
    slug: str
    name: str


class Person(Named, frozen=True):
    role: str


class Device(Named, frozen=True):
    kind: str
    owner: str | None = None


class Equipment(Struct, frozen=True):
    code: str
    name: str
    tags: list[str]


class Roster(Struct, frozen=True):
    """What is to be enrolled; how the devices behave is their own business."""

    project: Named
    people: list[Person]
    devices: list[Device]
    items: list[Equipment]


class Secrets(Struct, frozen=True):
    """What the simulators sign in with."""

    mqtt_url: str
    api_url: str
    password: str
    secrets: dict[str, str]


def simulate() -> None:
    """Run the demo's simulators against the installation that is running."""
    config = settings()
    prepare(config)
    console.print("simulators are running, Ctrl-C stops them")
    process = children.popen(command(config), cwd=ROOT, env={**os.environ, **environment(config)})
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: process.terminate())
    raise typer.Exit(process.wait())


def command(config: Config) -> list[str]:
    """How the simulators are started, once `prepare` has been here."""
    return [sys.executable, "-m", "devices", "fleet", "--roster", str(ROSTER), "--secrets", str(_file(config))]


def environment(config: Config) -> dict[str, str]:
    """What they need to know besides: where to keep what isn't stored yet."""
    return {"RENTGUY_DATA_DIR": str(config.data)}


def prepare(config: Config) -> None:
    """Enrol what is missing of the demo, and keep what its simulators and people sign in with."""
    known = _known(config)
    password = config.demo_password or (known.password if known else token_urlsafe(9))
    with transaction(config) as session:
        secrets = _enrol(session, _roster(), password, known)
    fresh = Secrets(config.mqtt_url, web(config), password, secrets)
    if fresh != known:
        keep(_file(config), msgspec.json.format(msgspec.json.encode(fresh)).decode())


def people() -> list[str]:
    """The slugs of those who sign in with one password."""
    return [person.slug for person in _roster().people]


def password(config: Config) -> str:
    """What the demo's people sign in with."""
    return _known(config).password


def _file(config: Config) -> Path:
    return config.data / "demo-secrets.json"


def _known(config: Config) -> Secrets | None:
    file = _file(config)
    return msgspec.json.decode(file.read_bytes(), type=Secrets) if file.exists() else None


def _roster() -> Roster:
    try:
        return msgspec.json.decode(ROSTER.read_bytes(), type=Roster)
    except (OSError, msgspec.MsgspecError) as error:
        raise ConfigError(f"the demo's roster can't be read: {error}") from error


def _enrol(session: Session, roster: Roster, password: str, known: Secrets | None) -> dict[str, str]:
    """Add what isn't there yet; the secrets of all devices, new ones for those whose secret isn't known."""
    there = set(session.scalars(select(Source.slug)))
    project = roster.project.slug
    if session.scalar(select(Project.id).where(Project.slug == project)) is None:
        enrolment.add_project(session, project, roster.project.name)
    for person in roster.people:
        if person.slug not in there:
            enrolment.add_user(session, person.slug, person.name, password)
            enrolment.add_member(session, project, person.slug, person.role)
        elif known is None or known.password != password:
            enrolment.set_password(session, person.slug, password)
        enrolment.add_shift(session, person.slug, project, SHIFT_HOURS)
    _enrol_items(session, roster)
    return {device.slug: _secret(session, device, project, there, known) for device in roster.devices}


def _secret(session: Session, device: Device, project: str, there: set[str], known: Secrets | None) -> str:
    if device.slug not in there:
        return enrolment.add_device(session, device.slug, device.kind, device.name, project, device.owner)
    if known and device.slug in known.secrets:
        return known.secrets[device.slug]
    return enrolment.new_secret(session, device.slug)


def _enrol_items(session: Session, roster: Roster) -> None:
    there = set(session.scalars(select(Item.code)))
    for item in roster.items:
        if item.code not in there:
            enrolment.add_item(session, item.code, item.name, item.tags, roster.project.slug)
