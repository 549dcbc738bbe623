"""Equipment, its tags, its scans, and what changed it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from rentguy.models.base import Base, key, now, one_of

STATUSES = ("available", "in_use", "maintenance", "damaged")


class Item(Base):
    """A piece of equipment as its events leave it: the fold of `item_events` in order of `at`."""

    __tablename__ = "items"
    __table_args__ = (one_of("status", STATUSES), Index("items_project", "project_id"))
    id: Mapped[int] = key()
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    status: Mapped[str] = mapped_column(server_default="available")
    project_id: Mapped[int | None] = mapped_column(ForeignKey("projects.id"))
    vehicle_id: Mapped[int | None] = mapped_column(ForeignKey("sources.id"))
    changed_at: Mapped[datetime] = now()
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("sources.id"))


class Tag(Base):
    """What is printed on an item, or in its RFID chip."""

    __tablename__ = "tags"
    __table_args__ = (Index("tags_item", "item_id"),)
    value: Mapped[str] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id"))


class Scan(Base):
    """A tag that was seen, whatever came of it (`result`)."""

    __tablename__ = "scans"
    __table_args__ = (
        Index("scans_project", "project_id", "recorded_at"),
        Index("scans_item", "item_id", "recorded_at"),
    )
    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    recorded_at: Mapped[datetime]
    project_id: Mapped[int | None] = mapped_column(ForeignKey("projects.id"))
    tag: Mapped[str]
    item_id: Mapped[int | None] = mapped_column(ForeignKey("items.id"))
    details: Mapped[dict] = mapped_column(JSONB, server_default=text("'{}'::jsonb"))
    result: Mapped[str]
    device_time: Mapped[datetime | None]
    received_at: Mapped[datetime]


class ItemEvent(Base):
    """One change asked of an item, by a scan or a person; `result` says whether it took."""

    __tablename__ = "item_events"
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id"), primary_key=True)
    at: Mapped[datetime] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("sources.id"))
    project_id: Mapped[int | None] = mapped_column(ForeignKey("projects.id"))
    status: Mapped[str | None]
    action: Mapped[str | None]
    vehicle_id: Mapped[int | None] = mapped_column(ForeignKey("sources.id"))
    result: Mapped[str]
