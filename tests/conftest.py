"""What tests stand on: a private cluster, a database each, a broker, the rooms as processes, a small project.

A service that isn't installed skips its tests on a laptop and fails them where CI is set.
"""

import logging
import os
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from sqlalchemy.orm import sessionmaker

from rentguy import credentials, db, enrolment, migrations, mosquitto, orm, registry
from rentguy.cluster import Cluster
from rentguy.config import Config
from rentguy.errors import ConfigError
from tests import house as houses
from tests import pages, services, terminal
from tests.visitors import Person

TEMPLATE = "rentguy_template"


def pytest_itemcollected(item: pytest.Item) -> None:
    """A file stays with one worker, for the sake of what its tests share; faults of two brokers share nothing."""
    broker = item.name.partition("[")[2].rstrip("]") if item.path.name == "test_faults.py" else ""
    item.add_marker(pytest.mark.xdist_group(f"{item.path.stem}{broker}"))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long first, in random order as all, since nothing long must be begun last.

    While one worker waits for what faults do, the others have the browser busy.
    """
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    if item.path.name == "test_faults.py":
        return 2 if "mosquitto" in item.name else 0
    return 1 if item.path.name.startswith("test_web_") else 3


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rounds", type=int, default=1, help="How often what happens at a random moment is tried.")


def pytest_terminal_summary(terminalreporter) -> None:
    """The tables that tests have recorded, from whichever worker they come."""
    for report in (*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")):
        for name, text in report.user_properties if report.when == "call" else ():
            if name == "table":
                terminalreporter.write_line(f"\n{text}")


@pytest.fixture(scope="session")
def rounds(pytestconfig: pytest.Config) -> int:
    return pytestconfig.getoption("--rounds")


def missing(error: ConfigError) -> NoReturn:
    (pytest.fail if os.environ.get("CI") else pytest.skip)(str(error))


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A private cluster for this run of the tests, without fsync."""
    directory = Path(tempfile.gettempdir()) / f"rentguy-{secrets.token_hex(6)}"  # where postgres can go
    try:
        cluster = Cluster(directory, services.free_port(), durable=False).start()
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


@pytest.fixture(autouse=True)
def no_log() -> Iterator[None]:
    """What a test has logged to is closed after it."""
    yield
    for handler in logging.root.handlers[:]:
        if type(handler) is logging.StreamHandler:
            logging.root.removeHandler(handler)


database, config, start, embedded, lowlands, house = map(pytest.fixture, houses.PARTS)
chromium = pytest.fixture(scope="module")(pages.chromium)
visit = pytest.fixture(pages.visit)
run = pytest.fixture(terminal.run)


@pytest.fixture
def mosquitto_broker(config: Config, lowlands: houses.Lowlands, start, tmp_path: Path) -> services.Process:
    """A private Mosquitto at the same address in place of ours; it knows `lowlands`."""
    try:
        mosquitto.program()
    except ConfigError as error:
        missing(error)
    session = db.connect(config.database_url, "test")
    accounts = registry.accounts(session)
    session.close()
    # it says more often than it would how long it is up, so that nobody waits for it
    return start(services.mosquitto_broker(config, tmp_path / "mosquitto", accounts, "sys_interval 1"))


@pytest.fixture(scope="session")
def password() -> tuple[str, str]:
    """A random password and its hash, made once, since hashing is slow on purpose."""
    password = secrets.token_urlsafe(12)
    return password, credentials.hash_password(password)


@pytest.fixture
def rows(config: Config) -> Iterator[Callable[..., list[tuple]]]:
    """Ask the database: `rows(query, …)`."""
    session = db.connect(config.database_url, "test")
    session.autocommit = True

    def rows(query: str, *values: object) -> list[tuple]:
        with session.cursor() as cursor:
            cursor.execute(query, values)
            return cursor.fetchall() if cursor.description else []

    yield rows
    session.close()


@pytest.fixture
def anouk(house: Config, lowlands: houses.Lowlands) -> Person:
    """Crew of `lowlands`, on shift, signed in."""
    return Person(house, "anouk", lowlands.password)


@pytest.fixture(name="registry")
def change_registry(house: Config) -> Iterator[Callable]:
    """A transaction of the registry: `with registry() as session`."""
    engine = orm.engine(house.database_url)
    yield sessionmaker(engine).begin
    engine.dispose()


@pytest.fixture
def project(registry) -> str:
    """The slug of a project of a test's own, with the people of `lowlands`, none of them on shift."""
    slug = f"p-{secrets.token_hex(4)}"
    with registry() as session:
        enrolment.add_project(session, slug, "Lowlands")
        for person, role in (("dana", "dispatcher"), ("anouk", "crew"), ("vera", "viewer")):
            enrolment.add_member(session, slug, person, role)
    return slug
