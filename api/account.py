"""One's own account: a new password, and tokens for programs. No token is for these."""

from uuid import UUID

from flask import Blueprint, Response, request

from rentguy import enrolment
from rentguy.decoding import read
from rentguy.topics import NO_PROJECT

from . import passwords
from . import statements as doors
from . import statements_registry as sql
from .answers import answer, shown_once
from .auth import database, forgotten, require
from .cards import ApiToken, ApiTokenStart, NewApiToken, PasswordChange
from .openapi import describes
from .problems import Problem

account = Blueprint("account", __name__, url_prefix="/api/v1/me")


@account.put("/password")
@describes(body=PasswordChange)
def change_password() -> Response:
    """Another password for who knows the one there is; every session ends, this one too."""
    me, asked = require("own", NO_PROJECT, "account"), read(PasswordChange, request.get_data())
    passwords.in_turn(me)
    known = database().row(doors.PASSWORD, {"slug": me})
    if not passwords.is_right(me, asked.old, known and known["password_hash"]):
        raise Problem(403, "old: this isn't your password")
    with database().session(me) as session:
        enrolment.set_password(session, me, asked.new)
    return forgotten()


@account.get("/tokens")
@describes(list[ApiToken])
def tokens() -> Response:
    """One's API tokens, without the tokens themselves."""
    return answer(_tokens(require("own", NO_PROJECT, "account")))


@account.post("/tokens")
@describes(NewApiToken, body=ApiTokenStart, status=201)
def issue() -> Response:
    """A token for a program; it is in the answer, and nowhere else."""
    me, asked = require("own", NO_PROJECT, "account"), read(ApiTokenStart, request.get_data())
    with database().session(me) as session:
        made, token = enrolment.issue_token(session, me, asked.name, frozenset(asked.scopes), asked.days)
        id = made.id
    (row,) = [each for each in _tokens(me) if each["id"] == id]
    return shown_once({**row, "token": token})


@account.delete("/tokens/<uuid:id>")
@describes()
def revoke(id: UUID) -> Response:
    """End a token: what its program has open ends too."""
    me = require("own", NO_PROJECT, "account")
    if id not in [each["id"] for each in _tokens(me)]:
        raise Problem(404, f"you have no token {str(id)!r}")
    with database().session(me) as session:
        enrolment.revoke_token(session, me, id)
    return Response(status=204)


def _tokens(me: str) -> list[dict]:
    return database().rows(sql.TOKENS, {"person": me})
