"""Devices: how they do, what they sign in with, and what they work for.

Admins have them all; dispatchers those that work for projects of theirs at this moment, and those that work for none,
to take. Of others' devices they aren't told.
"""

from datetime import UTC, datetime

from flask import Blueprint, Response, current_app, request
from msgspec import UNSET

from rentguy import enrolment, handover
from rentguy.access import Identity, allowed
from rentguy.decoding import read
from rentguy.topics import NO_PROJECT, ROOT

from . import statements_registry as sql
from .answers import answer, shown_once
from .auth import belongs, database, own_project, require, signed_in
from .cards import Assignment, AssignmentStart, Device, DeviceCard, DeviceChange, DeviceSecret, DeviceStart
from .openapi import describes
from .paging import limited, page, whole
from .problems import Problem

devices = Blueprint("devices", __name__, url_prefix="/api/v1/devices")
MOST, NEWEST_REJECTS = 1000, 20


@devices.get("")
@describes(list[Device], query={"project": str, "after": str, "limit": limited(MOST)})
def all_of_mine() -> Response:
    """Those one may know of, by slug, or those at work for a `project`."""
    identity, limit = signed_in()[0], whole("limit", 200, 1, MOST)
    values = {**_mine(identity), "after": request.args.get("after", ""), "limit": limit}
    rows = database().rows(sql.DEVICES, values)
    return page(rows, limit, lambda: {"after": rows[-1]["slug"]})


@devices.post("")
@describes(DeviceSecret, body=DeviceStart, status=201)
def add() -> Response:
    """A device to sign in; its secret is in the answer, and nowhere else."""
    require("manage", NO_PROJECT, "device")
    asked = read(DeviceStart, request.get_data())
    by = require("manage", NO_PROJECT, "device", asked.slug)
    with database().session(by) as session:
        secret = enrolment.add_device(session, asked.slug, asked.kind, asked.name, asked.project, asked.owner)
    return _told(asked.slug, secret, 201)


@devices.get("/<slug>")
@describes(DeviceCard)
def card(slug: str) -> Response:
    """All that is known of one."""
    known = manageable(slug)
    rejected = {**rejects_of(known), "before": 2**63 - 1, "limit": NEWEST_REJECTS}
    return answer(
        {
            **database().row(sql.DEVICE, {"device": known["slug"]}),
            "assignments": _mine_of(_assignments(known)),
            "newest_rejects": database().rows(sql.REJECTS + sql.OF_SOURCE + sql.NEWEST, rejected),
        }
    )


@devices.patch("/<slug>")
@describes(Device, body=DeviceChange)
def change(slug: str) -> Response:
    """Its name, and whether it may sign in; a live connection of one that may not ends."""
    known = _known(slug)
    by, asked = _require(known, "device"), read(DeviceChange, request.get_data())
    with database().session(by) as session:
        if asked.name is not UNSET:
            enrolment.rename_device(session, slug, asked.name)
        if asked.enabled is not UNSET:
            enrolment.enable_device(session, slug, asked.enabled)
    return answer(database().row(sql.DEVICE, {"device": slug}))


@devices.post("/<slug>/secret")
@describes(DeviceSecret)
def rotate(slug: str) -> Response:
    """Another secret: whoever signed in with the old one is sent away."""
    known = _known(slug)
    by = _require(known, "device")
    if known["kind"] == "integration":  # it hears whatever project it is given to next
        require("manage", NO_PROJECT, "device", slug)
    with database().session(by) as session:
        secret = enrolment.new_secret(session, slug)
    return _told(slug, secret, 200)


@devices.put("/<slug>/assignment")
@describes(list[Assignment], body=AssignmentStart)
def assign(slug: str) -> Response:
    """Let it work for a project, or for nothing; what it works for at that moment ends, so that is asked for too."""
    known = _known(slug)
    by, asked = _require(known, "assignment"), read(AssignmentStart, request.get_data())
    since = asked.since or datetime.now(UTC)
    then = database().row(sql.WORKED_FOR, {"source": known["id"], "at": since})
    for concerned in {asked.project, then and then["slug"]} - {None, known["project"]}:
        own_project(concerned)
        require("manage", concerned, "assignment", slug)
    with database().session(by) as session:
        enrolment.assign(session, slug, asked.project, since, asked.until)
    return answer(_mine_of(_assignments(known)))


@devices.delete("/<slug>/assignments/<int:id>")
@describes()
def unassign(slug: str, id: int) -> Response:
    """End one now; one that hasn't begun is removed."""
    identity, row = signed_in()[0], database().row(sql.REGISTERED_DEVICE, {"device": slug})
    found = [each for each in (_assignments(row) if row else []) if each["id"] == id]
    mine = [each for each in found if belongs(identity, each["project"])]
    if not mine:
        raise Problem(404, f"{slug[:80]!r} has no assignment {id} to a project of yours")
    by = require("manage", mine[0]["project"], "assignment", slug)
    with database().session(by) as session:
        enrolment.end_assignment(session, slug, id)
    return Response(status=204)


def manageable(slug: str) -> dict:
    """The row of a device, for those who may see its card. Raises Problem 404 or 403."""
    known = _known(slug)
    if known["project"]:
        require("manage", known["project"], "device", known["slug"])
    else:
        require("manage", NO_PROJECT, "assignment", known["slug"])  # for whoever may let it work
    return known


def rejects_of(known: dict) -> dict:
    """Whose rejects: of a device, those of projects one may know of."""
    identity, _ = signed_in()
    return {"source": known["id"], "all": identity.admin, "projects": [NO_PROJECT, *identity.roles]}


def _mine_of(assignments: list[dict]) -> list[dict]:
    """Those to projects of one's own: where else a device was is for others to know."""
    identity, _ = signed_in()
    return [each for each in assignments if belongs(identity, each["project"])]


def _mine(identity: Identity) -> dict:
    """Which devices one may see: all, or those of certain projects and perhaps those of none. Raises Problem 403."""
    named = request.args.get("project")
    if named is not None:
        own_project(named)
        require("manage", named, "device", "+")
        return {"all": False, "projects": [named], "spares": False}
    if allowed(identity, "manage", f"{ROOT}/#"):
        return {"all": True, "projects": [], "spares": True}
    theirs = [each for each in identity.roles if allowed(identity, "manage", f"{ROOT}/{each}/device/+")]
    if not theirs:
        require("manage", NO_PROJECT, "device", "+")
    return {"all": False, "projects": theirs, "spares": True}


def _known(slug: str) -> dict:
    """The row of a device that one may know of, with what it works for now. Raises Problem 404."""
    identity, row = signed_in()[0], database().row(sql.REGISTERED_DEVICE, {"device": slug})
    if row is None or not (
        belongs(identity, row["project"])
        if row["project"]
        else allowed(identity, "manage", f"{ROOT}/{NO_PROJECT}/assignment/{row['slug']}")
    ):
        raise Problem(404, f"there is no device {slug[:80]!r} at work for a project of yours, or for none")
    return row


def _require(known: dict, what: str) -> str:
    return require("manage", known["project"] or NO_PROJECT, what, known["slug"])


def _assignments(known: dict) -> list[dict]:
    return database().rows(sql.ASSIGNMENTS, {"source": known["id"]})


def _told(slug: str, secret: str, status: int) -> Response:
    """A secret, shown only now, with what to do with it."""
    row = database().row(sql.REGISTERED_DEVICE, {"device": slug})
    settings = handover.of(current_app.config["RENTGUY"], slug, row["kind"], row["project"], secret)
    return shown_once(settings, status)
