"""The registry's writing side: who and what there is, and where it belongs when.

Every function works in the caller's transaction, which also carries what it owes: NOTIFY to those who hold a copy of
the registry, and the topics whose state changed. Slugs are folded as people type them; a change that the registry can't
take is a RegistryError, a text that is no slug a TopicError.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from psycopg2.extensions import cursor
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import Range, insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from rentguy import credentials
from rentguy.errors import RegistryError
from rentguy.items import Event, owe, record, topic
from rentguy.models import (
    ROLES,
    SOURCE_KINDS,
    Assignment,
    Device,
    Item,
    Membership,
    Project,
    Shift,
    Source,
    Tag,
    User,
)
from rentguy.orm import notify
from rentguy.registry import CHANNEL
from rentguy.topics import NO_PROJECT, build
from rentguy.topics import slug as folded

DEVICE_KINDS = tuple(kind for kind in SOURCE_KINDS if kind != "person")


def add_project(session: Session, slug: str, name: str | None = None) -> Project:
    project = Project(slug=folded(slug), name=_name(name or slug))
    with _unless(f"a project {project.slug!r} is there already", session):
        session.add(project)
    notify(session, CHANNEL)
    return project


def add_user(session: Session, slug: str, name: str | None, password: str, admin: bool = False) -> Source:
    """A person who can sign in."""
    if not password:
        raise RegistryError("the password is empty")
    person = _add_source(session, slug, "person", name)
    session.add(User(source_id=person.id, password_hash=credentials.hash_password(password), admin=admin))
    notify(session, CHANNEL)
    return person


def set_password(session: Session, user: str, password: str) -> None:
    """Another password for a person; whoever is signed in as them is signed out."""
    if not password:
        raise RegistryError("the password is empty")
    account = session.get_one(User, find_person(session, user).id)
    account.password_hash, account.signed_out_at = credentials.hash_password(password), datetime.now(UTC)
    notify(session, CHANNEL)


def add_member(session: Session, project: str, user: str, role: str) -> None:
    """Give a person a role in a project, in place of the one they had."""
    _known("role", role, ROLES)
    member = {"project_id": find_project(session, project).id, "source_id": find_person(session, user).id}
    statement = insert(Membership).values(role=role, **member)
    session.execute(statement.on_conflict_do_update(index_elements=list(member), set_={"role": role}))
    notify(session, CHANNEL)


def add_device(
    session: Session,
    slug: str,
    kind: str,
    name: str | None = None,
    project: str | None = None,
    owner: str | None = None,
) -> str:
    """A device that can sign in, at work for `project` from now on; its secret, which can't be had again."""
    _known("kind", kind, DEVICE_KINDS)
    secret = credentials.new_secret()
    device = _add_source(session, slug, kind, name, owner and find_person(session, owner).id)
    session.add(Device(source_id=device.id, secret_hash=credentials.hash_secret(secret)))
    assign(session, device.slug, project)
    return secret


def new_secret(session: Session, device: str) -> str:
    """Another secret for a device; the one it had is void."""
    secret = credentials.new_secret()
    session.get_one(Device, find_device(session, device).id).secret_hash = credentials.hash_secret(secret)
    notify(session, CHANNEL)
    return secret


def assign(session: Session, device: str, project: str | None, since: datetime | None = None) -> None:
    """End what a device works for now and start the next (None: nothing), at `since` or now."""
    source = find_device(session, device, lock=True)
    since = since or datetime.now(UTC)
    target = find_project(session, project) if project else None
    running = session.scalars(
        select(Assignment).where(Assignment.source_id == source.id, func.upper_inf(Assignment.during))
    ).one_or_none()
    if running and target and running.project_id == target.id:
        return
    with _unless(f"{source.slug!r} is assigned otherwise after {since:%Y-%m-%d %H:%M} UTC", session):
        if running:
            _end(session, running, since)
        if target:
            session.add(Assignment(source_id=source.id, project_id=target.id, during=Range(since, None)))
    owe(_cursor(session), [build(NO_PROJECT, "config", source.slug)])
    notify(session, CHANNEL)


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
    session.flush()
    notify(session, CHANNEL)
    return during


def end_shift(session: Session, shift_id: int) -> None:
    """End a shift now: one that hasn't begun is removed, one that is over stays as it was."""
    shift = session.get(Shift, shift_id, with_for_update=True)
    if shift is None:
        raise RegistryError(f"there is no shift {shift_id} any more")
    so_far = shift.during.intersection(Range(None, datetime.now(UTC)))
    if so_far.isempty:
        session.delete(shift)
    else:
        shift.during = so_far
    session.flush()
    notify(session, CHANNEL)


def add_item(
    session: Session, code: str, name: str | None, tags: Iterable[str] = (), project: str | None = None
) -> Item:
    """A piece of equipment with what is printed on it, on a project or on none."""
    place = find_project(session, project) if project else None
    item = Item(code=folded(code), name=_name(name or code))
    with _unless(f"an item {item.code!r} is there already", session):
        session.add(item)
    for value in dict.fromkeys(map(_name, tags)):
        with _unless(f"tag {value!r} is on another item already", session):
            session.add(Tag(value=value, item_id=item.id))
    if place:  # an event, since an item is the fold of its events
        came = Event(item.id, datetime.now(UTC), uuid4(), None, place.id, status="available", action="out")
        record(_cursor(session), [came])
        session.refresh(item)
    owe(_cursor(session), [topic(place and place.slug, item.code)])
    return item


def find_project(session: Session, slug: str) -> Project:
    project = session.scalars(select(Project).where(Project.slug == folded(slug))).one_or_none()
    if project is None:
        raise RegistryError(f"there is no project {slug!r}")
    return project


def find_person(session: Session, slug: str, lock: bool = False) -> Source:
    return _find_source(session, slug, ("person",), "person", lock)


def find_device(session: Session, slug: str, lock: bool = False) -> Source:
    return _find_source(session, slug, DEVICE_KINDS, "device", lock)


def _find_source(session: Session, slug: str, kinds: tuple[str, ...], noun: str, lock: bool) -> Source:
    query = select(Source).where(Source.slug == folded(slug))
    source = session.scalars(query.with_for_update() if lock else query).one_or_none()
    if source is None:
        raise RegistryError(f"there is no {noun} {slug!r}")
    if source.kind not in kinds:
        raise RegistryError(f"{source.slug!r} is a {source.kind}, expected a {noun}")
    return source


def _add_source(session: Session, slug: str, kind: str, name: str | None, owner_id: int | None = None) -> Source:
    source = Source(slug=folded(slug), kind=kind, name=_name(name or slug), owner_id=owner_id)
    with _unless(f"the slug {source.slug!r} is taken: it names one person or device for ever", session):
        session.add(source)
    return source


def _end(session: Session, running: Assignment, since: datetime) -> None:
    if running.during.lower >= since:
        raise RegistryError(f"its assignment begins at {running.during.lower:%Y-%m-%d %H:%M} UTC, after the new one")
    running.during = Range(running.during.lower, since)
    session.flush()  # before the next, or the two overlap


def _cursor(session: Session) -> cursor:
    """The transaction's own psycopg2 cursor, for what is shared with those who have no session."""
    return session.connection().connection.cursor()


@contextmanager
def _unless(text: str, session: Session) -> Iterator[None]:
    """What is inside is written at once; a RegistryError of `text` when a constraint forbids it."""
    try:
        with session.begin_nested():
            yield
    except IntegrityError:
        raise RegistryError(text) from None


def _known(what: str, value: str, values: tuple[str, ...]) -> None:
    if value not in values:
        raise RegistryError(f"{what}: {value!r} is none of {', '.join(values)}")


def _name(text: str) -> str:
    if not (clean := text.strip()) or "\0" in clean:
        raise RegistryError(f"expected a name, got {text!r}")
    return clean
