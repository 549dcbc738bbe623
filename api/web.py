"""The built web app, from the same address; any path of its own shows its one page."""

from pathlib import Path
from wsgiref.headers import Headers

from flask import Flask, Response, request, send_from_directory
from whitenoise import WhiteNoise

from .problems import Problem

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

    @app.get("/", defaults={"path": ""})
    @app.get("/<path:path>")
    def page(path: str) -> Response:
        if path.startswith("api/") or "." in path.rsplit("/", 1)[-1]:
            raise Problem(404, f"there is nothing at {request.path[:200]!r}")
        if not (directory / "index.html").is_file():
            raise Problem(503, "the web app isn't built: run scripts/up, or npm run build in web/")
        return send_from_directory(directory, "index.html", max_age=0)
