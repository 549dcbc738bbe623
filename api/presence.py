"""People are present in a project while a browser of theirs has it open; said as their retained presence."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime

from rentguy.decoding import encode
from rentguy.messages import Presence
from rentguy.topics import build

REFRESH_S = 60.0  # what is older than 150 s counts as offline, so that nobody stays online when this process dies


class People:
    """Who has which project open here, and in how many windows."""

    def __init__(self, publish: Callable[[str, bytes], bool]) -> None:
        self._publish = publish
        self._windows: Counter[tuple[str, str]] = Counter()

    def came(self, project: str, person: str) -> None:
        self._windows[project, person] += 1
        if self._windows[project, person] == 1:
            self._say(project, person, True)

    def went(self, project: str, person: str) -> None:
        self._windows[project, person] -= 1
        if self._windows[project, person] <= 0:
            del self._windows[project, person]
            self._say(project, person, False)
            self.refresh(person)  # one row holds a person's presence; the last word is that they are elsewhere

    def refresh(self, only: str | None = None) -> None:
        """Say it again of everybody, or of one person."""
        for project, person in list(self._windows):
            if only in (None, person):
                self._say(project, person, True)

    def _say(self, project: str, person: str, online: bool) -> None:
        self._publish(build(project, "presence", person), encode(Presence(online, datetime.now(UTC))))
