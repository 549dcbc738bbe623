"""Who belongs to a project, as what."""

from flask import Blueprint, Response, request

from rentguy import enrolment
from rentguy.decoding import read

from . import statements_registry as sql
from .answers import answer
from .auth import database, own_project, project, require
from .cards import Membership
from .paging import page, whole
from .problems import Problem

members = Blueprint("members", __name__, url_prefix="/api/v1/projects/<slug>/members")
MOST = 5000


@members.get("")
def all_of(slug: str) -> Response:
    limit = whole("limit", 1000, 1, MOST)
    values = {"project": project(slug)["id"], "after": request.args.get("after", ""), "limit": limit}
    rows = database().rows(sql.MEMBERS_AFTER, values)
    return page(rows, limit, lambda: {"after": rows[-1]["slug"]})


@members.put("/<user>")
def let_in(slug: str, user: str) -> Response:
    """Give a person a role, in place of the one they had; who becomes a viewer is on shift no more."""
    where, by = own_project(slug), require("manage", slug, "member", user)
    role = read(Membership, request.get_data()).role
    if database().row(sql.USER, {"user": user}) is None:
        raise Problem(404, f"there is no user {user[:80]!r}; an admin can add them")
    with database().session(by) as session:
        enrolment.add_member(session, slug, user, role)
    return answer(database().row(sql.MEMBER, {"project": where["id"], "user": user}))


@members.delete("/<user>")
def send_away(slug: str, user: str) -> Response:
    """Take a person out: what they hear of it ends at once, and so do their shifts there."""
    where, by = own_project(slug), require("manage", slug, "member", user)
    if database().row(sql.MEMBER, {"project": where["id"], "user": user}) is None:
        raise Problem(404, f"{user[:80]!r} doesn't belong to {slug!r}")
    with database().session(by) as session:
        enrolment.remove_member(session, slug, user)
    return Response(status=204)
