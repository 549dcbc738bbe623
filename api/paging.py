"""Query parameters, and pages of a list by key with a `Link` to the next."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from urllib.parse import urlencode
from uuid import UUID

from flask import Response, request

from rentguy.decoding import encode
from rentguy.messages import EARLIEST, LATEST

from .problems import Problem


def whole(name: str, default: int | None, least: int, most: int) -> int | None:
    """A whole number from the query. Raises Problem 422 with the bounds."""
    text = request.args.get(name)
    if text is None:
        return default
    if not text.isdecimal() or len(text) > 19 or not least <= int(text) <= most:
        raise Problem(422, f"{name}: expected a whole number from {least} to {most}, got {text[:40]!r}")
    return int(text)


def number(name: str, least: float, most: float) -> float:
    """A number from the query, which has to be there. Raises Problem 422 with the bounds."""
    text = request.args.get(name, "")
    with suppress(ValueError):
        if least <= float(text) <= most:
            return float(text)
    raise Problem(422, f"{name}: expected a number from {least:g} to {most:g}, got {text[:40]!r}")


def moment(name: str, default: datetime) -> datetime:
    """A time with offset from the query. Raises Problem 422."""
    text = request.args.get(name)
    return default if text is None else parse_time(name, text)


def parse_time(name: str, text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text.replace(" ", "+"))  # a plus sign that nobody escaped
        if at.tzinfo is not None and EARLIEST <= at <= LATEST:
            return at.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise Problem(422, f"{name}: expected a time from 1970 on with its offset (2026-06-20T21:40Z), got {text[:60]!r}")


def identifier(name: str) -> UUID | None:
    """A UUID from the query. Raises Problem 422."""
    text = request.args.get(name)
    try:
        return None if text is None else UUID(text)
    except ValueError:
        raise Problem(422, f"{name}: expected a UUID, got {text[:40]!r}") from None


def containing(text: str) -> str:
    """A pattern for LIKE: whatever has `text` in it."""
    return "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"


def page(rows: list[dict], limit: int, next_query: Callable[[], dict]) -> Response:
    """Rows as JSON; a full page links to the next, whose query is this one with `next_query()` put in."""
    answer = Response(encode(rows), content_type="application/json")
    if len(rows) == limit:
        query = urlencode({**request.args.to_dict(), **next_query()})
        answer.headers["Link"] = f'<{request.path}?{query}>; rel="next"'
    return answer
