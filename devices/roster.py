"""Who and what takes part in a simulation: `devices/demo.json` as values, refused when it doesn't fit together."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from rentguy.errors import RentGuyError
from rentguy.topics import is_slug

from .route import Point

DEMO = Path(__file__).parent / "demo.json"
VEHICLES = ("truck", "van", "car")
Kind = Literal["truck", "van", "car", "phone", "tracker", "scanner", "reader"]
Range = tuple[float, float]


class RosterError(RentGuyError):
    """the roster doesn't fit together"""


class Behaviour(Struct, frozen=True, tag_field="does", kw_only=True):
    """What a device does all day."""

    interval_s: float = 1.0


class Replay(Behaviour, frozen=True, tag="replay"):
    """Plays a recorded drive for ever."""

    trace: str
    speed: float = 1.0


class Drive(Behaviour, frozen=True, tag="drive"):
    """Shuttles on a route of the roster; `offset_s` says where in its round it is."""

    route: str
    kmh: float = 40.0
    wait_s: float = 180.0
    offset_s: float = 0.0


class Park(Behaviour, frozen=True, tag="park"):
    at: Point
    heading: float = 0.0


class Walk(Behaviour, frozen=True, tag="walk"):
    """Wanders about a place; boards the vehicle `rides` when it stands there."""

    at: Point
    radius_m: float = 100.0
    rides: str | None = None


class Work(Behaviour, frozen=True, tag="scan"):
    """Scans items by their codes; a gate reads their EPCs, a hand scanner their barcodes."""

    items: list[str]
    vehicles: list[str] = []
    gate: bool = False
    batch: tuple[int, int] = (3, 9)
    pace_s: Range = (1.0, 4.0)
    rest_s: Range = (15.0, 60.0)


class Project(Struct, frozen=True):
    slug: str
    name: str
    at: Point
    radius_m: float = 200.0


class Person(Struct, frozen=True):
    slug: str
    name: str
    role: Literal["viewer", "crew", "dispatcher"]


class Device(Struct, frozen=True):
    slug: str
    kind: Kind
    name: str
    behaviour: Replay | Drive | Park | Walk | Work
    owner: str | None = None


class Item(Struct, frozen=True):
    """`tags` are what is printed or glued on: a barcode's text, an EPC in hex."""

    code: str
    name: str
    tags: list[str]

    def tag(self, *, epc: bool) -> str:
        """The tag a gate (`epc`) or a hand scanner reads."""
        return next((tag for tag in self.tags if _is_epc(tag) == epc), self.tags[0])


class Leg(Struct, frozen=True):
    """A piece of a route: a line drawn by hand, or a stretch of a recorded drive, backwards when `to_m` is less."""

    line: list[Point] = []
    trace: str = ""
    from_m: float = 0.0
    to_m: float = 0.0


class Line(Struct, frozen=True):
    """What somebody says; words in braces are chosen anew each time."""

    by: str
    body: str


class Roster(Struct, frozen=True):
    project: Project
    people: list[Person]
    devices: list[Device]
    items: list[Item]
    routes: dict[str, list[Leg]] = {}
    words: dict[str, list[str]] = {}
    chat: list[list[Line]] = []
    pace_s: Range = (10.0, 40.0)  # between two lines

    @property
    def vehicles(self) -> list[Device]:
        return [device for device in self.devices if device.kind in VEHICLES]

    @property
    def by_code(self) -> dict[str, Item]:
        return {item.code: item for item in self.items}


def load(path: Path = DEMO) -> Roster:
    """The roster of a file. Raises RosterError that names everything wrong with it."""
    try:
        roster = msgspec.json.decode(path.read_bytes(), type=Roster)
    except (OSError, msgspec.MsgspecError) as error:
        raise RosterError(f"{path}: {error}") from error
    if problems := list(_problems(roster)):
        raise RosterError(f"{path}: {'; '.join(problems)}")
    return roster


def _problems(roster: Roster) -> Iterator[str]:
    people, vehicles = {each.slug for each in roster.people}, {each.slug for each in roster.vehicles}
    codes = [item.code for item in roster.items]
    sources = [each.slug for each in (*roster.people, *roster.devices)]
    for text in [*sources, *codes, roster.project.slug]:
        if not is_slug(text):
            yield f"{text!r} is no slug"
    for what, names in (("slug", sources), ("code", codes), ("tag", [tag for it in roster.items for tag in it.tags])):
        yield from (
            f"{what} {name!r} stands there {times} times" for name, times in Counter(names).items() if times > 1
        )
    for device in roster.devices:
        if device.owner is not None and device.owner not in people:
            yield f"{device.slug}: its owner {device.owner!r} is not among the people"
        yield from (f"{device.slug}: {problem}" for problem in _unknown(device.behaviour, roster, vehicles, set(codes)))
    yield from (
        f"chat: {line.by!r} is not among the people" for scene in roster.chat for line in scene if line.by not in people
    )


def _unknown(behaviour: Behaviour, roster: Roster, vehicles: set[str], codes: set[str]) -> Iterator[str]:
    """What a behaviour names that isn't in the roster."""
    match behaviour:
        case Drive(route=route) if route not in roster.routes:
            yield f"there is no route {route!r}"
        case Walk(rides=str(vehicle)) if vehicle not in vehicles:
            yield f"there is no vehicle {vehicle!r} to ride"
        case Work():
            yield from (f"there is no item {code!r}" for code in behaviour.items if code not in codes)
            yield from (f"there is no vehicle {slug!r}" for slug in behaviour.vehicles if slug not in vehicles)


def _is_epc(tag: str) -> bool:
    return len(tag) == 24 and not set(tag.lower()) - set("0123456789abcdef")
