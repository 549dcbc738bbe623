"""Projects: who belongs to them, and all that is known of one at this moment."""

from flask import Blueprint, Response, current_app, jsonify

from rentguy.decoding import encode

from . import statements as sql
from .auth import database, project, projects_of, signed_in
from .snapshot import snapshot

projects = Blueprint("projects", __name__, url_prefix="/api/v1")


@projects.get("/settings")
def settings() -> Response:
    """What the web app needs to know before anybody has signed in."""
    config = current_app.config["RENTGUY"]
    return jsonify(tiles_url=config.tiles_url, tiles_attribution=config.tiles_attribution)


@projects.get("/projects")
def mine() -> Response:
    identity, _ = signed_in()
    return jsonify(projects_of(identity))


@projects.get("/projects/<slug>/sources")
def sources(slug: str) -> Response:
    return jsonify(database().rows(sql.SOURCES, {"project": project(slug)["id"]}))


@projects.get("/projects/<slug>/snapshot")
def now(slug: str) -> Response:
    """The same envelopes that a browser gets when it joins."""
    return Response(encode(snapshot(database(), project(slug))), content_type="application/json")
