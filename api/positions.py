"""Where everyone is, and was."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from flask import Blueprint, Response, request
from msgspec import Meta

from rentguy.messages import Moment

from . import statements as sql
from .auth import database, project
from .openapi import describes
from .paging import limited, moment, page, parse_time, whole
from .problems import Problem
from .rows import PositionRow, TrackPoint
from .track import COARSEST_M, FINEST_M, simplified

positions = Blueprint("positions", __name__, url_prefix="/api/v1/projects/<slug>")
MOST = 10_000
ASKED = {
    "source": str,
    "from": Moment,
    "to": Moment,
    "after": str,
    "limit": limited(MOST),
    "simplify": Annotated[float, Meta(ge=FINEST_M, le=COARSEST_M)],
}


@positions.get("/latest")
@describes(list[PositionRow])
def latest(slug: str) -> Response:
    """The newest plausible fix of each source."""
    return page(database().rows(sql.LATEST, {"project": project(slug)["id"]}), -1, dict)


@positions.get("/positions")
@describes((list[PositionRow], list[TrackPoint]), query=ASKED)
def history(slug: str) -> Response:
    """Plausible fixes in order of time; of one source or of all, from the last hour if nothing else is asked.

    With `simplify` (metres) one source's, as few as tell its track.
    """
    values = {"project": project(slug)["id"], "limit": whole("limit", 1000, 1, MOST), **_since(), **_after()}
    query = sql.POSITIONS
    if name := request.args.get("source"):
        source = database().row(sql.SOURCE, {"source": name})
        if source is None:
            raise Problem(404, f"source: nobody is called {name[:80]!r}")
        values["source"], query = source["id"], query + sql.OF_SOURCE
    if "simplify" in request.args:
        return page(simplified(values), -1, dict)
    values["since"] = max(values["since"], values["after_at"])  # not all before the page again
    rows = database().rows(query + sql.IN_ORDER, values)
    return page(rows, values["limit"], lambda: {"after": f"{rows[-1]['at'].isoformat()},{rows[-1]['source']}"})


def _since() -> dict:
    now = datetime.now(UTC)
    until = moment("to", now + timedelta(minutes=1))
    return {"since": moment("from", min(until, now) - timedelta(hours=1)), "until": until}


def _after() -> dict:
    at, _, source = request.args.get("after", "1970-01-01T00:00:00Z,").partition(",")
    return {"after_at": parse_time("after", at), "after_source": source}
