"""What REST is asked and answers about the registry, one's account and the audit.

The rows continue `api/rows.py`; what is asked are messages: unknown fields are ignored, absent ones stay as they are.
"""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec import UNSET, Meta, UnsetType

from rentguy.access import SCOPES
from rentguy.messages import NO_NUL, Message, Moment, Planned, Slug
from rentguy.models import ROLES, SOURCE_KINDS

from .rows import Project, Row, SourceKind

Name = Annotated[str, Meta(min_length=1, max_length=200, pattern=NO_NUL)]
Password = Annotated[str, Meta(min_length=8, max_length=1024)]
Days = Annotated[int, Meta(ge=1, le=36_500)]
Scope = Literal[tuple(SCOPES)]
MemberRole = Literal[ROLES]
DeviceKind = Literal[tuple(kind for kind in SOURCE_KINDS if kind != "person")]


class User(Row, frozen=True):
    """A person who can sign in, and where they belong."""

    slug: Slug
    name: str
    admin: bool
    enabled: bool
    projects: list[Project]


class NewUser(User, frozen=True):
    """The same with a password made for them, if none was given: shown only now."""

    password: str | None


class UserStart(Message, frozen=True):
    """A person to add; without a password one is made."""

    slug: Slug
    name: Name | None = None
    password: Password | None = None
    admin: bool = False


class UserChange(Message, frozen=True):
    """What is to be another of a person; a new password or `enabled: false` ends all their sessions."""

    name: Name | UnsetType = UNSET
    password: Password | UnsetType = UNSET
    admin: bool | UnsetType = UNSET
    enabled: bool | UnsetType = UNSET


class Person(Row, frozen=True):
    """Somebody who can sign in, to be let in."""

    slug: Slug
    name: str


class ProjectStart(Message, frozen=True):
    """A project to add."""

    slug: Slug
    name: Name | None = None


class ProjectChange(Message, frozen=True):
    """What is to be another of a project; null days keep positions for ever."""

    name: Name | UnsetType = UNSET
    keep_people_days: Days | UnsetType | None = UNSET
    keep_vehicles_days: Days | UnsetType | None = UNSET


class ProjectSettings(Row, frozen=True):
    """A project, and for how many days it keeps positions of people and of all else; null for ever."""

    slug: Slug
    name: str
    keep_people_days: int | None
    keep_vehicles_days: int | None


class Member(Row, frozen=True):
    """Who belongs to a project, as what; `enabled`: can sign in."""

    slug: Slug
    name: str
    role: MemberRole
    enabled: bool


class Membership(Message, frozen=True):
    """The role a person is to have."""

    role: MemberRole


class Assignment(Row, frozen=True):
    """What a device works for, from when to when; null where it has no end."""

    id: int
    project: Slug
    since: datetime | None
    until: datetime | None


class AssignmentStart(Planned, frozen=True):
    """What a device is to work for (null: nothing) from `since` or now, `until` then or for ever."""

    project: Slug | None
    since: Moment | None = None
    until: Moment | None = None


class Device(Row, frozen=True):
    """A device as the registry has it, and how it does.

    `clock_s`: its clock is so far ahead of ours; `rejects`: of 24 h; `rate`: elements a minute, over the last ten.
    """

    slug: Slug
    kind: SourceKind
    name: str
    owner: Slug | None
    enabled: bool
    project: Slug | None
    online: bool | None
    seen_at: datetime | None
    battery: float | None
    clock_s: float | None
    rejects: int
    rate: float


class Reject(Row, frozen=True):
    """A message that could not be used: why, how often it came, when first and last."""

    id: int
    source: Slug | None
    topic: str
    reason: str
    times: int
    received_at: datetime
    last_at: datetime


class DeviceCard(Device, frozen=True):
    """The same with what it works for, has worked for and will, newest first, and its newest rejects."""

    assignments: list[Assignment]
    newest_rejects: list[Reject]


class DeviceStart(Message, frozen=True):
    """A device to add, at work for `project` from now on; with an owner its position is theirs, on shift only."""

    slug: Slug
    kind: DeviceKind
    name: Name | None = None
    project: Slug | None = None
    owner: Slug | None = None


class DeviceChange(Message, frozen=True):
    """What is to be another of a device; `enabled: false` sends it away."""

    name: Name | UnsetType = UNSET
    enabled: bool | UnsetType = UNSET


class DeviceSecret(Row, frozen=True):
    """What a device signs in with, shown only now; with settings to paste, and for OwnTracks to scan as a QR code."""

    slug: Slug
    secret: str
    mqtt_url: str
    topic: str | None
    mosquitto_pub: str
    owntracks: str


class ApiToken(Row, frozen=True):
    """What a program of one's own signs in with; `used_at` to within a minute."""

    id: UUID
    name: str
    scopes: list[Scope]
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None


class NewApiToken(ApiToken, frozen=True):
    """The same with the token itself, shown only now."""

    token: str


class ApiTokenStart(Message, frozen=True):
    """A token to make, for so many days or for ever."""

    name: Name
    scopes: Annotated[list[Scope], Meta(min_length=1, max_length=3)]
    days: Annotated[int, Meta(ge=1, le=3650)] | None = None


class PasswordChange(Message, frozen=True):
    """One's own new password, with the one there is."""

    old: Annotated[str, Meta(min_length=1, max_length=1024)]
    new: Password


class StoredCount(Row, frozen=True):
    """How much of one kind is stored of somebody, from when to when."""

    kind: Literal["positions", "scans", "messages", "shifts"]
    count: int
    first: datetime | None
    last: datetime | None


class AuditLine(Row, frozen=True):
    """Who changed what, when, through which door."""

    id: int
    at: datetime
    by: str
    door: str
    action: str
    subject: str
    project: str | None
    detail: dict[str, Any]
