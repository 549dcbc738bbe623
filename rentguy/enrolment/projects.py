"""Projects, who belongs to them, and how long they keep where people and vehicles were."""

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from rentguy.enrolment.finding import changed, find_person, find_project, known, named, unless
from rentguy.enrolment.shifts import end_shifts_of_strangers
from rentguy.errors import RegistryError
from rentguy.models import ROLES, Membership, Project
from rentguy.topics import slug as folded

MOST_DAYS = 36_500


def add_project(session: Session, slug: str, name: str | None = None) -> Project:
    project = Project(slug=folded(slug), name=named(name or slug))
    with unless(f"a project {project.slug!r} is there already", session):
        session.add(project)
    changed(session, "project.add", project.slug, project.slug, name=project.name)
    return project


def rename_project(session: Session, project: str, name: str) -> None:
    found = find_project(session, project)
    found.name = named(name)
    changed(session, "project.rename", found.slug, found.slug, name=found.name)


def keep_positions(session: Session, project: str, people_days: int | None, vehicles_days: int | None) -> None:
    """How long a project keeps positions of people (and their phones) and of all else; None is for ever."""
    for what, days in (("people_days", people_days), ("vehicles_days", vehicles_days)):
        if days is not None and not 1 <= days <= MOST_DAYS:
            raise RegistryError(f"{what}: expected 1 to {MOST_DAYS} days, got {days}")
    found = find_project(session, project)
    found.keep_people_days, found.keep_vehicles_days = people_days, vehicles_days
    changed(session, "project.keep", found.slug, found.slug, people_days=people_days, vehicles_days=vehicles_days)


def add_member(session: Session, project: str, user: str, role: str) -> None:
    """Give a person a role in a project, in place of the one they had."""
    known("role", role, ROLES)
    place, person = find_project(session, project), find_person(session, user)
    member = {"project_id": place.id, "source_id": person.id}
    statement = insert(Membership).values(role=role, **member)
    session.execute(statement.on_conflict_do_update(index_elements=list(member), set_={"role": role}))
    end_shifts_of_strangers(session, person)
    changed(session, "member.add", person.slug, place.slug, role=role)


def remove_member(session: Session, project: str, user: str) -> None:
    """Take a person out of a project; what they hear of it ends at once, and so do their shifts there."""
    place, person = find_project(session, project), find_person(session, user)
    theirs = (Membership.project_id == place.id, Membership.source_id == person.id)
    if not session.execute(delete(Membership).where(*theirs)).rowcount:
        raise RegistryError(f"{person.slug!r} doesn't belong to {place.slug!r}")
    end_shifts_of_strangers(session, person)
    changed(session, "member.remove", person.slug, place.slug)
