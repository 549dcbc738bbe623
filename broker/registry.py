"""Who may sign in: the devices of PostGIS, kept in memory, refreshed by NOTIFY and by the clock, and our services."""

import asyncio
import hmac
import logging
import threading
import time
from collections.abc import Callable, Mapping

from psycopg2.extensions import connection

from rentguy import db
from rentguy.access import Identity
from rentguy.credentials import service_secret, verify_secret
from rentguy.log import pairs
from rentguy.registry import CHANNEL, REFRESH_S, Account, Registered, accounts_at, changes, devices, rest
from rentguy.saved import Saved
from rentguy.topics import SERVICES

logger = logging.getLogger(__name__)


class Registry:
    """Accounts in memory. While the database is away the last ones known hold."""

    def __init__(self, secret_key: str, accounts: Mapping[str, Account] | None = None) -> None:
        self.on_change: Callable[[set[str], set[str]], None] = lambda changed, ended: None
        self.known = accounts is not None  # as of some moment: the database's or the saved one's
        self._accounts = dict(accounts or {})
        self._services = {name: service_secret(secret_key, name) for name in SERVICES}

    def sign_in(self, username: str, password: str, certified: str | None = None) -> Identity | None:
        """Who this is; None when nobody has that name and secret.

        A device's certificate stands for its secret, and for nobody else's name.
        """
        if certified is not None and certified != username:
            return None
        if username in self._services:
            right = hmac.compare_digest(self._services[username].encode(), password.encode())
            return self.identity(username) if right else None
        account = self._accounts.get(username)
        right = certified is not None or verify_secret(
            password, account and account.secret_hash
        )  # for nobody it takes as long
        return account.identity if account and right else None

    def identity(self, slug: str) -> Identity | None:
        if slug in self._services:
            return Identity(slug, "service")
        account = self._accounts.get(slug)
        return account.identity if account else None

    def replace(self, accounts: Mapping[str, Account]) -> None:
        """Take over the accounts as they are now; say whose have changed, and which of them must sign in anew."""
        old, self._accounts = self._accounts, dict(accounts)
        first, self.known = not self.known, True
        changed, ended = changes(old, accounts)
        if changed or first:
            logger.info("registry changed %s", pairs(devices=len(accounts), changed=len(changed)))
            self.on_change(changed, ended)


class Follower:
    """Keeps a registry like the database's, on a thread named "registry", and like the clock's, on the loop.

    It begins with the devices that were saved, if any (`remembered`), until the database has answered (`known`).
    """

    def __init__(self, registry: Registry, database_url: str, loop: asyncio.AbstractEventLoop, saved: Saved) -> None:
        self.known = asyncio.Event()  # from the database
        self.remembered = False
        self._registry, self._loop, self._saved = registry, loop, saved
        self._devices: dict[str, Registered] = {}
        self._turn: asyncio.TimerHandle | None = None
        self._stop = threading.Event()
        listening = (database_url, "broker-registry", [CHANNEL], self._heard, self._stop, REFRESH_S)
        self._thread = threading.Thread(target=db.listen, args=listening, name="registry", daemon=True)

    def start(self) -> "Follower":
        """To be called on the loop."""
        if (devices := self._saved.read()) is not None:
            self.remembered = True
            self._take_over(devices)
        self._thread.start()
        return self

    def stop(self, timeout: float = 0.5) -> None:
        self._stop.set()
        if self._turn:
            self._turn.cancel()
        self._thread.join(timeout)

    def _heard(self, session: connection) -> None:
        with session.cursor() as cursor:
            cursor.execute("SET statement_timeout = '10s'")
        found = devices(session)
        if not self._stop.is_set():
            self._loop.call_soon_threadsafe(self._answered, found)
            self._saved.write(found)

    def _answered(self, devices: dict[str, Registered]) -> None:
        self._take_over(devices)
        self.known.set()

    def _take_over(self, devices: dict[str, Registered]) -> None:
        if devices != self._devices:
            self._devices = devices
            self._move()

    def _move(self) -> None:
        """Bring the registry to this moment, and come again at the next that changes anything."""
        now = time.time()
        if self._turn:
            self._turn.cancel()
        self._turn = self._loop.call_later(rest(self._devices, now), self._move)
        self._registry.replace(accounts_at(self._devices, now))
