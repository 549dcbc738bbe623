"""What one is signed in with: a session, whose JWT says whose it is and until when, or a person's API token.

Both end early in the database (`users.signed_out_at`, `ended_sessions`, no row in `tokens`), which is asked at every
request and, when the registry has changed, for every live socket.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from hmac import new as hmac
from time import time
from uuid import UUID, uuid4

import jwt
from msgspec import Struct
from msgspec.structs import replace

from rentguy import registry
from rentguy.access import Identity
from rentguy.credentials import TOKEN, token_digest

from . import statements as sql
from .database import Database
from .problems import Problem

LIFETIME = timedelta(hours=12)


class Session(Struct, frozen=True):
    """Who has signed in (a slug), from when to when (Unix seconds); `token`: for a program, within its scopes."""

    person: str
    id: UUID
    since: float
    until: float
    token: bool = False


class Standing(Struct, frozen=True):
    """What a session is worth at this moment: whom it makes of one, and the number and name of that person."""

    identity: Identity
    source_id: int
    name: str


def begin(person: str, secret_key: str, since: datetime | None = None) -> str:
    """A JWT for a session that begins now, or at the moment when the password was looked up."""
    now = since or datetime.now(UTC)
    claims = {"sub": person, "iat": now.timestamp(), "exp": now + LIFETIME, "jti": str(uuid4())}
    return jwt.encode(claims, _key(secret_key), "HS256")


def session(database: Database, secret_key: str, presented: str) -> Session:
    """The session behind what was presented, ended or not. Raises Problem 401."""
    if presented.startswith(TOKEN):
        row = database.row(sql.TOKEN, {"digest": token_digest(presented)})
        if row is None:
            raise _refused("the token is unknown or was revoked")
        return Session(row["person"], row["id"], row["since"], row["until"] or float("inf"), token=True)
    try:
        claims = jwt.decode(presented, _key(secret_key), ["HS256"], options={"require": ["sub", "iat", "exp", "jti"]})
        return Session(claims["sub"], UUID(claims["jti"]), claims["iat"], claims["exp"])
    except (jwt.InvalidTokenError, ValueError) as error:
        raise _refused(f"the token can't be used ({error}); sign in again") from None


def standing(database: Database, session: Session) -> Standing | None:
    """What it is worth; None when it has ended."""
    return standings(database, [session]).get(session.id)


def standings(database: Database, sessions: Iterable[Session]) -> dict[UUID, Standing]:
    """What each is worth, by its id; without those that have ended."""
    asked = list(sessions)
    slugs = sorted({each.person for each in asked})
    with database.transaction() as session:
        people = registry.people(session.connection, slugs)
        accounts = database.fetch(session, sql.ACCOUNTS, {"slugs": slugs})
        known = database.fetch(session, sql.SESSIONS, {"ids": [each.id for each in asked]})
    ended = {row["id"] for row in known if row["scopes"] is None}
    scopes = {row["id"]: frozenset(row["scopes"]) for row in known if row["scopes"] is not None}
    account = {row["slug"]: row for row in accounts}
    return {
        each.id: Standing(_as(people[each.person], scopes.get(each.id)), row["id"], row["name"])
        for each in asked
        if (row := account.get(each.person)) and people[each.person].enabled
        if each.until > time()
        if (each.id in scopes if each.token else each.id not in ended and each.since >= (row["signed_out_at"] or 0))
    }


def _as(identity: Identity, scopes: frozenset[str] | None) -> Identity:
    return replace(identity, scopes=scopes)


def _key(secret_key: str) -> bytes:
    return hmac(secret_key.encode(), b"sessions", sha256).digest()


def _refused(detail: str) -> Problem:
    return Problem(401, detail, **{"WWW-Authenticate": "Bearer"})
