"""The talk of a night: scenes of a roster in ever new order, with other trucks and cases in them each time."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from random import Random

from rentguy.log import pairs

from .chat import ChatError, Session
from .roster import Line, Range, Roster

logger = logging.getLogger(__name__)

LISTEN_S = 0.5  # how often what has come is read away
RETRY_S = 5.0
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
        self._retry: dict[str, float] = {}  # who can't get in, and when to try again
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="conversation", daemon=True)

    def start(self) -> "Conversation":
        self._thread.start()
        return self

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(FAREWELL_S)

    def _run(self) -> None:
        for line in self._lines:
            if self._pause(self._random.uniform(*self._pace_s)):
                break
            self._try(line.by, partial(self._sessions[line.by].say, line.body))
        for session in self._sessions.values():
            session.leave()

    def _pause(self, seconds: float) -> bool:
        """Listen for so long, and bring back whoever is missing; True when it is time to stop."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0 and not self._stop.is_set():
            self._gather()
            self._stop.wait(min(left, LISTEN_S))
        return self._stop.is_set()

    def _gather(self) -> None:
        for person, session in self._sessions.items():
            session.listen()
            if not session.entered and time.monotonic() > self._retry.get(person, 0.0) and not self._stop.is_set():
                self._try(person, session.enter)

    def _try(self, person: str, act: Callable[[], None]) -> None:
        """Do it; a person who can't is left alone for a while; the first of them is reported."""
        try:
            act()
            self._retry.pop(person, None)
        except ChatError as error:
            log = logger.debug if self._retry else logger.warning
            log("not in the chat %s", pairs(reason=error))
            self._retry[person] = time.monotonic() + RETRY_S * self._random.uniform(0.5, 1.5)
