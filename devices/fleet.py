"""A whole roster in one process: every device signs in for itself, and people talk."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from random import Random

import msgspec
from msgspec import Struct

from . import roster as plan
from .chat import Session
from .client import Device
from .conversation import Conversation, lines
from .motion import Motion, Parked, Shuttle
from .outbox import Outbox
from .phone import Phone
from .replay import Replay
from .roster import Roster, RosterError
from .route import Point, Route, distance
from .scanner import Scanner
from .scheduler import Simulator, Station
from .trace import line as street
from .trace import shipped, thawed
from .tracker import Tracker

EPOCH = 0.0  # loops begin there, so that a fleet that starts again goes on where it would be by now


class Secrets(Struct, frozen=True):
    """Where to sign in, and with what; people share one password."""

    mqtt_url: str
    api_url: str = ""
    password: str = ""
    secrets: dict[str, str] = {}


def secrets(path: Path) -> Secrets:
    """Read from a file. Raises RosterError."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Secrets)
    except (OSError, msgspec.MsgspecError) as error:
        raise RosterError(f"{path}: {error}") from error


def stations(roster: Roster, keys: Secrets, kept: Callable[[str], Outbox]) -> list[Station]:
    """Every device of the roster with its simulator, and the outbox that is `kept` under its slug.

    Raises RosterError for a device without a secret.
    """
    if missing := [device.slug for device in roster.devices if device.slug not in keys.secrets]:
        raise RosterError(f"no secret for {', '.join(missing)}")
    motions = {device.slug: motion(device, roster) for device in roster.vehicles}
    return [
        Station(
            Device(
                keys.mqtt_url,
                device.slug,
                keys.secrets[device.slug],
                roster.project.slug,
                outbox=kept(device.slug),
            ),
            simulator(device, roster, motions),
        )
        for device in roster.devices
    ]


def conversation(roster: Roster, keys: Secrets) -> Conversation | None:
    """The crew's talk; None without an address and a password to sign in with."""
    if not (keys.api_url and keys.password):
        return None
    speakers = dict.fromkeys(line.by for scene in roster.chat for line in scene)
    sessions = {slug: Session(keys.api_url, slug, keys.password, roster.project.slug) for slug in speakers}
    return Conversation(lines(roster, Random()), sessions, roster.pace_s, Random())


def motion(device: plan.Device, roster: Roster) -> Motion:
    """How a vehicle moves."""
    match device.behaviour:
        case plan.Replay(trace=trace, speed=speed):
            return Replay(_trace(trace), EPOCH, speed=speed, loop=True)
        case plan.Park(at=at, heading=heading):
            return Parked(at, heading)
        case plan.Drive() as drive:
            lights = Random(device.slug)  # the same red lights every time
            return Shuttle(route(roster.routes[drive.route]), drive.kmh / 3.6, drive.wait_s, drive.offset_s, lights)
    raise RosterError(f"{device.slug}: a {device.kind} can't {device.behaviour.__struct_config__.tag}")


def simulator(device: plan.Device, roster: Roster, motions: dict[str, Motion]) -> Simulator:
    """What a device says."""
    random = Random()
    match device.behaviour:
        case plan.Replay():
            return motions[device.slug]
        case plan.Drive(interval_s=interval) | plan.Park(interval_s=interval):
            return Tracker(motions[device.slug], random, interval)
        case plan.Walk() as walk:
            rides = motions[walk.rides] if walk.rides else None
            return Phone(walk.at, walk.radius_m, random, rides=rides, interval_s=walk.interval_s)
        case plan.Work() as work:
            return Scanner(
                [roster.by_code[code].tag(epc=work.gate) for code in work.items],
                work.vehicles,
                random,
                gate=work.gate,
                batch=work.batch,
                pace_s=work.pace_s,
                rest_s=work.rest_s,
                here=lambda vehicle, now: stands_at(motions[vehicle], roster.project, now),
            )


def stands_at(motion: Motion, project: plan.Project, now: float) -> bool:
    """Whether a vehicle stands at the project's venue."""
    place = motion.at(now)
    return place.speed == 0 and distance(place.point, project.at) <= project.radius_m


def route(legs: list[plan.Leg]) -> Route:
    """One line of several pieces."""
    points: list[Point] = []
    for leg in legs:
        points += leg.line
        if leg.trace:
            points += street(thawed(_trace(leg.trace))).part(leg.from_m, leg.to_m).points
    return Route(points)


_trace = cache(shipped)
