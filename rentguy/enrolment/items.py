"""Equipment, with what is printed on it."""

from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import uuid4

from sqlalchemy.orm import Session

from rentguy.enrolment.finding import changed, find_project, named, psycopg2_cursor, unless
from rentguy.items import Event, owe, record, topic
from rentguy.models import Item, Tag
from rentguy.topics import slug as folded


def add_item(
    session: Session, code: str, name: str | None, tags: Iterable[str] = (), project: str | None = None
) -> Item:
    """A piece of equipment, on a project or on none."""
    place = find_project(session, project) if project else None
    item = Item(code=folded(code), name=named(name or code))
    with unless(f"an item {item.code!r} is there already", session):
        session.add(item)
    for value in dict.fromkeys(map(named, tags)):
        with unless(f"tag {value!r} is on another item already", session):
            session.add(Tag(value=value, item_id=item.id))
    cursor = psycopg2_cursor(session)
    if place:  # an event, since an item is the fold of its events
        record(cursor, [Event(item.id, datetime.now(UTC), uuid4(), None, place.id, status="available", action="out")])
        session.refresh(item)
    owe(cursor, [topic(place and place.slug, item.code)])
    changed(session, "item.add", item.code, place and place.slug, name=item.name)
    return item
