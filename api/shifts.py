"""Shifts: when a person's position is welcome in a project. People begin and end their own; dispatchers everybody's."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from flask import Blueprint, Response, request
from msgspec import Meta

from rentguy import enrolment, registry
from rentguy.decoding import encode, read
from rentguy.messages import Moment, Planned, Slug

from . import statements as sql
from .auth import database, own_project, project, require, signed_in
from .openapi import describes
from .problems import Problem
from .rows import Shift

shifts = Blueprint("shifts", __name__, url_prefix="/api/v1/projects/<slug>/shifts")
FURTHEST = timedelta(days=366)


class ShiftStart(Planned, frozen=True):
    """A shift from now on, or from `since`, which lies ahead: one's own, or a person's."""

    hours: Annotated[float, Meta(gt=0, le=24)]
    person: Slug | None = None
    since: Moment | None = None


@shifts.get("")
@describes(list[Shift])
def running(slug: str) -> Response:
    """Those that run and those to come, in order of their beginning."""
    rows = database().rows(sql.SHIFTS_NOT_OVER, {"project": project(slug)["id"]})
    return Response(encode(rows), content_type="application/json")


@shifts.post("")
@describes(Shift, body=ShiftStart, status=201)
def begin(slug: str) -> Response:
    """Put somebody on shift from now on; a shift that this meets is prolonged."""
    where, started = own_project(slug), read(ShiftStart, request.get_data())
    person = started.person or signed_in()[0].slug
    by = require("manage", slug, "shift", person)
    _require_crew(person, slug)
    if started.since:
        _require_planner(slug, started.since)
    with database().session(by) as session:
        during = enrolment.add_shift(session, person, slug, started.hours, started.since)
    values = {"project": where["id"], "person": person, "at": during.lower}
    row = database().row(sql.SHIFT_OF, values)
    return Response(encode(row), 201, content_type="application/json")


@shifts.delete("/<int:id>")
@describes()
def end(slug: str, id: int) -> Response:
    """End a shift now; one that hasn't begun is removed."""
    row = database().row(sql.SHIFT_NOT_OVER, {"project": own_project(slug)["id"], "id": id})
    if row is None:
        raise Problem(404, f"there is no shift {id} in {slug!r} that runs or is to come; look at the list again")
    by = require("manage", slug, "shift", row["person"])
    with database().session(by) as session:
        enrolment.end_shift(session, id)
    return Response(status=204)


def _require_planner(project: str, since: datetime) -> None:
    """Only dispatchers plan, and nobody opens the past. Raises Problem 403 or 422."""
    require("manage", project, "shift", "+")
    now = datetime.now(UTC)
    if not now <= since <= now + FURTHEST:
        raise Problem(
            422, f"since: expected a time from now on, within {FURTHEST.days} days, got {since:%Y-%m-%d %H:%M %Z}"
        )


def _require_crew(person: str, project: str) -> None:
    """A shift is for who belongs to the project and does more than watch. Raises Problem 404 or 403."""
    with database().transaction() as session:
        identity = registry.people(session.connection, [person]).get(person)
    role = identity.role_in(project) if identity and identity.enabled else None
    if role is None:
        raise Problem(404, f"person: nobody called {person!r} belongs to {project!r}")
    if role == "viewer":
        raise Problem(403, f"{person!r} is a viewer, and viewers can't be on shift; ask for the role of crew first")
