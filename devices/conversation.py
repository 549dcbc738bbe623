"""The talk of a night: scenes of a roster in ever new order, with other trucks and cases in them each time."""

import logging
import threading
from collections.abc import Callable, Iterator
from functools import partial
from random import Random

from rentguy.log import pairs

from .chat import ChatError, Session
from .roster import Line, Range, Roster

logger = logging.getLogger(__name__)

LISTEN_S = 0.5  # how often what has come is read away
FAREWELL_S = 0.4


def lines(roster: Roster, random: Random) -> Iterator[Line]:
    """Lines without end; all scenes come before one comes again, and a word means the same throughout its scene."""
    while roster.chat:
        for scene in random.sample(roster.chat, len(roster.chat)):
            words = {word: random.choice(choices) for word, choices in roster.words.items()}
            yield from (Line(line.by, _sentence(line.body.format(**words))) for line in scene)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


class Conversation:
    """Lets people say their lines, each in a session of their own, from `start` to `stop`; `pace_s` apart."""

    def __init__(self, lines: Iterator[Line], sessions: dict[str, Session], pace_s: Range, random: Random) -> None:
        self._lines, self._sessions, self._pace_s, self._random = lines, sessions, pace_s, random
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="conversation", daemon=True)

    def start(self) -> "Conversation":
        self._thread.start()
        return self

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(FAREWELL_S)

    def _run(self) -> None:
        for session in self._sessions.values():
            self._try(session.enter)
        for line in self._lines:
            if self._pause(self._random.uniform(*self._pace_s)):
                break
            self._try(partial(self._sessions[line.by].say, line.body))
        for session in self._sessions.values():
            session.leave()

    def _try(self, act: Callable[[], None]) -> None:
        try:
            act()
        except ChatError as error:
            logger.warning("nothing was said %s", pairs(reason=error))

    def _pause(self, seconds: float) -> bool:
        """Listen for so long; True when it is time to stop."""
        for _ in range(int(seconds / LISTEN_S)):
            if self._stop.wait(LISTEN_S):
                return True
            for session in self._sessions.values():
                session.listen()
        return self._stop.is_set()
