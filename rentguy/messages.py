"""What travels in a payload: frozen values, decoded from JSON, with SI units and WGS 84 degrees.

The one source of the REST models and of the TypeScript types. `rentguy.decoding` makes them of bytes.
"""

from datetime import UTC, datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct
from msgspec.structs import force_setattr

Status = Literal["available", "in_use", "maintenance", "damaged"]
Action = Literal["out", "in", "load", "unload", "audit"]
Severity = Literal["info", "warning", "critical"]

Moment = Annotated[datetime, Meta(tz=True)]
Time = Moment | int | float
Seq = Annotated[int, Meta(ge=0, le=2**63 - 1)]
Slug = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9._-]{0,62}\Z")]
NO_NUL = r"\A[^\0]*\Z"  # PostgreSQL's text can't hold U+0000
Body = Annotated[str, Meta(min_length=1, max_length=4000, pattern=NO_NUL)]
Text = Annotated[str, Meta(min_length=1, max_length=512, pattern=NO_NUL)]
Latitude = Annotated[float, Meta(ge=-90, le=90)]
Longitude = Annotated[float, Meta(ge=-180, le=180)]
Percent = Annotated[float, Meta(ge=0, le=100)]
EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)


def utc(at: datetime | float, field: str = "at") -> datetime:
    """A time as sent (RFC 3339 with offset, or Unix seconds) in UTC. Raises ValueError naming the bounds."""
    try:
        moment = at.astimezone(UTC) if isinstance(at, datetime) else datetime.fromtimestamp(at, UTC)
        if EARLIEST <= moment <= LATEST:
            return moment
    except (OverflowError, OSError, ValueError):
        pass
    raise ValueError(f"expected a time between 1970 and 9999, got {at!s} - at `$.{field}`")


class Message(Struct, frozen=True, omit_defaults=True):
    """The base of all messages. `at` is always UTC, however it was written."""

    def __post_init__(self) -> None:
        if (at := getattr(self, "at", None)) is not None:
            force_setattr(self, "at", utc(at))


class Planned(Message, frozen=True):
    """The base of what lasts: `since` and `until`, if there are such fields, are UTC too."""

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("since", "until"):
            if (at := getattr(self, name, None)) is not None:
                force_setattr(self, name, utc(at, name))


class Position(Message, frozen=True):
    """Where its source was: degrees, metres, m/s, degrees clockwise from true north, percent."""

    at: Time
    lat: Latitude
    lon: Longitude
    accuracy: Annotated[float, Meta(ge=0, le=1e7)] | None = None
    speed: Annotated[float, Meta(ge=0, le=1e5)] | None = None
    heading: Annotated[float, Meta(ge=0, lt=360)] | None = None
    altitude: Annotated[float, Meta(ge=-1e5, le=1e7)] | None = None
    battery: Percent | None = None
    seq: Seq | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.lat == 0 and self.lon == 0:
            raise ValueError("expected a fix, got 0/0 (no fix) - at `$.lat`")


class Scan(Message, frozen=True):
    """A tag seen by a scanner, a reader or a person. `status` sets it outright, `action` moves the item."""

    id: UUID
    at: Time
    tag: Text
    symbology: Annotated[str, Meta(max_length=32, pattern=NO_NUL)] | None = None
    status: Status | None = None
    action: Action | None = None
    vehicle: Slug | None = None
    rssi: Annotated[float, Meta(ge=-200, le=50)] | None = None
    antenna: Annotated[int, Meta(ge=0, le=65535)] | None = None
    count: Annotated[int, Meta(ge=0, le=2**31 - 1)] | None = None
    seq: Seq | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.action in ("load", "unload") and self.vehicle is None:
            raise ValueError(f"expected a vehicle's slug for {self.action!r}, got none - at `$.vehicle`")


class Presence(Message, frozen=True):
    """Whether a source is connected, retained; also its last will. `by` is who says it in the source's place."""

    online: bool
    at: Time | None = None
    by: str | None = None


class Pin(Struct, frozen=True, omit_defaults=True):
    """What a chat message points at: a place (`lat`, `lon`), a source, or an item."""

    lat: Latitude | None = None
    lon: Longitude | None = None
    source: Slug | None = None
    item: Slug | None = None


class ChatMessage(Message, frozen=True):
    """A message of a person; (author, id) is its key."""

    id: UUID
    at: Time
    body: Body
    reply_to: UUID | None = None
    pin: Pin | None = None


class ChatEdit(Message, frozen=True):
    """A new text for one's own message; the newest `at` wins."""

    id: UUID
    at: Time
    edit: Body


class ChatDelete(Message, frozen=True):
    """One's own message taken back, for ever."""

    id: UUID
    at: Time
    delete: bool

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.delete:
            raise ValueError("expected true, got false - at `$.delete`")


class Typing(Message, frozen=True):
    """Somebody is writing."""


class Read(Message, frozen=True):
    """The last chat message its source has read."""

    id: UUID
    at: Time


class Receipt(Message, frozen=True):
    """What became of a source's messages: ranges of its `seq`, and words for each id."""

    stored: list[tuple[int, int]] = []
    rejected: list[tuple[int, int]] = []
    ids: dict[str, Literal["stored", "duplicate", "unknown_tag", "wrong_project", "rejected"]] = {}


class ItemStatus(Message, frozen=True, omit_defaults=False):
    """An item as it is now: the `equipment_status_update`. `by` is a slug; `lat`, `lon` its place if known."""

    code: str
    name: str
    status: Status
    at: Time
    by: str | None = None
    project: str | None = None
    vehicle: str | None = None
    lat: float | None = None
    lon: float | None = None


class Alert(Message, frozen=True):
    """Something a dispatcher has to know; retained until resolved."""

    kind: str
    subject: str
    at: Time
    severity: Severity
    text: str
    data: dict = {}
    resolved_at: datetime | None = None


class Command(Message, frozen=True):
    """What dispatch asks of a device."""

    id: UUID
    name: Literal["report", "interval", "message"]
    args: dict = {}
    by: str | None = None


class DeviceConfig(Message, frozen=True):
    """Where a device belongs now and how often it reports (seconds)."""

    project: str | None = None
    interval_s: Annotated[float, Meta(gt=0, le=86400)] | None = None


TYPES: dict[str, type[Message] | None] = {
    "position": Position,
    "scan": Scan,
    "presence": Presence,
    "chat": None,  # one of three, told apart by its fields
    "typing": Typing,
    "read": Read,
    "receipt": Receipt,
    "equipment": ItemStatus,
    "visit": None,  # its shape comes with arrivals and departures
    "alert": Alert,
    "command": Command,
    "config": DeviceConfig,
}
ARRAYS = frozenset({"position", "scan"})
