"""A project as it is now, in the envelopes that it will go on in."""

from collections.abc import Iterator

from rentguy.items import current, topic
from rentguy.messages import ChatDelete, ChatEdit, ChatMessage, Pin, Position, Presence, Read
from rentguy.topics import build

from . import statements as sql
from .database import Database

CHAT = 50
ALL_ITEMS = "WHERE i.project_id = %s OR i.project_id IS NULL ORDER BY i.code"


def envelope(topic: str, payload: object) -> dict:
    """What travels on the websocket, both ways."""
    return {"topic": topic, "payload": payload}


def snapshot(database: Database, project: dict) -> list[dict]:
    """Of a project's row: latest positions, items, presence, how far members have read, the last 50 chat messages."""
    slug, values = project["slug"], {"project": project["id"], "limit": CHAT}
    envelopes = [
        envelope(build(slug, "position", row.pop("source")), Position(**row))
        for row in database.rows(sql.LATEST, values)
    ]
    with database.transaction() as session:
        items = current(session, ALL_ITEMS, (project["id"],))
    envelopes += [envelope(topic(item.project, item.code), item) for item in items]
    envelopes += [
        envelope(build(slug, "presence", row.pop("source")), Presence(**row))
        for row in database.rows(sql.PRESENCE, values)
    ]
    envelopes += [
        envelope(build(slug, "read", row.pop("source")), Read(**row)) for row in database.rows(sql.READS, values)
    ]
    for row in reversed(database.rows(sql.CHAT_NEWEST, values)):
        envelopes += [envelope(build(slug, "chat", row["author"]), message) for message in _said(row)]
    return envelopes


def _said(row: dict) -> Iterator[ChatMessage | ChatEdit | ChatDelete]:
    """A message as it was sent, then what became of it; a deleted one without its words."""
    if row["deleted_at"]:
        yield ChatDelete(row["id"], row["deleted_at"], True)
        return
    pin = row["pin"] and Pin(**row["pin"])
    yield ChatMessage(row["id"], row["at"], row["body"], row["reply_to"], pin)
    if row["edited_at"]:
        yield ChatEdit(row["id"], row["edited_at"], row["body"])
