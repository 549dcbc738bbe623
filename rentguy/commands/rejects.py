"""`rentguy rejects list|show|retry`: what could not be used, why, and once more."""

from datetime import UTC, datetime
from itertools import islice
from typing import Annotated

import msgspec
import typer
from rich.markup import escape
from rich.table import Table
from sqlalchemy import text

from rentguy.commands import retries
from rentguy.commands.decode import understood
from rentguy.commands.installation import transaction
from rentguy.commands.output import AsJson, console, printable, tell
from rentguy.decoding import encode
from rentguy.errors import RentGuyError
from rentguy.topics import KINDS, is_filter, matches

LIST = """
SELECT r.id, r.last_at, r.times, s.slug AS source, r.topic, r.reason
  FROM rejects r LEFT JOIN sources s ON s.id = r.source_id
 WHERE CAST(:source AS text) IS NULL OR s.slug = :source ORDER BY r.last_at DESC, r.id DESC
"""
SHOW = """
SELECT r.id, s.slug AS source, r.topic, r.reason, r.times, r.received_at, r.last_at, r.asked_at,
       (SELECT k.payload FROM rejects k WHERE k.digest = r.digest AND k.payload IS NOT NULL LIMIT 1) AS payload
  FROM rejects r LEFT JOIN sources s ON s.id = r.source_id WHERE r.id = :id
"""


def list_(
    source: Annotated[str | None, typer.Option(help="Only of this device or person.")] = None,
    topic: Annotated[str, typer.Option(help="Only of this kind, or of topics that an MQTT filter matches.")] = "#",
    limit: Annotated[int, typer.Option(min=1, help="So many at most.")] = 20,
    as_json: AsJson = False,
) -> None:
    """List what could not be used, the newest first."""
    wanted = f"rentguy/+/{topic}/+" if topic in KINDS else topic
    if not is_filter(wanted):
        raise RentGuyError(f"topic: {topic!r} is neither a kind nor an MQTT filter")
    with transaction() as session:
        found = session.execute(text(LIST), {"source": source}, execution_options={"stream_results": True})
        rows = list(islice((row for row in found.mappings() if _fits(wanted, row["topic"])), limit))
    if as_json or not rows:
        tell("nothing was rejected", {"rejects": [dict(row) for row in rows]}, as_json)
        return
    table = Table("id", "last", "times", "source", "topic", "reason", box=None, header_style="bold")
    for row in rows:
        cells = (row["id"], _moment(row["last_at"]), row["times"], row["source"] or "", row["topic"], row["reason"])
        table.add_row(*(escape(printable(str(cell))) for cell in cells))
    console.print(table)


def show(id: int, as_json: AsJson = False) -> None:
    """Show all that is known of one: its bytes, and what `rentguy decode` says of them now."""
    with transaction() as session:
        row = session.execute(text(SHOW), {"id": id}).mappings().one_or_none()
    if row is None:
        raise RentGuyError(f"there is no reject {id}")
    facts = dict(row)
    raw = facts.pop("payload")
    payload = None if raw is None else bytes(raw)
    facts["now"] = [] if payload is None else list(understood(row["topic"], payload, row["received_at"]))
    if as_json:
        tell("", facts | _payload(payload), as_json)
        return
    for name in ("id", "source", "topic", "reason", "times", "received_at", "last_at", "asked_at"):
        value = facts[name]
        tell(f"{name:12} {_moment(value) if isinstance(value, datetime) else value}", {}, False)
    tell(_pretty(payload), {}, False)
    for answer in facts["now"]:
        tell(f"now          {encode(answer).decode()}", {}, False)


def retry(
    ids: Annotated[list[int] | None, typer.Argument(metavar="ID")] = None,
    every: Annotated[bool, typer.Option("--all", help="Every one there is.")] = False,
    reason: Annotated[str | None, typer.Option(help="All with this text in their reason.")] = None,
    timeout: Annotated[float, typer.Option(min=0, help="How many seconds to wait for ingest.")] = 30.0,
    as_json: AsJson = False,
) -> None:
    """Have messages dealt with again after a fix, each with its own time and first receipt; say what became of them."""
    if [bool(ids), every, bool(reason)].count(True) != 1:
        raise RentGuyError("say which: ids, or --all, or --reason TEXT")
    with transaction() as session:
        asked = retries.ask(session, ids or [], every, reason)
    with transaction() as session:
        retries.hear(session, asked, timeout)
    said = "\n".join(each.sentence() for each in asked) or "nothing of that kind was rejected"
    tell(said, {"retried": [each.facts() for each in asked]}, as_json)


def _fits(wanted: str, topic: str) -> bool:
    return wanted == "#" or matches(wanted, topic)


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S}"


def _payload(payload: bytes | None) -> dict[str, object]:
    """The bytes as what they are: JSON, or hex digits."""
    if payload is None or _is_json(payload):
        return {"payload": None if payload is None else msgspec.Raw(payload)}
    return {"payload": None, "hex": payload.hex()}


def _pretty(payload: bytes | None) -> str:
    if payload is None:
        return "its bytes were not kept"
    return msgspec.json.format(payload, indent=2).decode() if _is_json(payload) else f"hex: {payload.hex(' ')}"


def _is_json(payload: bytes) -> bool:
    try:
        msgspec.json.decode(payload)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return False
    return True


COMMANDS = {"list": list_, "show": show, "retry": retry}
