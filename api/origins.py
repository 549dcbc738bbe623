"""A cookie counts only from our own pages: on every change, and on /ws, which browsers open across origins."""

from urllib.parse import urlsplit

from flask import request

from .problems import Problem

SAFE = ("GET", "HEAD", "OPTIONS")


def require_ours() -> None:
    """Raises Problem 403 for a change or a handshake that doesn't show to be from a page of ours."""
    if (request.method not in SAFE or request.path == "/ws") and not _ours():
        origin = request.headers.get("Origin")
        detail = f"a page of {origin[:100]!r} may not use this session" if origin else "expected an Origin header"
        raise Problem(403, f"{detail}; programs use the token as Bearer")


def refuse_foreign() -> None:
    """For what gives a cookie and needs none: raises Problem 403 for another origin's page. Programs send no Origin."""
    if request.headers.get("Origin") and not _ours():
        raise Problem(403, "sign in on a page of ours")


def _ours() -> bool:
    origin = request.headers.get("Origin")
    if not origin:
        return request.headers.get("Sec-Fetch-Site") == "same-origin"
    try:
        return urlsplit(origin).netloc == request.host
    except ValueError:
        return False
