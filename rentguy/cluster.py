"""A private PostgreSQL cluster with PostGIS, for those who haven't one: on loopback, with a random password.

PostgreSQL refuses to run as root, so under root its processes belong to an unprivileged user.
"""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from contextlib import suppress
from functools import cached_property
from pathlib import Path

import psycopg2
from psycopg2 import sql

from rentguy import children
from rentguy.db import connect
from rentguy.errors import ConfigError
from rentguy.postgres import binaries, places, reachable, unprivileged

SUPERUSER = "rentguy"
START_S, FAST_S, IMMEDIATE_S = 60.0, 30.0, 10.0
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Cluster:
    """A cluster in `directory` (made at the first start) on `port` (any free one if None); stops with this process.

    `durable=False` survives no crash and is quick: for tests. Raises ConfigError when PostGIS isn't installed, and
    when a cluster of this directory is running already.
    """

    def __init__(self, directory: Path, port: int | None = None, *, durable: bool = True) -> None:
        self._user = unprivileged()
        self.directory = reachable(Path(directory).absolute(), self._user)
        self.port = port
        self._settings = SETTINGS if durable else SETTINGS | FORGETFUL
        self._process: subprocess.Popen | None = None

    def start(self) -> "Cluster":
        if not self._data.exists():
            self._initialize()
        self.port = self.port or free_port()
        options = [part for name, value in self._settings.items() for part in ("-c", f"{name}={value}")]
        with open(self._log, "ab") as log:
            self._begun = log.tell()
            self._process = children.popen(
                [self._program("postgres"), "-D", str(self._data), "-p", str(self.port), *options],
                last_signal=signal.SIGINT,
                stdout=log,
                stderr=log,
                **self._as_user,
            )
        self._wait()
        return self

    def stop(self) -> None:
        """A fast shutdown: open transactions are rolled back, what is committed is on disk."""
        if self._process:
            children.end(self._process, (signal.SIGINT, FAST_S), (signal.SIGQUIT, IMMEDIATE_S))
            self._process = None

    def url(self, database: str) -> str:
        return _url(self.directory, self.port, database)

    def create(self, name: str, template: str | None = None) -> str:
        """Make a database, as a copy of `template` if given; its URL."""
        statement = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
        if template:
            statement += sql.SQL(" TEMPLATE {}").format(sql.Identifier(template))
        self._execute(statement)
        return self.url(name)

    def ensure(self, name: str) -> str:
        """Make a database if it isn't there; its URL."""
        try:
            return self.create(name)
        except psycopg2.errors.DuplicateDatabase:
            return self.url(name)

    def drop(self, name: str) -> None:
        """Remove a database, whoever is connected to it."""
        self._execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def __enter__(self) -> "Cluster":
        return self.start()

    def __exit__(self, *_) -> None:
        self.stop()

    @property
    def _data(self) -> Path:
        return self.directory / "data"

    @property
    def _log(self) -> Path:
        return self.directory / "postgres.log"

    @cached_property
    def _as_user(self) -> dict:
        """How to start a program of PostgreSQL."""
        options = {"cwd": self.directory, "env": {**os.environ, "LC_ALL": "C.UTF-8"}}
        if self._user is None:
            return options
        return {**options, "user": self._user.pw_uid, "group": self._user.pw_gid, "extra_groups": []}

    def _program(self, name: str) -> str:
        version = self._data / "PG_VERSION"
        return str(binaries(version.read_text().strip() if version.exists() else None) / name)

    def _initialize(self) -> None:
        """initdb beside the place and move it there, so that what is there is whole."""
        unfinished, password = self.directory / "data.new", self.directory / "password"
        shutil.rmtree(unfinished, ignore_errors=True)
        password.unlink(missing_ok=True)
        password.touch(0o600)
        password.write_text(secrets.token_urlsafe(24))
        if self._user:
            os.chown(password, self._user.pw_uid, self._user.pw_gid)
        command = [self._program("initdb"), "-D", str(unfinished), "-U", SUPERUSER, f"--pwfile={password}"]
        command += [
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--lc-messages=C",
            "--no-instructions",
        ]
        made = subprocess.run(command, capture_output=True, text=True, **self._as_user)
        if made.returncode:
            raise ConfigError(f"initdb failed: {made.stderr.strip() or made.stdout.strip()}")
        unfinished.rename(self._data)

    def _wait(self) -> None:
        """Until it answers. Raises ConfigError with PostgreSQL's own reason when it ends instead."""
        until = time.monotonic() + START_S
        while time.monotonic() < until:
            if self._process.poll() is not None:
                self._process = None
                raise ConfigError(f"PostgreSQL did not start: {self._reason()}")
            try:
                return connect(self.url("postgres"), "start").close()
            except psycopg2.OperationalError:
                time.sleep(0.05)
        self.stop()
        raise ConfigError(f"PostgreSQL did not answer within {START_S:.0f} s: {self._reason()}")

    def _reason(self) -> str:
        lines = self._log.read_bytes()[self._begun :].decode(errors="replace").splitlines()
        told = [line.partition("] ")[2] for line in lines if "FATAL" in line or "HINT" in line]
        return " ".join(told) or f"see {self._log}"

    def _execute(self, statement: sql.Composable) -> None:
        session = connect(self.url("postgres"), "cluster")
        try:
            session.autocommit = True
            session.cursor().execute(statement)
        finally:
            session.close()


def running(directory: Path, database: str) -> str | None:
    """The URL of a database in the cluster that runs in `directory` now; None when none does."""
    for place in places(Path(directory).absolute()):
        with suppress(OSError, IndexError, ValueError):
            lines = (place / "data" / "postmaster.pid").read_text().splitlines()
            os.kill(int(lines[0]), 0)
            return _url(place, int(lines[3]), database)
    return None


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def _url(place: Path, port: int | None, database: str) -> str:
    password = (place / "password").read_text().strip()
    return f"postgresql://{SUPERUSER}:{password}@127.0.0.1:{port}/{database}"
