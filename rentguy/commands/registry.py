"""`rentguy project|user|member|device|item|shift add`."""

import sys
from typing import Annotated

import typer

from rentguy import enrolment
from rentguy.commands.installation import transaction
from rentguy.commands.output import AsJson, tell
from rentguy.errors import ConfigError
from rentguy.models import ROLES

Name = Annotated[str | None, typer.Option(help="What people read; the slug if left out.")]
Slug = Annotated[str, typer.Argument(help="Small letters, digits, and . _ - inside; 63 at most.")]


def add_project(slug: Slug, name: Name = None, as_json: AsJson = False) -> None:
    """Add a project."""
    with transaction() as session:
        project = enrolment.add_project(session, slug, name)
        tell(f"project {project.slug} is there", {"slug": project.slug, "name": project.name}, as_json)


def add_user(
    user: Annotated[str, typer.Argument(metavar="NAME", help="The slug they sign in with.")],
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help="Read the password from stdin.")] = False,
    name: Name = None,
    admin: Annotated[bool, typer.Option("--admin", help="May do everything.")] = False,
    as_json: AsJson = False,
) -> None:
    """Add a person who can sign in."""
    if not password_stdin:
        raise ConfigError("a password is read from stdin only: add --password-stdin")
    password = sys.stdin.readline().rstrip("\n")
    with transaction() as session:
        person = enrolment.add_user(session, user, name, password, admin)
        facts = {"slug": person.slug, "name": person.name, "admin": admin}
        tell(f"{person.slug} can sign in{' and do everything' if admin else ''}", facts, as_json)


def add_member(
    project: str,
    user: str,
    role: Annotated[str, typer.Option(help=" | ".join(ROLES))],
    as_json: AsJson = False,
) -> None:
    """Give a person a role in a project, in place of the one they had."""
    with transaction() as session:
        enrolment.add_member(session, project, user, role)
        tell(f"{user} is {role} in {project}", {"project": project, "user": user, "role": role}, as_json)


def add_device(
    slug: Slug,
    kind: Annotated[str, typer.Option(help=" | ".join(enrolment.DEVICE_KINDS))],
    project: Annotated[str | None, typer.Option(help="What it works for from now on.")] = None,
    owner: Annotated[str | None, typer.Option(help="Whose it is: its position is theirs, on shift only.")] = None,
    name: Name = None,
    as_json: AsJson = False,
) -> None:
    """Add a device that can sign in; its secret is shown here once and never again."""
    with transaction() as session:
        secret = enrolment.add_device(session, slug, kind, name, project, owner)
    tell(f"{slug} signs in with this secret, shown only now: {secret}", {"secret": secret}, as_json)


def add_item(
    code: Slug,
    tag: Annotated[list[str] | None, typer.Option(help="A barcode's text or an EPC on it; may be repeated.")] = None,
    project: Annotated[str | None, typer.Option(help="The project it is on; none if left out.")] = None,
    name: Name = None,
    as_json: AsJson = False,
) -> None:
    """Add a piece of equipment."""
    with transaction() as session:
        item = enrolment.add_item(session, code, name, tag or (), project)
        facts = {"code": item.code, "name": item.name, "tags": tag or [], "project": project}
        tell(f"item {item.code} is there", facts, as_json)


def add_shift(
    person: str,
    project: str,
    hours: Annotated[float, typer.Option(help="From now.")],
    as_json: AsJson = False,
) -> None:
    """Put a person on shift: their position is welcome from now on, for so many hours."""
    with transaction() as session:
        during = enrolment.add_shift(session, person, project, hours)
    facts = {"person": person, "project": project, "from": during.lower, "to": during.upper}
    tell(f"{person} is on shift for {project} until {during.upper:%Y-%m-%d %H:%M} UTC", facts, as_json)


COMMANDS = {
    "project": add_project,
    "user": add_user,
    "member": add_member,
    "device": add_device,
    "item": add_item,
    "shift": add_shift,
}
