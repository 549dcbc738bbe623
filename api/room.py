"""A project that browsers watch: who they are, and where everyone in it is."""

import threading
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import NamedTuple

from msgspec.structs import replace

from rentguy.decoding import encode
from rentguy.fixes import IMPLAUSIBLE, Seen, flags, trusted
from rentguy.messages import Position
from rentguy.topics import ROOT, Topic, build

from . import statements as sql
from .browser import Browser, text_frame
from .database import Database
from .snapshot import envelope, snapshot

STEP = timedelta(microseconds=1)
AGAIN_S = 5.0  # how soon a source that is welcome at no time makes us look again
ALWAYS = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


class Newest(NamedTuple):
    """The newest fix of a source and its envelope, encoded."""

    seen: Seen
    envelope: bytes


class Room:
    """Positions are coalesced here; those of a time when their source wasn't welcome are let go, as ingest does.

    `open` once its topics are subscribed to, which happens under the lock `opening`.
    """

    def __init__(self, project: str) -> None:
        self.project, self.filter = project, f"rentguy/{project}/#"
        self.browsers: set[Browser] = set()
        self.empty_since: float | None = monotonic()
        self.opening, self.open, self.failed = threading.Lock(), False, False
        self._newest: dict[str, Newest] = {}
        self._moved: set[str] = set()
        self._stored: set[str] = set()  # whose newest fix the database had when it was asked
        self._welcome: dict[str, list[tuple[datetime, datetime]]] = {}
        self._loaded = 0.0
        self.unsure = False  # whether somebody moved whom `load` might know by now

    def load(self, database: Database) -> None:
        """Learn who is welcome here and when, and where everyone was last seen; forget whose place isn't kept."""
        values = {"project": self.project}
        welcome: dict[str, list[tuple[datetime, datetime]]] = {}
        for row in database.rows(sql.WELCOME, values):
            welcome.setdefault(row["slug"], []).append((row["since"] or ALWAYS[0], row["until"] or ALWAYS[1]))
        self._welcome, self._loaded, self.unsure = welcome, monotonic(), False
        found = database.rows(sql.LATEST_OF, values)
        self.forget(self._stored - {row["source"] for row in found})
        self._stored = {row["source"] for row in found}
        for row in found:
            source, fix = row.pop("source"), Position(**row)
            last = self._newest.get(source)
            if last is None or last.seen.at < fix.at:
                self._newest[source] = _newest(Topic(self.project, "position", source), fix)

    def moved(self, topic: Topic, fix: Position, now: datetime, index: int = 0) -> None:
        """Take a fix in, if it is the newest of its source and plausible; a lying clock shows as now."""
        honest = trusted(fix.at, now)
        at = fix.at if honest else now + index * STEP
        if not self._is_welcome(topic.source, at):
            return
        last = self._newest.get(topic.source)
        if last and at <= last.seen.at:
            return
        if flags(fix, at, last.seen if last and honest else None) & IMPLAUSIBLE:
            return  # a wrong clock says nothing about speed
        self._newest[topic.source] = _newest(topic, replace(fix, at=at))
        self._moved.add(topic.source)

    def forget(self, sources: set[str]) -> None:
        """Those who were erased, whose positions are kept no longer, or who are elsewhere by now: null to browsers."""
        known = sources & (self._stored | self._newest.keys())
        if not known:
            return
        self._moved -= known
        for source in known:
            self._newest.pop(source, None)
        frame = _frame(encode(envelope(build(self.project, "position", source), None)) for source in known)
        for browser in list(self.browsers):
            browser.push(frame)

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
        place = f"{ROOT}/{self.project}/position/"  # nothing is parsed: there may be ten thousand
        placed = (each["topic"] for each in envelopes if each["topic"].startswith(place))
        self._stored.update(topic.removeprefix(place) for topic in placed)
        return text_frame(encode([*envelopes, envelope("$/joined", {"project": self.project})]))

    def _is_welcome(self, source: str, at: datetime) -> bool:
        spans = self._welcome.get(source)
        if spans is None and monotonic() - self._loaded > AGAIN_S:
            self.unsure = True
        return any(since <= at < until for since, until in spans or ())


def _newest(topic: Topic, fix: Position) -> Newest:
    return Newest(Seen(fix.at, fix.lat, fix.lon), encode(envelope(str(topic), fix)))


def _frame(envelopes) -> bytes:
    return text_frame(b"[" + b",".join(envelopes) + b"]")
