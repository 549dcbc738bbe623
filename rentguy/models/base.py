"""What all tables share: the types of columns, and the extensions they need."""

from datetime import datetime

from sqlalchemy import ARRAY, DDL, BigInteger, CheckConstraint, DateTime, Identity, Text, event, func
from sqlalchemy.dialects.postgresql import JSONB, TSTZRANGE, Range
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    type_annotation_map = {  # noqa: RUF012
        datetime: DateTime(timezone=True),
        str: Text,
        int: BigInteger,
        Range[datetime]: TSTZRANGE,
        list[str]: ARRAY(Text),
        dict: JSONB,
    }


for extension in ("postgis", "btree_gist"):
    event.listen(Base.metadata, "before_create", DDL(f"CREATE EXTENSION IF NOT EXISTS {extension}"))


def one_of(column: str, values: tuple[str, ...]) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


def key() -> Mapped[int]:
    return mapped_column(Identity(always=True), primary_key=True)


def now() -> Mapped[datetime]:
    return mapped_column(server_default=func.now())
