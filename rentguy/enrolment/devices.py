"""Devices that sign in, and what they work for when."""

from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from rentguy import credentials
from rentguy.enrolment.finding import (
    DEVICE_KINDS,
    add_source,
    changed,
    find_device,
    find_person,
    find_project,
    known,
    named,
    psycopg2_cursor,
    unless,
)
from rentguy.errors import RegistryError
from rentguy.items import owe
from rentguy.models import Assignment, Device, Project, Source
from rentguy.topics import NO_PROJECT, build


def add_device(
    session: Session,
    slug: str,
    kind: str,
    name: str | None = None,
    project: str | None = None,
    owner: str | None = None,
) -> str:
    """A device that can sign in, at work for `project` from now on; its secret, which can't be had again."""
    known("kind", kind, DEVICE_KINDS)
    secret = credentials.new_secret()
    device = add_source(session, slug, kind, name, owner and find_person(session, owner).id)
    session.add(Device(source_id=device.id, secret_hash=credentials.hash_secret(secret)))
    changed(session, "device.add", device.slug, kind=kind, name=device.name, owner=owner)
    assign(session, device.slug, project)
    return secret


def rename_device(session: Session, device: str, name: str) -> None:
    source = find_device(session, device)
    source.name = named(name)
    changed(session, "device.rename", source.slug, name=source.name)


def enable_device(session: Session, device: str, enabled: bool) -> None:
    """Let a device sign in (again), or send it away and let it in no more."""
    source = find_device(session, device)
    session.get_one(Device, source.id).enabled = enabled
    changed(session, "device.enable" if enabled else "device.disable", source.slug)


def new_secret(session: Session, device: str) -> str:
    """Another secret for a device; the one it had is void."""
    secret, source = credentials.new_secret(), find_device(session, device)
    session.get_one(Device, source.id).secret_hash = credentials.hash_secret(secret)
    changed(session, "device.secret", source.slug)
    return secret


def assign(
    session: Session,
    device: str,
    project: str | None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> None:
    """Let a device work for a project (None: for nothing) from `since` or now, `until` then or for ever.

    What it works for at that moment ends there; if it is the same project, only its end is another.
    """
    source = find_device(session, device, lock=True)
    since = since or datetime.now(UTC)
    target = find_project(session, project) if project else None
    if until and until <= since:
        raise RegistryError(f"until: expected a time after {since:%Y-%m-%d %H:%M} UTC, got {until:%Y-%m-%d %H:%M} UTC")
    running = _running(session, source, since)
    same = bool(running and target and running.project_id == target.id)
    if not (running or target) or (same and running.during.upper == until):
        return
    with unless(f"{source.slug!r} is assigned otherwise after {since:%Y-%m-%d %H:%M} UTC", session):
        if same:
            running.during = Range(running.during.lower, until)
        else:
            if running:
                _end(session, running, since)
            if target:
                session.add(Assignment(source_id=source.id, project_id=target.id, during=Range(since, until)))
    _reassigned(session, source, target and target.slug, since, until)


def end_assignment(session: Session, device: str, assignment_id: int) -> None:
    """End one now; one that hasn't begun is removed, one that is over stays as it was."""
    source = find_device(session, device, lock=True)
    assignment = session.get(Assignment, assignment_id, with_for_update=True)
    if assignment is None or assignment.source_id != source.id:
        raise RegistryError(f"{source.slug!r} has no assignment {assignment_id}")
    so_far = assignment.during.intersection(Range(None, datetime.now(UTC)))
    if so_far.isempty:
        session.delete(assignment)
    else:
        assignment.during = so_far
    project = session.get_one(Project, assignment.project_id)
    owe(psycopg2_cursor(session), [build(NO_PROJECT, "config", source.slug)])
    changed(session, "device.unassign", source.slug, project.slug)


def _running(session: Session, source: Source, at: datetime) -> Assignment | None:
    mine = select(Assignment).where(Assignment.source_id == source.id, Assignment.during.contains(at))
    return session.scalars(mine).one_or_none()


def _end(session: Session, running: Assignment, since: datetime) -> None:
    if running.during.lower == since:
        session.delete(running)
    else:
        running.during = Range(running.during.lower, since)
    session.flush()  # before the next, or the two overlap


def _reassigned(session: Session, source: Source, project: str | None, since: datetime, until: datetime | None) -> None:
    owe(psycopg2_cursor(session), [build(NO_PROJECT, "config", source.slug)])
    bounds = {"since": since.isoformat(), "until": until and until.isoformat()}
    changed(session, "device.assign" if project else "device.unassign", source.slug, project, **bounds)
