"""`rentguy device add|list|rename|rotate|disable|enable|assign`."""

from typing import Annotated

import typer
from msgspec import structs
from sqlalchemy import text
from sqlalchemy.orm import Session

from rentguy import enrolment, handover
from rentguy.commands.installation import settings, transaction
from rentguy.commands.output import AsJson, show_rows, tell
from rentguy.commands.registry.asked import Name, NewName, OfProject, Slug, moment
from rentguy.config import Config
from rentguy.errors import RentGuyError

REGISTERED = """
SELECT s.slug, s.kind, s.name, owner.slug AS owner, d.enabled, p.slug AS project, x.online, x.heard_at AS seen_at
  FROM devices d JOIN sources s ON s.id = d.source_id
  LEFT JOIN sources owner ON owner.id = s.owner_id
  LEFT JOIN assignments a ON a.source_id = s.id AND a.during @> now()
  LEFT JOIN projects p ON p.id = a.project_id
  LEFT JOIN presence x ON x.source_id = s.id
"""
LIST = f"{REGISTERED} WHERE CAST(:project AS text) IS NULL OR p.slug = :project ORDER BY s.slug"
ONE = f"{REGISTERED} WHERE s.id = :id"


def add(
    slug: Slug,
    kind: Annotated[str, typer.Option(help=" | ".join(enrolment.DEVICE_KINDS))],
    project: Annotated[str | None, typer.Option(help="What it works for from now on.")] = None,
    owner: Annotated[str | None, typer.Option(help="Whose it is: its position is theirs, on shift only.")] = None,
    name: Name = None,
    as_json: AsJson = False,
) -> None:
    """Add a device that can sign in; its secret is shown here once and never again."""
    config = settings()
    with transaction(config) as session:
        secret = enrolment.add_device(session, slug, kind, name, project, owner)
        told = _handover(session, config, slug, secret)
    _tell(told, as_json)


def list_(project: OfProject = None, as_json: AsJson = False) -> None:
    """List the devices, what they work for now, and when anything was last heard of them."""
    with transaction() as session:
        show_rows(session, LIST, {"project": project}, "devices", as_json)


def rename(device: str, name: NewName, as_json: AsJson = False) -> None:
    """Give a device another name; its slug stays."""
    with transaction() as session:
        enrolment.rename_device(session, device, name)
    tell(f"{device} is called {name}", {"slug": device, "name": name}, as_json)


def rotate(device: str, as_json: AsJson = False) -> None:
    """Give a device another secret, shown here once; the one it had is void, and who signed in with it is sent away."""
    config = settings()
    with transaction(config) as session:
        secret = enrolment.new_secret(session, device)
        told = _handover(session, config, device, secret)
    _tell(told, as_json)


def disable(device: str, as_json: AsJson = False) -> None:
    """Send a device away, and let it in no more."""
    with transaction() as session:
        enrolment.enable_device(session, device, False)
    tell(f"{device} can't sign in any more", {"slug": device, "enabled": False}, as_json)


def enable(device: str, as_json: AsJson = False) -> None:
    """Let a device sign in again."""
    with transaction() as session:
        enrolment.enable_device(session, device, True)
    tell(f"{device} can sign in again", {"slug": device, "enabled": True}, as_json)


def assign(
    device: str,
    project: Annotated[str | None, typer.Option(help="What it is to work for.")] = None,
    nothing: Annotated[bool, typer.Option("--none", help="It is to work for nothing.")] = False,
    since: Annotated[str | None, typer.Option(help="From this time on (2026-06-20T21:40Z); now if left out.")] = None,
    until: Annotated[str | None, typer.Option(help="Until this time; for ever if left out.")] = None,
    as_json: AsJson = False,
) -> None:
    """Let a device work for a project; what it works for at that moment ends there."""
    if bool(project) == nothing:
        raise RentGuyError("say which: --project PROJECT or --none")
    begins, ends = moment("since", since), moment("until", until)
    with transaction() as session:
        enrolment.assign(session, device, project, begins, ends)
    bounds = "".join(f" {word} {at:%Y-%m-%d %H:%M} UTC" for word, at in (("from", begins), ("until", ends)) if at)
    facts = {"slug": device, "project": project, "since": begins, "until": ends}
    tell(f"{device} works for {project or 'nothing'}{bounds}", facts, as_json)


def _handover(session: Session, config: Config, device: str, secret: str) -> handover.Handover:
    row = session.execute(text(ONE), {"id": enrolment.find_device(session, device).id}).mappings().one()
    return handover.of(config, row["slug"], row["kind"], row["project"], secret)


def _tell(told: handover.Handover, as_json: bool) -> None:
    sentence = f"{told.slug} signs in with this secret, shown only now: {told.secret}\n{told.mosquitto_pub}"
    tell(sentence, structs.asdict(told), as_json)


COMMANDS = {
    "add": add,
    "list": list_,
    "rename": rename,
    "rotate": rotate,
    "disable": disable,
    "enable": enable,
    "assign": assign,
}
