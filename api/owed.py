"""Snapshots that browsers have to get, once the database and the broker are there for it."""

import logging
import threading
from collections.abc import Callable, Iterable

from rentguy.errors import BrokerGone
from rentguy.log import pairs

from .database import Database
from .room import Room

logger = logging.getLogger(__name__)
RETRY_S = 1.0


class Owed:
    """The rooms that are owed a snapshot. `pay` works on a thread of its own, one at a time; what fails stays owed.

    A room that is `unsure` who is welcome there gets its answer too.
    """

    def __init__(self, database: Database, subscribe: Callable[[Room], bool]) -> None:
        self._database, self._subscribe = database, subscribe
        self._rooms: set[Room] = set()
        self._paying = threading.Lock()

    def add(self, *rooms: Room) -> None:
        self._rooms.update(rooms)

    def forget(self, room: Room) -> None:
        self._rooms.discard(room)

    def pay(self, rooms: Iterable[Room], connected: bool) -> None:
        """Begin to give what is due, unless that is still under way; never waits."""
        due = [room for room in rooms if room.unsure or (connected and room in self._rooms)]
        if due and self._paying.acquire(blocking=False):
            threading.Thread(target=self._pay, args=(due, connected), name="snapshots", daemon=True).start()

    def _pay(self, due: list[Room], connected: bool) -> None:
        try:
            if not all([self._pay_one(room, connected and room in self._rooms) for room in due]):
                threading.Event().wait(RETRY_S)
        finally:
            self._paying.release()

    def _pay_one(self, room: Room, snapshot: bool) -> bool:
        if snapshot:
            self._rooms.discard(room)  # first, as the broker may go and return while we are at it
        try:
            room.load(self._database)
            if snapshot:
                self._send(room)
        except Exception:
            if snapshot:
                self._rooms.add(room)
            if not room.failed:
                logger.exception("a snapshot failed, trying again %s", pairs(project=room.project))
            room.failed = True
            return False
        room.failed = False
        return True

    def _send(self, room: Room) -> None:
        if not self._subscribe(room):
            raise BrokerGone(f"the broker hasn't agreed to {room.filter!r}")
        frame = room.snapshot(self._database)
        for browser in list(room.browsers):
            browser.push(frame)
