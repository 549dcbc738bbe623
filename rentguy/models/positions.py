"""Where everyone was and is, and whether they are connected."""

from datetime import datetime

from geoalchemy2 import Geometry
from sqlalchemy import ForeignKey, Index, SmallInteger, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from rentguy.models.base import Base


class Fix:
    """The columns of a position, in history and as the latest."""

    geom: Mapped[str] = mapped_column(Geometry("POINT", srid=4326, spatial_index=False))
    accuracy: Mapped[float | None]
    speed: Mapped[float | None]
    heading: Mapped[float | None]
    altitude: Mapped[float | None]
    battery: Mapped[float | None]
    flags: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    device_time: Mapped[datetime | None]
    received_at: Mapped[datetime]


class Position(Fix, Base):
    """The history, partitioned by month. `device_time` is what was claimed, if the clock was wrong."""

    __tablename__ = "positions"
    __table_args__ = (
        Index("positions_geom", "geom", postgresql_using="gist"),
        Index("positions_project", "project_id", "recorded_at"),
        {"postgresql_partition_by": "RANGE (recorded_at)"},
    )
    source_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # no foreign keys here: they cost two
    recorded_at: Mapped[datetime] = mapped_column(primary_key=True)  # look-ups a row, and sources and projects stay
    project_id: Mapped[int | None]


class LatestPosition(Fix, Base):
    """The newest plausible fix of each source."""

    __tablename__ = "latest_positions"
    __table_args__ = (Index("latest_positions_project", "project_id"),)
    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id"), primary_key=True)
    recorded_at: Mapped[datetime]
    project_id: Mapped[int | None] = mapped_column(ForeignKey("projects.id"))


class AdjustedTime(Base):
    """What `recorded_at` a message with a wrong clock was given, so that a redelivery becomes the same row."""

    __tablename__ = "adjusted_times"
    __table_args__ = (UniqueConstraint("source_id", "recorded_at"),)
    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id"), primary_key=True)
    digest: Mapped[bytes] = mapped_column(primary_key=True)
    recorded_at: Mapped[datetime]


class Presence(Base):
    """Whether a source is connected, and when anything was last heard of it."""

    __tablename__ = "presence"
    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id"), primary_key=True)
    online: Mapped[bool] = mapped_column(server_default=text("false"))
    at: Mapped[datetime | None]
    heard_at: Mapped[datetime]
