"""Who is asking: a JWT, as Bearer from clients, as an HttpOnly cookie from browsers."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from hmac import new as hmac
from time import time
from typing import Annotated
from uuid import uuid4

import jwt
from flask import Blueprint, Response, current_app, g, jsonify, request
from msgspec import Meta

from rentguy import registry
from rentguy.access import Identity, allowed
from rentguy.decoding import read
from rentguy.messages import NO_NUL, Message
from rentguy.topics import is_slug

from . import limits, origins, passwords
from . import statements as sql
from .database import Database
from .problems import Problem

LIFETIME = timedelta(hours=12)
COOKIE = "rentguy_session"
auth = Blueprint("auth", __name__, url_prefix="/api/v1")


class Credentials(Message, frozen=True):
    """What one signs in with."""

    username: Annotated[str, Meta(min_length=1, max_length=63, pattern=NO_NUL)]
    password: Annotated[str, Meta(min_length=1, max_length=1024)]


@auth.post("/auth/login")
def login() -> Response:
    origins.refuse_foreign()
    credentials = read(Credentials, request.get_data())
    slug = credentials.username.strip().lower()
    passwords.in_turn(slug)
    known = database().row(sql.PASSWORD, {"slug": slug})
    hashed = known and known["password_hash"]
    if not passwords.is_right(slug, credentials.password, hashed):
        raise Problem(401, "the name or the password is wrong", **{"WWW-Authenticate": "Bearer"})
    token = _token(slug)
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
def logout() -> Response:
    """Forget the cookie, and end the live connections of this session."""
    by_cookie, token = presented()
    if by_cookie and token:
        origins.require_ours()
    if token:
        with suppress(Problem):  # a token that can't be used has no session to end
            current_app.extensions["hub"].end_session(_claims(token)["jti"])
    answer = Response(status=204)
    answer.delete_cookie(COOKIE)
    return answer


@auth.get("/me")
def me() -> Response:
    identity, account = signed_in()
    return jsonify(slug=identity.slug, name=account["name"], admin=identity.admin, projects=projects_of(identity))


def signed_in() -> tuple[Identity, dict]:
    """The identity of who asks, as the registry stands now, and their account row. Raises Problem 401 or 403."""
    if "signed_in" not in g:
        by_cookie, token = presented()
        if not token:
            raise Problem(401, "sign in first: POST /api/v1/auth/login", **{"WWW-Authenticate": "Bearer"})
        if by_cookie:
            origins.require_ours()
        claims = _claims(token)
        now = standing(database(), claims)
        if now is None:
            raise Problem(401, "this session has ended; sign in again", **{"WWW-Authenticate": "Bearer"})
        limits.count(now[0].slug)
        g.claims, g.signed_in = claims, now
    return g.signed_in


def presented() -> tuple[bool, str | None]:
    """Whether the token came by cookie, and the token."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        return False, token.strip()
    return True, request.cookies.get(COOKIE)


def standing(database: Database, claims: dict) -> tuple[Identity, dict] | None:
    """The identity and account row behind a token's claims, as the registry stands now; None when it has ended."""
    account = database.row(sql.SESSION, {"slug": claims["sub"]})
    with database.transaction() as session:
        identity = registry.person(session.connection, claims["sub"])
    if not account or not identity or not identity.enabled:
        return None
    ended = claims["exp"] <= time() or claims["iat"] < (account["signed_out_at"] or 0)
    return None if ended else (identity, account)


def hears(identity: Identity, project: str) -> bool:
    """Whether somebody may hear a project; never for what is no slug, not even for those who may hear all."""
    return is_slug(project) and allowed(identity, "subscribe", f"rentguy/{project}/#")


def projects_of(identity: Identity) -> list[dict]:
    """The projects one belongs to, with one's role; all of them for an admin."""
    rows = database().rows(sql.PROJECTS)
    return [{**row, "role": role} for row in rows if (role := identity.role_in(row["slug"]))]


def project(slug: str) -> dict:
    """A project's row, for those who may hear it. Raises Problem 404, also for a stranger."""
    identity, _ = signed_in()
    row = database().row(sql.PROJECT, {"project": slug}) if hears(identity, slug) else None
    if row is None:
        raise Problem(404, f"there is no project {slug[:80]!r} that you belong to")
    return row


def database() -> Database:
    return current_app.extensions["database"]


def _key() -> bytes:
    return hmac(current_app.config["RENTGUY"].secret_key.encode(), b"sessions", sha256).digest()


def _token(slug: str) -> str:
    now = datetime.now(UTC)
    return jwt.encode({"sub": slug, "iat": now, "exp": now + LIFETIME, "jti": str(uuid4())}, _key(), "HS256")


def _claims(token: str) -> dict:
    try:
        return jwt.decode(token, _key(), ["HS256"], options={"require": ["sub", "iat", "exp", "jti"]})
    except jwt.InvalidTokenError as error:
        detail = f"the token can't be used ({error}); sign in again"
        raise Problem(401, detail, **{"WWW-Authenticate": "Bearer"}) from None
