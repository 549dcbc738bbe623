"""What came and could not be used, and what is still owed to MQTT."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from rentguy.models.base import Base, key


class Reject(Base):
    """A message that could not be used, for one reason; `payload` is null where privacy forbids keeping it.

    `digest` says which message, `times` how often it came, `asked_at` that ingest shall deal with it again.
    """

    __tablename__ = "rejects"
    __table_args__ = (
        UniqueConstraint("digest", "reason"),
        Index("rejects_source", "source_id", "received_at"),
        Index("rejects_asked", "asked_at", postgresql_where=text("asked_at IS NOT NULL")),
    )
    id: Mapped[int] = key()
    source_id: Mapped[int | None] = mapped_column(ForeignKey("sources.id"))
    topic: Mapped[str]
    payload: Mapped[bytes | None]
    reason: Mapped[str]
    received_at: Mapped[datetime]
    digest: Mapped[bytes]
    times: Mapped[int] = mapped_column(server_default=text("1"))
    last_at: Mapped[datetime]
    asked_at: Mapped[datetime | None]


class Outbox(Base):
    """A topic whose current state is owed to MQTT."""

    __tablename__ = "outbox"
    id: Mapped[int] = key()
    topic: Mapped[str]
