"""`rentguy emqx`: EMQX's settings; with `--follow` it sends away whoever must sign in anew, until SIGTERM."""

import logging
from base64 import b64encode
from json import load
from time import monotonic
from typing import Annotated
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

import typer

from rentguy import emqx as rendered
from rentguy import log
from rentguy.commands.installation import database_url, settings, stopped, web
from rentguy.config import Config
from rentguy.following import Follower
from rentguy.log import pairs
from rentguy.registry import Account, goes_on
from rentguy.saved import Saved

logger = logging.getLogger(__name__)

AT_ONCE = 1000
PATIENCE_S = 3.0
AGAIN_S = 1.0


def emqx(
    follow: Annotated[
        bool, typer.Option("--follow", help="Hold EMQX's clients to the registry until SIGTERM.")
    ] = False,
) -> None:
    """Print EMQX's settings, for the end of its `etc/base.hocon`; they hold a secret."""
    config = settings()
    if not follow:
        print(rendered.settings(config, web(config)))
        return
    log.setup("emqx", config.log_level)
    keeper = Emqx(config)
    saved = Saved(config.data / "emqx" / "registry.json")
    Follower(database_url(config), "emqx-registry", saved).run(keeper, stopped())


class Emqx:
    """Whose clients are still to be sent away. What a client may do is fixed when it signs in, so a change of that
    sends it away too."""

    def __init__(self, config: Config) -> None:
        self._api = f"{config.required('emqx_api_url').rstrip('/')}/api/v5/clients"
        key = f"{config.required('emqx_api_key')}:{config.required('emqx_api_secret')}"
        self._headers = {"Authorization": f"Basic {b64encode(key.encode()).decode()}"}
        self._owed: dict[str, None] = {}
        self._away, self._not_before = False, 0.0

    def turn(self, old: dict[str, Account], accounts: dict[str, Account]) -> None:
        self._owed |= dict.fromkeys(slug for slug in old if must_leave(old[slug], accounts.get(slug)))

    def look(self) -> None:
        """Send away all of them; while EMQX's API is away they are owed."""
        if monotonic() < self._not_before:
            return
        try:
            while self._owed:
                slug = next(iter(self._owed))
                if not self._send_away(slug):
                    del self._owed[slug]
            self._away = False
        except (OSError, ValueError, KeyError) as error:
            if not self._away:
                logger.warning("EMQX's API can't be used, trying again %s", pairs(reason=error))
            self._away, self._not_before = True, monotonic() + AGAIN_S

    def _send_away(self, slug: str) -> bool:
        """All clients of a source, connected or not; whether there may be more. Raises what urlopen does."""
        with self._ask("GET", f"?username={quote(slug, safe='')}&limit={AT_ONCE}") as answer:
            found = [client["clientid"] for client in load(answer)["data"]]
        for client in found:
            try:
                self._ask("DELETE", f"/{quote(client, safe='')}").close()
                logger.info("client sent away %s", pairs(client=client))
            except HTTPError as error:
                if error.code != 404:  # gone by itself
                    raise
        return len(found) == AT_ONCE

    def _ask(self, method: str, rest: str):
        return urlopen(Request(f"{self._api}{rest}", method=method, headers=self._headers), timeout=PATIENCE_S)


def must_leave(old: Account, new: Account | None) -> bool:
    """Whether who signed in with the old account must do so again, or would be held to other rules than theirs."""
    if not goes_on(old, new):
        return True
    return rendered.rules(old.identity) != rendered.rules(new.identity)
