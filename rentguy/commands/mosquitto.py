"""`rentguy mosquitto`: keep a Mosquitto beside us like the registry and the clock, until SIGTERM."""

import logging
import os
import signal
from contextlib import closing
from pathlib import Path
from typing import Annotated

import psycopg2
import typer

from rentguy import db, log, registry
from rentguy import mosquitto as files
from rentguy.commands.installation import database_url, settings, stopped
from rentguy.config import Config
from rentguy.errors import ConfigError
from rentguy.following import Follower
from rentguy.log import pairs
from rentguy.registry import Account
from rentguy.saved import Saved

logger = logging.getLogger(__name__)

Directory = Annotated[Path, typer.Argument(help="Where Mosquitto's files are, made when it isn't there.")]
HUP = 1 << signal.SIGHUP - 1


def mosquitto(
    directory: Directory, once: Annotated[bool, typer.Option("--once", help="Write the files and end.")] = False
) -> None:
    """Write Mosquitto's configuration, passwords and access list, and keep them true until SIGTERM.

    Start it as `mosquitto -c DIRECTORY/mosquitto.conf`, on the same machine and not before the files are there.
    """
    config = settings()
    log.setup("mosquitto", config.log_level)
    config.required("secret_key")
    directory = directory.absolute()
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    if once:
        files.write(config, directory, _accounts(config))
        return
    follower = Follower(database_url(config), "mosquitto-registry", Saved(directory / "registry.json"))
    follower.run(Mosquitto(config, directory), stopped())


class Mosquitto:
    """The files, and whether the Mosquitto that runs has been told to read them."""

    def __init__(self, config: Config, directory: Path) -> None:
        self._config, self._directory = config, directory
        self._accounts: dict[str, Account] | None = None  # that aren't in the files yet
        self._told: int | None = None
        self._trouble = ""

    def turn(self, old: dict[str, Account], accounts: dict[str, Account]) -> None:
        self._accounts = accounts

    def look(self) -> None:
        """Let a Mosquitto that has not read the files as they are do so; one that begins reads them by itself."""
        if self._accounts is not None and not self._write(self._accounts):
            return
        pid = _pid(self._directory)
        if pid and pid != self._told and _takes_hup(pid):
            os.kill(pid, signal.SIGHUP)
            self._told = pid
            logger.info("Mosquitto reads the files %s", pairs(pid=pid))

    def _write(self, accounts: dict[str, Account]) -> bool:
        """Whether the files are as they should be; a disk that refuses is an error, once, and tried again."""
        try:
            if files.write(self._config, self._directory, accounts):
                self._told = None
                logger.info("files written %s", pairs(directory=self._directory, devices=len(accounts)))
        except OSError as error:
            if str(error) != self._trouble:
                logger.error("the files can't be written %s", pairs(directory=self._directory, reason=error))
            self._trouble = str(error)
            return False
        self._accounts, self._trouble = None, ""
        return True


def _accounts(config: Config) -> dict[str, Account]:
    try:
        with closing(db.connect(database_url(config), "mosquitto")) as session:
            return registry.accounts(session)
    except psycopg2.OperationalError as error:
        raise ConfigError(f"the database can't be reached: {str(error).strip()}") from error


def _pid(directory: Path) -> int | None:
    """Of the Mosquitto that runs; the file of one that was killed may name a stranger by now."""
    try:
        pid = int((directory / "mosquitto.pid").read_text())
        return pid if Path(f"/proc/{pid}/comm").read_text().strip() == "mosquitto" else None
    except (OSError, ValueError):
        return None


def _takes_hup(pid: int) -> bool:
    """Whether it has come so far that SIGHUP doesn't end it: proc_pid_status(5), SigCgt."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False
    caught = next((line for line in status.splitlines() if line.startswith("SigCgt:")), "SigCgt: 0")
    return bool(int(caught.split()[1], 16) & HUP)
