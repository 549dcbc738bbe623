"""The application: its parts, wired."""

from pathlib import Path

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from rentguy.config import Config

from . import headers, limits, problems, socket, web
from .account import account
from .audit import audit
from .auth import auth
from .chat import chat
from .clicks import clicks
from .database import Database
from .devices import devices
from .health import health
from .hub import Hub
from .inventory import inventory
from .members import members
from .mqtt_auth import mqtt_auth
from .openapi import openapi
from .positions import positions
from .projects import projects
from .shifts import shifts
from .stored import stored
from .unread import unread
from .users import users

MOST_BODY = 256 * 1024
BLUEPRINTS = (
    *(auth, account, stored, users, audit),
    *(projects, members, devices, shifts),
    *(positions, chat, unread, inventory, clicks),
    *(mqtt_auth, openapi, health),
)


def create(config: Config) -> Flask:
    """A Flask application with its pool and its hub started; `extensions["hub"].stop()` ends it."""
    app = Flask("api", static_folder=None)
    app.config.update(RENTGUY=config, MAX_CONTENT_LENGTH=MOST_BODY)
    database = Database(config.required("database_url"))
    app.extensions["database"] = database
    app.extensions["hub"] = Hub(config, database).start()
    for_files = headers.install(app, config)
    problems.install(app)
    limits.install(app)
    socket.install(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    web.install(app, Path(config.web_dir).absolute(), for_files)
    if config.proxies:  # the nearest of them says what was asked for, each of them who asked
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=config.proxies, x_proto=1, x_host=1)
    return app
