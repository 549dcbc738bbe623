"""Projects: what there are, how long they keep positions, and all that is known of one at this moment."""

from flask import Blueprint, Response, current_app, jsonify, request
from msgspec import UNSET

from rentguy import enrolment
from rentguy.decoding import encode, read

from . import statements as sql
from . import statements_registry
from .answers import answer
from .auth import database, own_project, project, projects_of, require, signed_in
from .cards import ProjectChange, ProjectStart
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


@projects.post("/projects")
def add() -> Response:
    signed_in()
    asked = read(ProjectStart, request.get_data())
    by = require("manage", asked.slug, "project", asked.slug)
    with database().session(by) as session:
        enrolment.add_project(session, asked.slug, asked.name)
    return answer(_kept(asked.slug), 201)


@projects.get("/projects/<slug>/settings")
def kept(slug: str) -> Response:
    return answer(_kept(project(slug)["slug"]))


@projects.patch("/projects/<slug>")
def change(slug: str) -> Response:
    """Its name, and how long it keeps positions; null days are for ever."""
    own_project(slug)
    by, asked, now = require("manage", slug, "project", slug), read(ProjectChange, request.get_data()), _kept(slug)
    days = [
        now[name] if value is UNSET else value
        for name, value in (
            ("keep_people_days", asked.keep_people_days),
            ("keep_vehicles_days", asked.keep_vehicles_days),
        )
    ]
    with database().session(by) as session:
        if asked.name is not UNSET:
            enrolment.rename_project(session, slug, asked.name)
        if days != [now["keep_people_days"], now["keep_vehicles_days"]]:
            enrolment.keep_positions(session, slug, *days)
    return answer(_kept(slug))


@projects.get("/projects/<slug>/sources")
def sources(slug: str) -> Response:
    return jsonify(database().rows(sql.SOURCES, {"project": project(slug)["id"]}))


@projects.get("/projects/<slug>/snapshot")
def now(slug: str) -> Response:
    """The same envelopes that a browser gets when it joins."""
    return Response(encode(snapshot(database(), project(slug))), content_type="application/json")


def _kept(slug: str) -> dict:
    return database().row(statements_registry.SETTINGS, {"project": slug})
