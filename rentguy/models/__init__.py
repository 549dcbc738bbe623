"""The tables. Times are UTC, places WGS 84 (SRID 4326), distances metres, speeds m/s.

`alembic/versions` must make the same database as `create_all` here; a test compares the two.
"""

from rentguy.models.audit import Audit
from rentguy.models.base import Base
from rentguy.models.chat import ChatEntry, Read
from rentguy.models.items import STATUSES, Item, ItemEvent, Scan, Tag
from rentguy.models.positions import AdjustedTime, LatestPosition, Position, Presence
from rentguy.models.registry import (
    ROLES,
    SOURCE_KINDS,
    Assignment,
    Device,
    EndedSession,
    Membership,
    Project,
    Shift,
    Source,
    Token,
    User,
)
from rentguy.models.stream import Outbox, Reject

__all__ = [
    "ROLES",
    "SOURCE_KINDS",
    "STATUSES",
    "AdjustedTime",
    "Assignment",
    "Audit",
    "Base",
    "ChatEntry",
    "Device",
    "EndedSession",
    "Item",
    "ItemEvent",
    "LatestPosition",
    "Membership",
    "Outbox",
    "Position",
    "Presence",
    "Project",
    "Read",
    "Reject",
    "Scan",
    "Shift",
    "Source",
    "Tag",
    "Token",
    "User",
]
