"""What came and could not be used, and what is still owed to MQTT."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from rentguy.models.base import Base, key


class Reject(Base):
    """A message that could not be used, with its reason; `payload` is null where privacy forbids keeping it."""

    __tablename__ = "rejects"
    __table_args__ = (Index("rejects_source", "source_id", "received_at"),)
    id: Mapped[int] = key()
    source_id: Mapped[int | None] = mapped_column(ForeignKey("sources.id"))
    topic: Mapped[str]
    payload: Mapped[bytes | None]
    reason: Mapped[str]
    received_at: Mapped[datetime]


class Outbox(Base):
    """A topic whose current state is owed to MQTT."""

    __tablename__ = "outbox"
    id: Mapped[int] = key()
    topic: Mapped[str]
