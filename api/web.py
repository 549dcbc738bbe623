"""The built web app, from the same address; any path of its own shows its one page."""

from pathlib import Path
from wsgiref.headers import Headers

from flask import Flask, Response, request, send_from_directory
from werkzeug.exceptions import NotFound
from whitenoise import WhiteNoise

from .problems import answer

DOCS = "/api/docs"
MEDIA_TYPES = {".webmanifest": "application/manifest+json"}


def install(app: Flask, directory: Path, headers: dict[str, str]) -> None:
    """Serve `directory` with these headers; hashed assets for a year, the page itself asked for anew each time."""

    def add(given: Headers, path: str, url: str) -> None:
        for name, value in headers.items():
            given[name] = value

    if directory.is_dir():
        app.wsgi_app = WhiteNoise(
            app.wsgi_app,
            root=directory,
            immutable_file_test=r"/assets/",
            max_age=0,
            mimetypes=MEDIA_TYPES,
            allow_all_origins=False,
            add_headers_function=add,
        )

    @app.errorhandler(NotFound)
    def page(error: NotFound) -> Response:
        path = request.path
        if request.method not in ("GET", "HEAD") or not _is_page(path):
            return answer(404, f"there is nothing at {path[:200]!r}")
        name = "docs.html" if path == DOCS else "index.html"
        if not (directory / name).is_file():
            return answer(503, "the web app isn't built: run scripts/up, or npm run build in web/")
        page = send_from_directory(directory, name, max_age=0)
        page.headers.update(headers)
        return page


def _is_page(path: str) -> bool:
    """Whether the web app shows something there; of the API only its description."""
    return path == DOCS or not (path.startswith("/api/") or "." in path.rsplit("/", 1)[-1])
