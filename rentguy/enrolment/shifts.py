"""When a person's position is welcome in a project."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from rentguy.enrolment.finding import changed, find_person, find_project
from rentguy.errors import RegistryError
from rentguy.models import Membership, Project, Shift, Source, User


def add_shift(
    session: Session, person: str, project: str, hours: float, since: datetime | None = None
) -> Range[datetime]:
    """Put a person on shift from `since` or now, for `hours`; a shift that it meets is prolonged. From when to when."""
    if not 0 < hours <= 24 * 31:
        raise RegistryError(f"hours: expected more than 0 and at most {24 * 31}, got {hours:g}")
    source, target = find_person(session, person, lock=True), find_project(session, project)
    since = since or datetime.now(UTC)
    during = Range(since, since + (timedelta(hours=hours) or timedelta.resolution))
    met = select(Shift).where(
        Shift.source_id == source.id, Shift.project_id == target.id, Shift.during.overlaps(during)
    )
    for shift in session.scalars(met).all():
        during = during.union(shift.during)
        session.delete(shift)
    session.flush()
    session.add(Shift(source_id=source.id, project_id=target.id, during=during))
    bounds = {"since": during.lower.isoformat(), "until": during.upper.isoformat()}
    changed(session, "shift.add", source.slug, target.slug, **bounds)
    return during


def end_shift(session: Session, shift_id: int) -> None:
    """End a shift now: one that hasn't begun is removed, one that is over stays as it was."""
    shift = session.get(Shift, shift_id, with_for_update=True)
    if shift is None:
        raise RegistryError(f"there is no shift {shift_id} any more")
    _end(session, shift)


def end_shifts_of_strangers(session: Session, person: Source) -> None:
    """End a person's shifts, those to come too, in the projects where they aren't at work (any more)."""
    if session.scalar(select(User.admin).where(User.source_id == person.id)):
        return  # at work everywhere
    theirs = select(Membership.project_id).where(Membership.source_id == person.id, Membership.role != "viewer")
    left = select(Shift).where(
        Shift.source_id == person.id,
        Shift.project_id.not_in(theirs),
        Shift.during.overlaps(Range(datetime.now(UTC), None)),
    )
    for shift in session.scalars(left).all():
        _end(session, shift)


def _end(session: Session, shift: Shift) -> None:
    so_far = shift.during.intersection(Range(None, datetime.now(UTC)))
    if so_far.isempty:
        session.delete(shift)
    else:
        shift.during = so_far
    project, person = session.get_one(Project, shift.project_id), session.get_one(Source, shift.source_id)
    changed(session, "shift.end", person.slug, project.slug)
