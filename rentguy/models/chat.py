"""What was said."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Identity, Index, Sequence
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from rentguy.models.base import Base

REVISIONS = Sequence("message_revisions", metadata=Base.metadata)


class ChatEntry(Base):
    """A chat message with its newest edit and its deletion, which may both arrive first (`recorded_at` is null then).

    `number` is the order of storing, for what is unread; reading goes by `recorded_at`. `revision` is the order of all
    changes, for catching up: each message's newest.
    """

    __tablename__ = "messages"
    __table_args__ = (
        Index("messages_project", "project_id", "recorded_at", "number"),
        Index("messages_revision", "project_id", "revision", unique=True),
        Index("messages_id", "id"),
    )
    author_id: Mapped[int] = mapped_column(ForeignKey("sources.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(Identity(always=True), unique=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"), primary_key=True)
    recorded_at: Mapped[datetime | None]
    body: Mapped[str | None]
    reply_to: Mapped[UUID | None]
    pin: Mapped[dict | None] = mapped_column(JSONB)
    edited_at: Mapped[datetime | None]
    edit: Mapped[str | None]
    deleted_at: Mapped[datetime | None]
    received_at: Mapped[datetime]
    revision: Mapped[int] = mapped_column(server_default=REVISIONS.next_value())


class Read(Base):
    """How far a person has read a project's chat."""

    __tablename__ = "reads"
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"), primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id"), primary_key=True)
    message: Mapped[UUID]
    at: Mapped[datetime]
