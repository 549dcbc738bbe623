"""Following the registry and the clock for a broker that isn't ours: what changes is told to its keeper."""

import logging
import threading
from collections.abc import Callable
from time import time
from typing import Protocol

from psycopg2.extensions import connection

from rentguy import db
from rentguy.farewell import Farewells, gone_since
from rentguy.log import pairs
from rentguy.registry import CHANNEL, REFRESH_S, Account, Registered, accounts_at, changes, devices, rest
from rentguy.saved import Saved

logger = logging.getLogger(__name__)

LOOK_S = 0.25
ENDED_S = 5.0


class Keeper(Protocol):
    """What holds a broker to the registry."""

    def turn(self, old: dict[str, Account], accounts: dict[str, Account]) -> None:
        """The accounts that have held, and those that hold from now on; also called once at the start."""

    def look(self) -> None:
        """Called four times a second, for what couldn't be done at once."""


class Follower:
    """Keeps accounts like the registry's, heard on a thread named "registry", and like the clock's.

    It begins with the devices that were saved, so it knows who has changed while nobody followed, and goes on without
    the database.
    """

    def __init__(self, database_url: str, name: str, saved: Saved) -> None:
        self._saved = saved
        self._devices = saved.read()
        self._accounts = accounts_at(self._devices, saved.written_at) if self._devices else {}
        self._farewells = Farewells(database_url)
        self._heard: dict[str, Registered] | None = None
        self._news, self._stop = threading.Event(), threading.Event()
        listening = (database_url, name, [CHANNEL], self._hear, self._stop, REFRESH_S)
        self._thread = threading.Thread(target=db.listen, args=listening, name="registry", daemon=True)

    def run(self, keeper: Keeper, stop: Callable[[], bool]) -> None:
        """Until `stop` says so; the keeper is called on this thread."""
        self._thread.start()
        due = 0.0
        while not stop():
            now = time()
            heard, self._heard = self._heard, None
            if heard is not None and heard != self._devices:
                self._devices, due = heard, 0.0
            if self._devices is not None and (now >= due or due > now + REFRESH_S):  # or the clock was set back
                self._turn(keeper, now)
                due = now + rest(self._devices, now)
            keeper.look()
            self._farewells.say()
            self._news.wait(max(0.0, min(LOOK_S, due - time())) if due else LOOK_S)
            self._news.clear()
        self._stop.set()
        self._thread.join(ENDED_S)

    def _hear(self, session: connection) -> None:
        with session.cursor() as cursor:
            cursor.execute("SET statement_timeout = '10s'")
        self._heard = devices(session)
        self._news.set()

    def _turn(self, keeper: Keeper, at: float) -> None:
        old, self._accounts = self._accounts, accounts_at(self._devices, at)
        changed, ended = changes(old, self._accounts)
        if changed:
            logger.info("registry changed %s", pairs(devices=len(self._accounts), changed=len(changed)))
        keeper.turn(old, self._accounts)
        self._farewells.add(
            (slug, gone_since(old.get(slug), self._accounts.get(slug), self._devices.get(slug), at)) for slug in ended
        )
        self._saved.write(self._devices)
