"""A project that browsers watch: who they are, and where everyone in it is."""

from datetime import UTC, datetime
from typing import NamedTuple

from msgspec.structs import replace

from rentguy.decoding import encode
from rentguy.fixes import IMPLAUSIBLE, Seen, flags, trusted
from rentguy.messages import Position
from rentguy.topics import Topic

from . import statements as sql
from .browser import Browser, text_frame
from .database import Database
from .snapshot import envelope, snapshot

Shifts = dict[str, list[tuple[datetime, datetime]]]


class Newest(NamedTuple):
    """The newest fix of a source and its envelope, encoded."""

    seen: Seen
    envelope: bytes


class Room:
    """Positions are coalesced here; a person's outside their shift are let go, as ingest does."""

    def __init__(self, project: str) -> None:
        self.project = project
        self.browsers: set[Browser] = set()
        self.empty_since: float | None = None
        self._newest: dict[str, Newest] = {}
        self._moved: set[str] = set()
        self._shifts: Shifts = {}

    def load_shifts(self, database: Database) -> None:
        """Learn whose positions are people's, and when they are welcome here."""
        shifts: Shifts = {}
        for row in database.rows(sql.CARRIED, {"project": self.project}):
            spans = shifts.setdefault(row["slug"], [])
            if row["since"] is not None:
                spans.append((row["since"], row["until"] or datetime.max.replace(tzinfo=UTC)))
        self._shifts = shifts

    def moved(self, topic: Topic, fix: Position, now: datetime) -> None:
        """Take a fix in, if it is the newest of its source and plausible; a lying clock shows as now."""
        at = fix.at if trusted(fix.at, now) else now
        if not self._welcome(topic.source, at):
            return
        last = self._newest.get(topic.source)
        if last and at <= last.seen.at:
            return
        if flags(fix, at, last and last.seen) & IMPLAUSIBLE:
            return
        seen = Seen(at, fix.lat, fix.lon)
        self._newest[topic.source] = Newest(seen, encode(envelope(str(topic), replace(fix, at=at))))
        self._moved.add(topic.source)

    def flush(self) -> None:
        """One frame with everyone who moved since the last, the same bytes to every browser."""
        if not self._moved:
            return
        frame = _frame(self._newest[source].envelope for source in self._moved)
        self._moved.clear()
        for browser in list(self.browsers):
            browser.push_positions(self, frame)

    def everyone(self) -> bytes:
        """The newest fix of everyone, for a browser that fell behind."""
        return _frame(newest.envelope for newest in self._newest.values())

    def snapshot(self, database: Database) -> bytes:
        """The project as it is stored now, then `$/joined`."""
        row = database.row(sql.PROJECT, {"project": self.project})
        envelopes = snapshot(database, row) if row else []
        return text_frame(encode([*envelopes, envelope("$/joined", {"project": self.project})]))

    def _welcome(self, source: str, at: datetime) -> bool:
        spans = self._shifts.get(source)
        return spans is None or any(since <= at < until for since, until in spans)


def _frame(envelopes) -> bytes:
    return text_frame(b"[" + b",".join(envelopes) + b"]")
