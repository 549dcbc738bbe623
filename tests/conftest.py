"""What tests stand on: a private cluster, a database each, a broker, the rooms as processes, a small project.

A service that isn't installed skips its tests on a laptop and fails them where CI is set.
"""

import os
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple, NoReturn

import pytest
from sqlalchemy.orm import Session

from rentguy import credentials, db, enrolment, migrations, mosquitto, registry
from rentguy.cluster import Cluster
from rentguy.config import Config
from rentguy.errors import ConfigError
from tests import services

TEMPLATE = "rentguy_template"


class Lowlands(NamedTuple):
    """A small project: `secrets` of its devices by slug; `password` is every person's."""

    slug: str
    secrets: dict[str, str]
    password: str


def missing(error: ConfigError) -> NoReturn:
    (pytest.fail if os.environ.get("CI") else pytest.skip)(str(error))


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A private cluster for this run of the tests, without fsync."""
    directory = Path(tempfile.gettempdir()) / f"rentguy-{secrets.token_hex(6)}"  # where postgres can go
    try:
        cluster = Cluster(directory, durable=False).start()
    except ConfigError as error:
        missing(error)
    yield cluster
    cluster.stop()
    shutil.rmtree(cluster.directory)


@pytest.fixture(scope="session")
def template(cluster: Cluster) -> str:
    """The name of a migrated database to copy."""
    migrations.upgrade(cluster.create(TEMPLATE))
    return TEMPLATE


@pytest.fixture
def empty_database(cluster: Cluster) -> Iterator[str]:
    """The URL of a new database without a table."""
    name = f"test_{secrets.token_hex(6)}"
    yield cluster.create(name)
    cluster.drop(name)


@pytest.fixture
def database(cluster: Cluster, template: str) -> Iterator[str]:
    """The URL of a new migrated database."""
    name = f"test_{secrets.token_hex(6)}"
    yield cluster.create(name, template)
    cluster.drop(name)


@pytest.fixture
def config(database: str, tmp_path: Path) -> Config:
    """Settings for a whole installation of its own: new database, free ports, own data directory and secret."""
    broker, web = (f"127.0.0.1:{services.free_port()}" for _ in range(2))
    return Config(
        database_url=database,
        broker_listen=broker,
        mqtt_url=f"mqtt://{broker}",
        listen=web,
        secret_key=secrets.token_hex(32),
        data_dir=str(tmp_path / "data"),
        device_rate=0,
    )


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., services.Process]]:
    """`start("ingest", config, …)` runs a room and waits until it is ready; all must end well with the test.

    `start(process)` does it with any other Process.
    """
    started: list[services.Process] = []

    def start(
        what: str | services.Process, config: Config | None = None, *arguments: str, ready=None
    ) -> services.Process:
        if isinstance(what, str):
            what = services.room(what, config, tmp_path / f"{what}-{len(started)}.log", *arguments, ready=ready)
        started.append(what)
        return what.start()

    yield start
    failures = []
    for process in reversed(started):
        try:
            process.stop()
        except AssertionError as error:
            failures.append(str(error))
    assert not failures, "\n".join(failures)


@pytest.fixture
def embedded(config: Config, lowlands: Lowlands, start) -> services.Process:
    """Our own broker, running; it knows `lowlands`."""
    return start("broker", config)


@pytest.fixture
def mosquitto_broker(config: Config, lowlands: Lowlands, start, tmp_path: Path) -> services.Process:
    """A private Mosquitto at the same address in place of ours; it knows `lowlands`."""
    try:
        mosquitto.program()
    except ConfigError as error:
        missing(error)
    session = db.connect(config.database_url, "test")
    accounts = registry.devices(session)
    session.close()
    return start(services.mosquitto_broker(config, tmp_path / "mosquitto", accounts))


@pytest.fixture(scope="session")
def password() -> tuple[str, str]:
    """A random password and its hash, made once, since hashing is slow on purpose."""
    password = secrets.token_urlsafe(12)
    return password, credentials.hash_password(password)


@pytest.fixture
def lowlands(database: str, password: tuple[str, str]) -> Lowlands:
    """The project `lowlands`, and `pukkel`, which has only truck-90 and is nobody's business here."""
    engine, (password, hashed) = db.engine(database), password
    with pytest.MonkeyPatch.context() as patch, Session(engine) as session, session.begin():
        patch.setattr(credentials, "hash_password", {password: hashed}.__getitem__)
        enrolment.add_project(session, "lowlands", "Lowlands")
        enrolment.add_project(session, "pukkel", "Pukkelpop")
        for slug, name, role in (
            ("dana", "Dana de Wit", "dispatcher"),
            ("anouk", "Anouk Peeters", "crew"),
            ("vera", "Vera Vos", "viewer"),
        ):
            enrolment.add_user(session, slug, name, password)
            enrolment.add_member(session, "lowlands", slug, role)
        enrolment.add_user(session, "root", "Ruud Otten", password, admin=True)
        enrolment.add_shift(session, "anouk", "lowlands", hours=12)
        devices = {
            slug: enrolment.add_device(session, slug, kind, name, project, owner)
            for slug, kind, name, project, owner in (
                ("truck-04", "truck", "Truck 4", "lowlands", None),
                ("truck-05", "truck", "Truck 5", "lowlands", None),
                ("gate-1", "scanner", "Gate 1", "lowlands", None),
                ("anouk-phone", "phone", "Anouk's phone", "lowlands", "anouk"),
                ("wall", "integration", "Wall display", "lowlands", None),
                ("truck-90", "truck", "Truck 90", "pukkel", None),
            )
        }
        enrolment.add_item(session, "foh-07", "FOH rack 7", ["FOH-07", "3034257BF7194E4000001A85"], "lowlands")
        enrolment.add_item(session, "amp-12", "Amp rack 12", ["AMP-12"], "lowlands")
        enrolment.add_item(session, "dim-03", "Dimmer 3", ["DIM-03"])
        enrolment.add_item(session, "led-90", "LED wall 90", ["LED-90"], "pukkel")
    engine.dispose()
    return Lowlands("lowlands", devices, password)
