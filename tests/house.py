"""An installation for tests, part by part; as fixtures of conftest they are new for every test.

A module whose tests disturb nothing can have one for all of them, which is much quicker:
`database, config, start, embedded, lowlands, house = map(pytest.fixture(scope="module"), houses.PARTS)`.
"""

import secrets
from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest
from sqlalchemy.orm import Session

from rentguy import credentials, enrolment, orm
from rentguy.cluster import Cluster
from rentguy.config import Config
from tests import services


class Lowlands(NamedTuple):
    """A small project: `secrets` of its devices by slug; `password` is every person's."""

    slug: str
    secrets: dict[str, str]
    password: str


def database(cluster: Cluster, template: str) -> Iterator[str]:
    """The URL of a new migrated database."""
    name = f"test_{secrets.token_hex(6)}"
    yield cluster.create(name, template)
    cluster.drop(name)


def config(database: str, tmp_path_factory: pytest.TempPathFactory) -> Config:
    """Settings for a whole installation of its own: new database, free ports, own data directory and secret."""
    broker, web = (f"127.0.0.1:{services.free_port()}" for _ in range(2))
    return Config(
        database_url=database,
        broker_listen=broker,
        mqtt_url=f"mqtt://{broker}",
        listen=web,
        secret_key=secrets.token_hex(32),
        data_dir=str(tmp_path_factory.mktemp("data")),
        device_rate=0,
        tiles_url="",  # nobody's map asks the internet
    )


def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., services.Process]]:
    """`start("ingest", config, …)` runs a room and waits until it is ready; all must end well with the test.

    `start(process)` does it with any other Process.
    """
    started: list[services.Process] = []
    logs = tmp_path_factory.mktemp("logs")

    def start(
        what: str | services.Process, config: Config | None = None, *arguments: str, ready=None
    ) -> services.Process:
        if isinstance(what, str):
            what = services.room(what, config, logs / f"{what}-{len(started)}.log", *arguments, ready=ready)
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


def embedded(config: Config, lowlands: Lowlands, start) -> services.Process:
    """Our own broker, running; it knows `lowlands`."""
    return start("broker", config)


def lowlands(database: str, password: tuple[str, str]) -> Lowlands:
    """The project `lowlands`, and `pukkel`, which has only truck-90 and is nobody's business here."""
    engine, (password, hashed) = orm.engine(database), password
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


def house(embedded, start, config: Config, lowlands: Lowlands) -> Config:
    """Broker, ingest and api, running; their settings."""
    start("ingest", config)
    start("api", config)
    return config


PARTS = (database, config, start, embedded, lowlands, house)
