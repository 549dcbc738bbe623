"""A private PostGIS and a private Mosquitto for a benchmark, on loopback and on free ports."""

import os
import secrets
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from socket import create_connection

from sqlalchemy.orm import Session

from rentguy import children, db, enrolment, migrations, mosquitto, registry
from rentguy.cluster import Cluster, free_port
from rentguy.config import Config, address

PROJECT = "bench"
START_S = 10


@contextmanager
def house(trucks: int) -> Iterator[Config]:
    """The settings of both, with `trucks` trucks `truck-0000`… at work for the project `bench`."""
    with tempfile.TemporaryDirectory(prefix="rentguy-bench-") as directory:
        os.chmod(directory, 0o755)  # PostgreSQL's own user has to get in
        with Cluster(Path(directory) / "data") as cluster:
            config = _config(cluster.create(PROJECT), Path(directory))
            migrations.upgrade(config.database_url)
            _enrol(config.database_url, trucks)
            with _mosquitto(config, Path(directory)):
                yield config


def _config(database: str, directory: Path) -> Config:
    broker = f"127.0.0.1:{free_port()}"
    return Config(
        database_url=database,
        broker_listen=broker,
        mqtt_url=f"mqtt://{broker}",
        secret_key=secrets.token_hex(32),
        data_dir=str(directory),
        log_level="WARNING",
    )


def _enrol(database: str, trucks: int) -> None:
    engine = db.engine(database)
    with Session(engine) as session, session.begin():
        enrolment.add_project(session, PROJECT)
        for number in range(trucks):
            enrolment.add_device(session, f"truck-{number:04}", "truck", project=PROJECT)
    engine.dispose()


@contextmanager
def _mosquitto(config: Config, directory: Path) -> Iterator[None]:
    with closing(db.connect(config.database_url, "rentguy bench")) as session:
        accounts = registry.accounts(session)
    mosquitto.write(config, directory, accounts)
    with open(directory / "mosquitto.log", "ab") as log:
        process = children.popen([mosquitto.program(), "-c", str(directory / "mosquitto.conf")], stdout=log, stderr=log)
    try:
        _await(config.broker_listen)
        yield
    finally:
        process.terminate()
        try:
            process.wait(START_S)
        except subprocess.TimeoutExpired:
            process.kill()


def _await(listen: str) -> None:
    until = time.monotonic() + START_S
    while True:
        try:
            create_connection(address(listen), timeout=1).close()
            return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
