"""What a slug names, and how a change is written: at once, with a line of the audit, or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager

from psycopg2.extensions import cursor
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from rentguy import audit
from rentguy.errors import RegistryError
from rentguy.models import SOURCE_KINDS, Project, Source
from rentguy.orm import notify
from rentguy.registry import CHANNEL
from rentguy.topics import slug as folded

DEVICE_KINDS = tuple(kind for kind in SOURCE_KINDS if kind != "person")
NOBODY = {"by": "?", "door": "?"}


def changed(session: Session, action: str, subject: str, project: str | None = None, **detail: object) -> None:
    """Write the change's line of the audit, and wake who holds a copy of the registry once it is committed."""
    session.flush()
    who = NOBODY | session.info
    audit.note(psycopg2_cursor(session), who["by"], who["door"], action, subject, project, **detail)
    notify(session, CHANNEL)


def find_project(session: Session, slug: str) -> Project:
    project = session.scalars(select(Project).where(Project.slug == folded(slug))).one_or_none()
    if project is None:
        raise RegistryError(f"there is no project {slug!r}")
    return project


def find_person(session: Session, slug: str, lock: bool = False) -> Source:
    return _find_source(session, slug, ("person",), "person", lock)


def find_device(session: Session, slug: str, lock: bool = False) -> Source:
    return _find_source(session, slug, DEVICE_KINDS, "device", lock)


def add_source(session: Session, slug: str, kind: str, name: str | None, owner_id: int | None = None) -> Source:
    source = Source(slug=folded(slug), kind=kind, name=named(name or slug), owner_id=owner_id)
    with unless(f"the slug {source.slug!r} is taken: it names one person or device for ever", session):
        session.add(source)
    return source


def psycopg2_cursor(session: Session) -> cursor:
    """The transaction's own, for what is shared with those who have no session."""
    return session.connection().connection.cursor()


@contextmanager
def unless(text: str, session: Session) -> Iterator[None]:
    """What is inside is written at once; a RegistryError of `text` when a constraint forbids it."""
    try:
        with session.begin_nested():
            yield
    except IntegrityError:
        raise RegistryError(text) from None


def known(what: str, value: str, values: tuple[str, ...]) -> None:
    if value not in values:
        raise RegistryError(f"{what}: {value!r} is none of {', '.join(values)}")


def named(text: str) -> str:
    if not (clean := text.strip()) or "\0" in clean or len(clean) > 200:
        raise RegistryError(f"expected a name of 1 to 200 characters, got {text[:80]!r}")
    return clean


def _find_source(session: Session, slug: str, kinds: tuple[str, ...], noun: str, lock: bool) -> Source:
    query = select(Source).where(Source.slug == folded(slug))
    source = session.scalars(query.with_for_update() if lock else query).one_or_none()
    if source is None:
        raise RegistryError(f"there is no {noun} {slug!r}")
    if source.kind not in kinds:
        raise RegistryError(f"{source.slug!r} is a {source.kind}, expected a {noun}")
    return source
