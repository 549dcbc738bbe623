"""Projects: who belongs to them, and all that is known of one at this moment."""

from flask import Blueprint, Response, current_app, jsonify

from rentguy.decoding import encode

from . import rows
from . import statements as sql
from .auth import database, project, projects_of, signed_in
from .openapi import describes
from .snapshot import snapshot

projects = Blueprint("projects", __name__, url_prefix="/api/v1")


@projects.get("/settings")
@describes(rows.Settings, public=True)
def settings() -> Response:
    """What the web app needs to know before anybody has signed in."""
    config = current_app.config["RENTGUY"]
    return jsonify(tiles_url=config.tiles_url, tiles_attribution=config.tiles_attribution)


@projects.get("/projects")
@describes(list[rows.Project])
def mine() -> Response:
    """The projects one belongs to; all of them for an admin."""
    identity, _ = signed_in()
    return jsonify(projects_of(identity))


@projects.get("/projects/<slug>/sources")
@describes(list[rows.Source])
def sources(slug: str) -> Response:
    """Who and what belongs to a project, or has been seen in it."""
    return jsonify(database().rows(sql.SOURCES, {"project": project(slug)["id"]}))


@projects.get("/projects/<slug>/snapshot")
@describes(list[rows.Envelope])
def now(slug: str) -> Response:
    """The same envelopes that a browser gets when it joins."""
    return Response(encode(snapshot(database(), project(slug))), content_type="application/json")
