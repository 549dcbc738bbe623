"""What an operator and a load balancer ask."""

from flask import Blueprint, Response, current_app
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from rentguy.topics import NO_PROJECT

from .auth import database, require
from .problems import Problem

health = Blueprint("health", __name__)


@health.get("/healthz")
def healthz() -> Response:
    return Response("ok\n", content_type="text/plain")


@health.get("/readyz")
def readyz() -> Response:
    """Whether requests would be answered; the reason if not."""
    database().row("SELECT 1 AS one")
    if not current_app.extensions["hub"].connected:
        raise Problem(503, "the broker is away")
    return Response("ok\n", content_type="text/plain")


@health.get("/metrics")
def metrics() -> Response:
    """For admins: Prometheus comes with an API token of one, of scope `read`."""
    require("subscribe", NO_PROJECT, "metrics")
    return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)
