"""Who changed what; and what came and could not be used. Both newest first, in the order of their ids."""

from typing import Annotated

from flask import Blueprint, Response, request
from msgspec import Meta

from rentguy.topics import NO_PROJECT

from . import statements as everybody
from . import statements_registry as sql
from .auth import database, require, signed_in
from .cards import AuditLine, Reject
from .devices import manageable, rejects_of
from .openapi import describes
from .paging import limited, page, whole
from .problems import Problem

audit = Blueprint("audit", __name__, url_prefix="/api/v1")
MOST, NEWEST = 1000, 2**63 - 1
NAMED = ("by", "subject", "action", "project")
PAGE = {"before": Annotated[int, Meta(ge=1, le=NEWEST)], "limit": limited(MOST)}


@audit.get("/audit")
@describes(list[AuditLine], query={**dict.fromkeys(NAMED, str), **PAGE})
def lines() -> Response:
    """Of all changes, or of those `by` somebody, of a `subject`, an `action` or a `project`."""
    require("manage", NO_PROJECT, "audit")
    named = {name: request.args.get(name) for name in NAMED}
    return _page(sql.AUDIT, named)


@audit.get("/rejects")
@describes(list[Reject], query={"source": str, **PAGE})
def rejects() -> Response:
    """Of all, for admins; of a `source` also for who may see its card."""
    source = request.args.get("source")
    if source is not None and not signed_in()[0].admin:
        return _page(sql.REJECTS + sql.OF_SOURCE + sql.NEWEST, rejects_of(manageable(source)))
    require("manage", NO_PROJECT, "reject")
    if source is None:
        return _page(sql.REJECTS + sql.NEWEST, {})
    found = database().row(everybody.SOURCE, {"source": source})
    if found is None:
        raise Problem(404, f"source: nobody is called {source[:80]!r}")
    return _page(sql.REJECTS + sql.OF_SOURCE + sql.NEWEST, rejects_of(found))


def _page(query: str, values: dict) -> Response:
    limit = whole("limit", 100, 1, MOST)
    rows = database().rows(query, {**values, "limit": limit, "before": whole("before", NEWEST, 1, NEWEST)})
    return page(rows, limit, lambda: {"before": rows[-1]["id"]})
