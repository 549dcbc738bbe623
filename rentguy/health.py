"""Health over HTTP for processes that serve no other: /healthz, /readyz and /metrics."""

import threading
from collections.abc import Callable
from wsgiref.simple_server import WSGIRequestHandler, make_server

from prometheus_client import make_wsgi_app

from rentguy.config import address


class _Quiet(WSGIRequestHandler):
    timeout = 5

    def log_message(self, *args) -> None:
        """Probes are not news."""


def serve(listen: str, trouble: Callable[[], str | None]) -> Callable[[], None]:
    """Answer on `listen` from a thread; `trouble` says why the process isn't ready. Returns what stops it."""
    metrics = make_wsgi_app()

    def app(environ, start_response):
        path = environ.get("PATH_INFO")
        if path == "/metrics":
            return metrics(environ, start_response)
        reason = {"/healthz": lambda: None, "/readyz": trouble}.get(path, lambda: "no such page")()
        start_response("200 OK" if reason is None else "503 Service Unavailable", [("Content-Type", "text/plain")])
        return [f"{reason or 'ok'}\n".encode()]

    server = make_server(*address(listen), app, handler_class=_Quiet)
    threading.Thread(target=server.serve_forever, name="health", daemon=True).start()
    return server.shutdown
