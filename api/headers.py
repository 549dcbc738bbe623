"""What every answer tells browsers not to do. An answer that sets one of these itself keeps its own."""

from urllib.parse import urlsplit

from flask import Flask, Response, request

from rentguy.config import Config

HSTS = "max-age=31536000; includeSubDomains"
FOR_US_ALONE = ("camera", "geolocation", "screen-wake-lock")
FOR_NOBODY = ("accelerometer", "display-capture", "gyroscope", "magnetometer", "microphone", "midi", "payment", "usb")
ANY_ANSWER = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",  # for browsers that don't know frame-ancestors
    "Referrer-Policy": "strict-origin-when-cross-origin",  # who gives tiles may ask whose pages show them
    "Permissions-Policy": ", ".join(
        [*(f"{feature}=(self)" for feature in FOR_US_ALONE), *(f"{feature}=()" for feature in FOR_NOBODY)]
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
DATA = {  # is nothing that a browser shows, nor keeps
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}


def install(app: Flask, config: Config) -> dict[str, str]:
    """Give every answer of `app` its headers; those of a file, for who serves files around it."""
    secure = {"Strict-Transport-Security": HSTS} if config.cookie_secure else {}
    file = ANY_ANSWER | secure | {"Content-Security-Policy": policy(config.tiles_url)}
    data = ANY_ANSWER | secure | DATA

    @app.after_request
    def add(response: Response) -> Response:
        for name, value in (data if request.path.startswith("/api/") else file).items():
            response.headers.setdefault(name, value)
        return response

    return file


def policy(tiles_url: str) -> str:
    """The Content-Security-Policy of our pages, which may ask nobody else but who gives tiles."""
    tiles = " ".join(filter(None, [_origin(tiles_url)]))
    rules = {
        "default-src": "'none'",
        "script-src": "'self' 'wasm-unsafe-eval'",  # codes are read by WebAssembly
        "style-src": "'self'",
        "worker-src": "'self'",
        "connect-src": f"'self' {tiles}",
        "img-src": f"'self' data: blob: {tiles}",
        "font-src": "'self'",
        "media-src": "'self' blob:",  # the camera's picture
        "manifest-src": "'self'",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}".strip() for name, value in rules.items())


def _origin(url: str) -> str:
    """Where tiles come from, of a URL such as `https://tile.example/{z}/{x}/{y}.png`; empty for our own address."""
    parts = urlsplit(url)
    if not parts.netloc:
        return ""
    host = parts.netloc.rpartition("@")[2]
    labels = ["*" if "{" in label else label for label in host.split(".")]
    return f"{parts.scheme}://{'.'.join(labels)}"
