"""Who can sign in: for admins to see and to change, and for dispatchers to find whom to let in."""

from secrets import token_urlsafe

from flask import Blueprint, Response, request
from msgspec import UNSET

from rentguy import enrolment
from rentguy.access import allowed
from rentguy.decoding import read
from rentguy.topics import NO_PROJECT, ROOT

from . import statements_registry as sql
from .answers import answer, shown_once
from .auth import database, require, signed_in
from .cards import NewUser, Person, User, UserChange, UserStart
from .openapi import describes
from .paging import containing, limited, page, whole
from .problems import Problem

users = Blueprint("users", __name__, url_prefix="/api/v1")
MOST, MOST_FOUND = 1000, 20


@users.get("/users")
@describes(list[User], query={"after": str, "limit": limited(MOST)})
def everybody() -> Response:
    """Who can sign in, and where they belong, by slug."""
    require("manage", NO_PROJECT, "user")
    limit = whole("limit", 500, 1, MOST)
    rows = database().rows(sql.USERS_AFTER, {"after": request.args.get("after", ""), "limit": limit})
    return page(rows, limit, lambda: {"after": rows[-1]["slug"]})


@users.post("/users")
@describes(NewUser, body=UserStart, status=201)
def add() -> Response:
    """A person to sign in; a password that is made for them is in the answer, and nowhere else."""
    require("manage", NO_PROJECT, "user")
    started = read(UserStart, request.get_data())
    by = require("manage", NO_PROJECT, "user", started.slug)
    if started.admin:
        require("own", NO_PROJECT, "account")  # for no token
    password = started.password or token_urlsafe(12)
    with database().session(by) as session:
        enrolment.add_user(session, started.slug, started.name, password, started.admin)
    return shown_once({**_user(started.slug), "password": None if started.password else password})


@users.get("/users/<slug>")
@describes(User)
def one(slug: str) -> Response:
    """One of them."""
    require("manage", NO_PROJECT, "user", slug)
    return answer(_user(slug))


@users.patch("/users/<slug>")
@describes(User, body=UserChange)
def change(slug: str) -> Response:
    """All of what is asked, or nothing. Nobody can take away the last admin."""
    by, known, asked = require("manage", NO_PROJECT, "user", slug), _user(slug), read(UserChange, request.get_data())
    if asked.password is not UNSET:
        _require_another(by, known["slug"])
    if asked.password is not UNSET or asked.admin is not UNSET:
        require("own", NO_PROJECT, "account")  # or a token would be worth as much as whoever it made
    with database().session(by) as session:
        for value, make in (
            (asked.name, enrolment.rename_user),
            (asked.password, enrolment.set_password),
            (asked.admin, enrolment.set_admin),
            (asked.enabled, enrolment.enable_user),
        ):
            if value is not UNSET:
                make(session, known["slug"], value)
    return answer(_user(slug))


@users.post("/users/<slug>/sign-out")
@describes()
def sign_out(slug: str) -> Response:
    """End every session of theirs, with their live connections; their tokens go on."""
    by, known = require("manage", NO_PROJECT, "user", slug), _user(slug)
    with database().session(by) as session:
        enrolment.sign_out(session, known["slug"])
    return Response(status=204)


@users.get("/people")
@describes(list[Person], query={"search": str})
def people() -> Response:
    """Whom a dispatcher can let in, by a part of their slug or name."""
    identity, _ = signed_in()
    theirs = ["any"] if identity.admin else [*identity.roles]
    if not any(allowed(identity, "manage", f"{ROOT}/{each}/member/+") for each in theirs):
        raise Problem(403, "only who decides over members of a project may look for people; ask a dispatcher")
    values = {"like": containing(request.args.get("search", "")[:200]), "limit": MOST_FOUND}
    return answer(database().rows(sql.PEOPLE, values))


def _require_another(by: str, slug: str) -> None:
    """One's own password is changed by who knows it. Raises Problem 403."""
    if by == slug:
        raise Problem(403, "change your own password under your account, with the one there is")


def _user(slug: str) -> dict:
    row = database().row(sql.USER, {"user": slug})
    if row is None:
        raise Problem(404, f"there is no user {slug[:80]!r}")
    return row
