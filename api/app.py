"""The application: its parts, wired."""

from pathlib import Path

from flask import Flask

from rentguy.config import Config

from . import problems, socket, web
from .auth import auth
from .chat import chat
from .clicks import clicks
from .database import Database
from .health import health
from .hub import Hub
from .inventory import inventory
from .positions import positions
from .projects import projects
from .shifts import shifts
from .stored import stored
from .unread import unread

MOST_BODY = 256 * 1024


def create(config: Config) -> Flask:
    """A Flask application with its pool and its hub started; `extensions["hub"].stop()` ends it."""
    app = Flask("api", static_folder=None)
    app.config.update(RENTGUY=config, MAX_CONTENT_LENGTH=MOST_BODY)
    database = Database(config.required("database_url"))
    app.extensions["database"] = database
    app.extensions["hub"] = Hub(config, database).start()
    problems.install(app)
    socket.install(app)
    for blueprint in (auth, projects, positions, shifts, chat, unread, inventory, clicks, stored, health):
        app.register_blueprint(blueprint)
    web.install(app, Path(config.web_dir).absolute())
    return app
