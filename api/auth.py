"""Who is asking: by a session's JWT or an API token, as Bearer from clients, as an HttpOnly cookie from browsers."""

from contextlib import suppress
from datetime import UTC, datetime
from typing import Annotated

from flask import Blueprint, Response, current_app, g, jsonify, request
from msgspec import Meta

from rentguy import enrolment
from rentguy.access import Action, Identity, allowed, within
from rentguy.decoding import read
from rentguy.messages import NO_NUL, Message
from rentguy.topics import NO_PROJECT, ROOT, is_slug

from . import limits, origins, passwords, rows
from . import statements as sql
from .database import Database
from .openapi import describes
from .problems import Problem
from .sessions import LIFETIME, Session, Standing, begin, session, standing

COOKIE = "rentguy_session"
auth = Blueprint("auth", __name__, url_prefix="/api/v1")


class Credentials(Message, frozen=True):
    """What one signs in with."""

    username: Annotated[str, Meta(min_length=1, max_length=63, pattern=NO_NUL)]
    password: Annotated[str, Meta(min_length=1, max_length=1024)]


@auth.post("/auth/login")
@describes(rows.Token, body=Credentials, public=True, wrong=(401, 403))
def login() -> Response:
    """Sign in: the token for programs, a cookie for browsers."""
    origins.refuse_foreign()
    credentials = read(Credentials, request.get_data())
    slug = credentials.username.strip().lower()
    passwords.in_turn(slug)
    since = datetime.now(UTC)  # a password changed while this one is verified ends this session too
    known = database().row(sql.PASSWORD, {"slug": slug})
    hashed = known and known["password_hash"]
    if not passwords.is_right(slug, credentials.password, hashed):
        raise Problem(401, "the name or the password is wrong", **{"WWW-Authenticate": "Bearer"})
    token = begin(slug, _secret_key(), since)
    answer = jsonify(access_token=token, token_type="Bearer", expires_in=int(LIFETIME.total_seconds()))
    answer.set_cookie(
        COOKIE,
        token,
        max_age=LIFETIME,
        httponly=True,
        samesite="Lax",
        secure=current_app.config["RENTGUY"].cookie_secure,
    )
    return answer


@auth.post("/auth/logout")
@describes(public=True, wrong=(403,))
def logout() -> Response:
    """End this session, with its live connections, and forget the cookie."""
    by_cookie, token = presented()
    if by_cookie and token:
        origins.require_ours()
    with suppress(Problem):  # what can't be used has no session to end
        if token and not (mine := session(database(), _secret_key(), token)).token:
            with database().session(mine.person) as change:
                enrolment.end_session(change, mine.person, mine.id, datetime.fromtimestamp(mine.until, UTC))
    return forgotten()


@auth.post("/auth/logout-everywhere")
@describes()
def logout_everywhere() -> Response:
    """End every session of one's own, this one too; one's API tokens go on."""
    slug = require("own", NO_PROJECT, "account")
    with database().session(slug) as change:
        enrolment.sign_out(change, slug)
    return forgotten()


@auth.get("/me")
@describes(rows.Me)
def me() -> Response:
    """Who is signed in."""
    identity, account = signed_in()
    return jsonify(slug=identity.slug, name=account.name, admin=identity.admin, projects=projects_of(identity))


def signed_in() -> tuple[Identity, Standing]:
    """The identity of who asks, as the registry stands now, and whose that is. Raises Problem 401 or 403."""
    if "signed_in" not in g:
        by_cookie, token = presented()
        if not token:
            raise Problem(401, "sign in first: POST /api/v1/auth/login", **{"WWW-Authenticate": "Bearer"})
        if by_cookie:
            origins.require_ours()
        g.session = session(database(), _secret_key(), token)
        now = standing(database(), g.session)
        if now is None:
            raise Problem(401, "this session has ended; sign in again", **{"WWW-Authenticate": "Bearer"})
        limits.count(now.identity.slug)
        g.signed_in = now.identity, now
    return g.signed_in


def this_session() -> Session:
    """What one is signed in with. Raises as `signed_in`."""
    signed_in()
    return g.session


def presented() -> tuple[bool, str | None]:
    """Whether the token came by cookie, and the token."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        return False, token.strip()
    return True, request.cookies.get(COOKIE)


def require(action: Action, project: str, what: str, slug: str | None = None) -> str:
    """Who asks, if the policy lets them do this to something of a project (or of one's own). Raises Problem 403."""
    identity, _ = signed_in()
    subject = slug or identity.slug
    if not allowed(identity, action, f"{ROOT}/{project}/{what}/{subject}"):
        where = "" if project == NO_PROJECT else f" in {project[:80]!r}"
        scopes = "" if identity.scopes is None else " with this token"
        refused = f"you may not {action} the {what} of {subject[:80]!r}{where}{scopes}"
        raise Problem(403, f"{refused}; ask a dispatcher or an admin")
    return identity.slug


def hears(identity: Identity, project: str) -> bool:
    """Whether somebody may hear a project; never for what is no slug, not even for those who may hear all."""
    return is_slug(project) and allowed(identity, "subscribe", f"rentguy/{project}/#")


def projects_of(identity: Identity) -> list[dict]:
    """The projects one belongs to, with one's role; all of them for an admin."""
    rows = database().rows(sql.PROJECTS)
    return [{**row, "role": role} for row in rows if (role := identity.role_in(row["slug"]))]


def belongs(identity: Identity, project: str) -> bool:
    """Whether somebody may know of a project, whatever the token is for that they come with."""
    return is_slug(project) and identity.role_in(project) is not None


def reader() -> Identity:
    """Who asks, if what they are signed in with is for reading. Raises Problem 403."""
    identity, _ = signed_in()
    if not within(identity.scopes, "subscribe"):
        raise Problem(403, "this token isn't for reading; make one with the scope `read`")
    return identity


def project(slug: str) -> dict:
    """The row of a project of one's own, to read of it. Raises Problem 404, also for a stranger, or 403."""
    row, identity = own_project(slug), reader()
    if not hears(identity, slug):
        raise Problem(403, f"you may not hear {slug!r}; ask a dispatcher")
    return row


def own_project(slug: str) -> dict:
    """The row of a project of one's own, to do something there. Raises Problem 404, also for a stranger."""
    identity, _ = signed_in()
    row = database().row(sql.PROJECT, {"project": slug}) if belongs(identity, slug) else None
    if row is None:
        raise Problem(404, f"there is no project {slug[:80]!r} that you belong to")
    return row


def database() -> Database:
    return current_app.extensions["database"]


def _secret_key() -> str:
    return current_app.config["RENTGUY"].secret_key


def forgotten() -> Response:
    """The answer to who isn't signed in any more."""
    answer = Response(status=204)
    answer.delete_cookie(COOKIE)
    return answer
