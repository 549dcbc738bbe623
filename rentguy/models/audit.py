"""Who changed what, kept apart from the data: no key leads here or from here."""

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from rentguy.models.base import Base, key, now


class Audit(Base):
    """One change: who made it, through which door ("rest", "command line"), to whom or what."""

    __tablename__ = "audit"
    __table_args__ = (Index("audit_subject", "subject", "id"), Index("audit_by", "by", "id"))
    id: Mapped[int] = key()
    at: Mapped[datetime] = now()
    by: Mapped[str]
    door: Mapped[str]
    action: Mapped[str]
    subject: Mapped[str]
    project: Mapped[str | None]
    detail: Mapped[dict]
