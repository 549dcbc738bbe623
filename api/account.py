"""One's own account: a new password, and tokens for programs. No token is for these."""

from uuid import UUID

import gevent
from flask import Blueprint, Response, request

from rentguy import enrolment
from rentguy.credentials import verify_password
from rentguy.decoding import read
from rentguy.topics import NO_PROJECT

from . import statements as doors
from . import statements_registry as sql
from .answers import answer, shown_once
from .auth import database, forgotten, require
from .cards import ApiTokenStart, PasswordChange
from .problems import Problem

account = Blueprint("account", __name__, url_prefix="/api/v1/me")


@account.put("/password")
def change_password() -> Response:
    """Another password for who knows the one there is; every session ends, this one too."""
    me, asked = require("own", NO_PROJECT, "account"), read(PasswordChange, request.get_data())
    hashed = database().row(doors.PASSWORD, {"slug": me})["password_hash"]
    if not gevent.get_hub().threadpool.apply(verify_password, (asked.old, hashed)):
        raise Problem(403, "old: this isn't your password")
    with database().session(me) as session:
        enrolment.set_password(session, me, asked.new)
    return forgotten()


@account.get("/tokens")
def tokens() -> Response:
    return answer(_tokens(require("own", NO_PROJECT, "account")))


@account.post("/tokens")
def issue() -> Response:
    me, asked = require("own", NO_PROJECT, "account"), read(ApiTokenStart, request.get_data())
    with database().session(me) as session:
        made, token = enrolment.issue_token(session, me, asked.name, frozenset(asked.scopes), asked.days)
        id = made.id
    (row,) = [each for each in _tokens(me) if each["id"] == id]
    return shown_once({**row, "token": token})


@account.delete("/tokens/<uuid:id>")
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
