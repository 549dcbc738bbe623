"""The installation a command speaks to: that of the environment, else what `rentguy up` keeps in the data directory."""

import getpass
import secrets
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec import structs
from psycopg2.errors import UndefinedTable
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.orm import Session

from rentguy import cluster, orm
from rentguy.config import Config, address
from rentguy.errors import ConfigError

DATABASE = "rentguy"
DOOR = "command line"  # as the audit has it
ROOT = Path(__file__).parent.parent.parent


def settings() -> Config:
    """The settings of the environment, with the private cluster's database where none is named and one runs."""
    config = there(Config.of())
    if config.database_url:
        return config
    return structs.replace(config, database_url=cluster.running(postgres(config), DATABASE) or "")


def there(config: Config) -> Config:
    """The settings with paths and addresses that hold from anywhere on this machine."""
    mqtt = f"mqtt://{reached(config.broker_listen)}" if config.mqtt_url == Config().mqtt_url else config.mqtt_url
    return structs.replace(config, data_dir=str(config.data), mqtt_url=mqtt)


def database_url(config: Config) -> str:
    """Raises ConfigError when there is no database to speak to."""
    if not config.database_url:
        raise ConfigError(f"RENTGUY_DATABASE_URL is not set, and `rentguy up` does not run a database in {config.data}")
    return config.database_url


@contextmanager
def transaction(config: Config | None = None) -> Iterator[Session]:
    """A transaction in the installation's database. Raises ConfigError when that is away or not migrated."""
    engine = orm.engine(database_url(config or settings()))
    try:
        with Session(engine, info={"by": getpass.getuser(), "door": DOOR}) as session, session.begin():
            yield session
    except OperationalError as error:
        raise ConfigError(f"the database can't be reached: {str(error.orig).strip()}") from error
    except ProgrammingError as error:
        if isinstance(error.orig, UndefinedTable):
            raise ConfigError("the database is not migrated: run `rentguy migrate`") from error
        raise
    finally:
        engine.dispose()


def postgres(config: Config) -> Path:
    """Where the private cluster is."""
    return config.data / "postgres"


def reached(listen: str) -> str:
    """The address that reaches, from this machine, what listens there."""
    host, port = address(listen)
    return f"127.0.0.1:{port}" if host in ("0.0.0.0", "::") else listen


def web(config: Config) -> str:
    """Where the web app is."""
    return f"http://{reached(config.listen)}"


def kept(file: Path, make: Callable[[], str] = lambda: secrets.token_urlsafe(32)) -> str:
    """The secret in `file`, made and kept for us alone when it isn't there."""
    if not file.exists():
        keep(file, make())
    return file.read_text().strip()


def keep(file: Path, text: str) -> None:
    """Write a file that only we may read, whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_name(f"{file.name}.new")
    fresh.unlink(missing_ok=True)
    fresh.touch(0o600)
    fresh.write_text(text)
    fresh.replace(file)


def stopped() -> Callable[[], bool]:
    """What says, from now on, whether SIGTERM or Ctrl-C has come."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    return stop.is_set
