"""What is stored of a person: for themselves to see and take along, and for an admin to erase."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Any

from flask import Blueprint, Response

from rentguy import audit
from rentguy.decoding import encode
from rentguy.erasure import By, Unfinished, erase
from rentguy.log import pairs
from rentguy.stored import Whose, ask_in, counts, export, whose
from rentguy.topics import NO_PROJECT

from .auth import database, require
from .cards import StoredCount
from .database import DOOR, Database
from .openapi import describes
from .problems import Problem

logger = logging.getLogger(__name__)
stored = Blueprint("stored", __name__, url_prefix="/api/v1")
ERASE_S = 8.0
_exporting: set[str] = set()  # one export a person at a time


@stored.get("/me/data")
@describes(list[StoredCount])
def mine() -> Response:
    """How much there is of each kind, and from when to when."""
    me = _whose(require("own", NO_PROJECT, "account"))
    return _rows(counts(database().rows, me))


@stored.get("/me/data/export")
@describes(dict[str, Any])
def take_along() -> Response:
    """All of it as a JSON file. It is read in pages: what a slow reader keeps waiting is no connection of the pool."""
    me = _whose(require("own", NO_PROJECT, "account"))
    if me.slug in _exporting:
        raise Problem(429, "an export of yours is on its way already; take that first", **{"Retry-After": "60"})
    _exporting.add(me.slug)
    try:
        with database().transaction() as session:
            audit.note(session, me.slug, DOOR, "data.export", me.slug)
        answer = Response(_pieces(database(), me), content_type="application/json")
    except BaseException:
        _exporting.discard(me.slug)
        raise
    answer.call_on_close(lambda: _exporting.discard(me.slug))
    file = f"rentguy-{me.slug}-{datetime.now(UTC):%Y-%m-%d}.json"
    answer.headers["Content-Disposition"] = f'attachment; filename="{file}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@stored.delete("/users/<slug>/data")
@describes(list[StoredCount])
def forget(slug: str) -> Response:
    """Erase where somebody was; what they said and did to equipment stays. What this request has erased."""
    by = require("manage", NO_PROJECT, "data", slug)
    person = _whose(slug)
    try:
        gone = erase(database().transaction, person, By(by, DOOR), ERASE_S)
    except Unfinished as error:
        raise Problem(503, str(error), **{"Retry-After": "1"}) from None
    return _rows(gone)


def _whose(slug: str) -> Whose:
    found = whose(database().rows, slug)
    if found is None:
        raise Problem(404, f"there is no person {slug[:80]!r}")
    return found


def _rows(found: list) -> Response:
    return Response(encode([StoredCount(*each) for each in found]), content_type="application/json")


def _ask(asked: Database, query: str, values: dict) -> list[dict]:
    with asked.transaction() as session:
        return ask_in(session, query, values)


def _pieces(asked: Database, me: Whose) -> Iterator[bytes]:
    """What has begun can't become a problem any more: the connection breaks off, and the document has no end."""
    try:
        yield from export(partial(_ask, asked), me)
    except Problem as error:
        logger.warning("an export breaks off %s", pairs(person=me.slug, reason=error))
        raise
