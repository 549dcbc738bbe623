"""Who and what there is: projects, people, devices, and where they belong when."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from rentguy.models.base import Base, key, now, one_of

SOURCE_KINDS = ("person", "truck", "van", "car", "phone", "tracker", "scanner", "reader", "integration")
ROLES = ("viewer", "crew", "dispatcher")


class Project(Base):
    """A job: a festival, a show, a tour. Positions are kept for so many days, null for ever."""

    __tablename__ = "projects"
    id: Mapped[int] = key()
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    created_at: Mapped[datetime] = now()
    keep_people_days: Mapped[int | None]
    keep_vehicles_days: Mapped[int | None]


class Source(Base):
    """A person or a device: whatever can be the last level of a topic. A slug names one of them for ever."""

    __tablename__ = "sources"
    __table_args__ = (one_of("kind", SOURCE_KINDS),)
    id: Mapped[int] = key()
    slug: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    name: Mapped[str]
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("sources.id"))
    created_at: Mapped[datetime] = now()


class User(Base):
    """What a person signs in with. `signed_out_at` ends every session begun before it."""

    __tablename__ = "users"
    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id"), primary_key=True)
    password_hash: Mapped[str]
    admin: Mapped[bool] = mapped_column(server_default=text("false"))
    enabled: Mapped[bool] = mapped_column(server_default=text("true"))
    signed_out_at: Mapped[datetime | None]


class EndedSession(Base):
    """A session that was ended before its time; forgotten when that has come."""

    __tablename__ = "ended_sessions"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    until: Mapped[datetime]


class Token(Base):
    """What a program of a person's signs in with, for certain scopes; of the token itself only a digest is kept."""

    __tablename__ = "tokens"
    __table_args__ = (Index("tokens_source", "source_id"),)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id"))
    name: Mapped[str]
    digest: Mapped[bytes] = mapped_column(unique=True)
    scopes: Mapped[list[str]]
    created_at: Mapped[datetime] = now()
    expires_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]


class Device(Base):
    """What a device signs in with: the `$7$` form of its secret."""

    __tablename__ = "devices"
    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id"), primary_key=True)
    secret_hash: Mapped[str]
    enabled: Mapped[bool] = mapped_column(server_default=text("true"))
    interval_s: Mapped[float | None]


class Membership(Base):
    """A person's role in a project."""

    __tablename__ = "memberships"
    __table_args__ = (one_of("role", ROLES),)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"), primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id"), primary_key=True)
    role: Mapped[str]


class Assignment(Base):
    """When a device works for which project: one at a time."""

    __tablename__ = "assignments"
    __table_args__ = (ExcludeConstraint(("source_id", "="), ("during", "&&"), name="assignments_one_at_a_time"),)
    id: Mapped[int] = key()
    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id"))
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    during: Mapped[Range[datetime]]


class Shift(Base):
    """When a person's position is welcome in a project."""

    __tablename__ = "shifts"
    __table_args__ = (
        ExcludeConstraint(("source_id", "="), ("project_id", "="), ("during", "&&"), name="shifts_no_overlap"),
    )
    id: Mapped[int] = key()
    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id"))
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    during: Mapped[Range[datetime]]
