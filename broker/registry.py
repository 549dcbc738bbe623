"""Who may sign in: the devices of PostGIS, kept in memory and refreshed by NOTIFY, and the platform's services."""

import asyncio
import hmac
import logging
import threading
from collections.abc import Callable, Mapping

from psycopg2.extensions import connection

from rentguy import db
from rentguy.access import Identity
from rentguy.credentials import hash_secret, new_secret, service_secret, verify_secret
from rentguy.log import pairs
from rentguy.registry import CHANNEL, Account, accounts
from rentguy.topics import SERVICES

logger = logging.getLogger(__name__)

REFRESH_S = 30.0  # assignments and shifts also begin and end by the clock
NOBODY = hash_secret(new_secret())  # verified in place of an unknown device's, so that both take as long


class Registry:
    """Accounts in memory. While the database is away the last ones known hold."""

    def __init__(self, secret_key: str, accounts: Mapping[str, Account] | None = None) -> None:
        self.on_change: Callable[[set[str], set[str]], None] = lambda changed, ended: None
        self._accounts = dict(accounts or {})
        self._services = {name: service_secret(secret_key, name) for name in SERVICES}

    def sign_in(self, username: str, password: str) -> Identity | None:
        """Who this is; None when nobody has that name and secret."""
        if username in self._services:
            right = hmac.compare_digest(self._services[username].encode(), password.encode())
            return self.identity(username) if right else None
        account = self._accounts.get(username)
        right = verify_secret(password, account.secret_hash if account else NOBODY)
        return account.identity if account and right else None

    def identity(self, slug: str) -> Identity | None:
        if slug in self._services:
            return Identity(slug, "service")
        account = self._accounts.get(slug)
        return account.identity if account else None

    def replace(self, accounts: Mapping[str, Account]) -> None:
        """Take over the accounts as they are now; say whose have changed, and which of them must sign in anew."""
        old, self._accounts = self._accounts, dict(accounts)
        changed = {slug for slug in old.keys() | accounts.keys() if old.get(slug) != accounts.get(slug)}
        if changed:
            logger.info("registry changed %s", pairs(devices=len(accounts), changed=len(changed)))
            self.on_change(changed, {slug for slug in changed if not _goes_on(old.get(slug), accounts.get(slug))})


class Follower:
    """Keeps a registry like the database's, on a thread named "registry"."""

    def __init__(self, registry: Registry, database_url: str, loop: asyncio.AbstractEventLoop) -> None:
        self.known = asyncio.Event()  # the registry has been read once
        self._registry, self._loop = registry, loop
        self._stop = threading.Event()
        listening = (database_url, "broker-registry", [CHANNEL], self._heard, self._stop, REFRESH_S)
        self._thread = threading.Thread(target=db.listen, args=listening, name="registry", daemon=True)

    def start(self) -> "Follower":
        self._thread.start()
        return self

    def stop(self, timeout: float = 0.5) -> None:
        self._stop.set()
        self._thread.join(timeout)

    def _heard(self, session: connection) -> None:
        with session.cursor() as cursor:
            cursor.execute("SET statement_timeout = '10s'")
        found = accounts(session)
        if not self._stop.is_set():
            self._loop.call_soon_threadsafe(self._take_over, found)

    def _take_over(self, accounts: dict[str, Account]) -> None:
        self._registry.replace(accounts)
        self.known.set()


def _goes_on(old: Account | None, new: Account | None) -> bool:
    """Whether who signed in with the old account is signed in with the new one: still there, enabled, same secret."""
    return old is not None and new is not None and new.identity.enabled and old.secret_hash == new.secret_hash
