"""Health over HTTP for processes that serve no other: /healthz, /readyz and /metrics."""

import threading
from collections.abc import Callable, Mapping
from wsgiref.simple_server import WSGIRequestHandler, make_server

from prometheus_client import make_wsgi_app

from rentguy.config import address

Trouble = Callable[[], str | None]


class _Quiet(WSGIRequestHandler):
    timeout = 5

    def log_message(self, *args) -> None:
        """Probes are not news."""


def serve(
    listen: str,
    trouble: Trouble,
    *,
    stuck: Trouble = lambda: None,
    figures: Callable[[], str] = lambda: "",
    pages: Mapping[str, Callable[[], bytes]] | None = None,
) -> Callable[[], None]:
    """Answer on `listen` from a thread. Returns what stops it.

    `trouble` says why the process isn't ready, `stuck` why it isn't alive; `figures` is a line for whoever looks;
    `pages` are further ones, in JSON, by their path.
    """
    metrics, checks = make_wsgi_app(), {"/healthz": stuck, "/readyz": trouble}

    def app(environ, start_response):
        path = environ.get("PATH_INFO")
        if path == "/metrics":
            return metrics(environ, start_response)
        if page := (pages or {}).get(path):
            start_response("200 OK", [("Content-Type", "application/json")])
            return [page()]
        reason = checks.get(path, lambda: "no such page")()
        start_response("200 OK" if reason is None else "503 Service Unavailable", [("Content-Type", "text/plain")])
        return [f"{reason or 'ok'}\n{figures() if path in checks else ''}\n".encode()]

    server = make_server(*address(listen), app, handler_class=_Quiet)
    threading.Thread(target=server.serve_forever, name="health", daemon=True).start()
    return server.shutdown
