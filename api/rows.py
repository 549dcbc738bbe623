"""What REST answers, row by row. Messages have their own fields in `rentguy/messages.py`.

The source of the web's types (`api/typescript.py`); tests hold the answers against it.
"""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from msgspec import Struct

from rentguy.messages import Action, ItemStatus, Latitude, Longitude, Pin, Position, Slug, Status
from rentguy.models import ROLES, SOURCE_KINDS

Role = Literal[(*ROLES, "admin")]
SourceKind = Literal[SOURCE_KINDS]


class Row(Struct, frozen=True, forbid_unknown_fields=True):
    """The base of all rows: every field is always there, null where it isn't known."""


class Problem(Row, frozen=True):
    """What went wrong (RFC 9457), as `application/problem+json`; `detail` says what to do."""

    type: str
    title: str
    status: int
    detail: str


class Token(Row, frozen=True):
    """What a sign-in is answered; a browser needs only its cookie."""

    access_token: str
    token_type: str
    expires_in: int


class Project(Row, frozen=True):
    """A project of one's own, and one's role there."""

    slug: Slug
    name: str
    role: Role


class Me(Row, frozen=True):
    """Who is signed in."""

    slug: Slug
    name: str
    admin: bool
    projects: list[Project]


class Settings(Row, frozen=True):
    """What the web app needs to know before anybody has signed in; an empty URL means outlines only."""

    tiles_url: str
    tiles_attribution: str


class Source(Row, frozen=True):
    """A person or a device of a project."""

    slug: Slug
    kind: SourceKind
    name: str
    owner: Slug | None
    role: Role | None = None  # a member's


class PositionRow(Position, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A stored position, and whose it is."""

    source: Slug


class TrackPoint(Row, frozen=True):
    """A point of a simplified track; `gap`: nothing was heard for two minutes before it."""

    at: datetime
    lat: Latitude
    lon: Longitude
    speed: float | None
    heading: float | None
    gap: bool


class ChatRow(Row, frozen=True):
    """A chat message as it is now; one taken back has neither words nor pin.

    `number` is the order of storing, `revision` that of the last change.
    """

    number: int
    revision: int
    id: UUID
    author: Slug
    at: datetime
    body: str | None
    reply_to: UUID | None
    pin: Pin | None
    edited_at: datetime | None
    deleted_at: datetime | None


class UnreadCount(Row, frozen=True):
    """Messages of others that one hasn't read, and those of them that name one."""

    count: int
    mentions: int


class Unread(UnreadCount, frozen=True):
    """The same with the ids of the newest 200, newest first, and of the oldest of all."""

    ids: list[UUID]
    first: UUID | None


class Shift(Row, frozen=True):
    """When a person's position is welcome in a project."""

    id: int
    person: Slug
    name: str
    since: datetime
    until: datetime


class ItemRow(ItemStatus, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An item as it is now, and what is printed on it."""

    tags: list[str]


class ItemEvent(Row, frozen=True):
    """One change asked of an item, by a scan or a click (no project); `lat`, `lon` where it was then, if known."""

    id: UUID
    at: datetime
    by: Slug | None
    project: Slug | None
    status: Status | None
    action: Action | None
    vehicle: Slug | None
    result: Literal["stored", "wrong_project"]
    lat: Latitude | None
    lon: Longitude | None


class MqttRule(Row, frozen=True, omit_defaults=True):
    """What somebody may do, or may not, as EMQX has it; the first that matches counts."""

    permission: Literal["allow", "deny"]
    action: Literal["publish", "subscribe", "all"]
    topic: str
    retain: bool | None = None


class MqttAnswer(Row, frozen=True, omit_defaults=True):
    """Whether somebody may sign in at EMQX, what they may do, and when it has to ask again (Unix seconds)."""

    result: Literal["allow", "deny"]
    is_superuser: bool = False
    expire_at: int | None = None
    acl: list[MqttRule] = []


class Envelope(Struct, frozen=True):
    """What the websocket carries, both ways: the same datum as on MQTT."""

    topic: str
    payload: Any
