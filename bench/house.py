"""What a benchmark runs on: settings with free ports of loopback, and a private PostGIS with trucks."""

import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager

from msgspec import structs
from sqlalchemy.orm import Session

from rentguy import db, enrolment, migrations, orm, registry
from rentguy.cluster import Cluster, free_port
from rentguy.config import Config
from rentguy.credentials import hash_secret
from rentguy.registry import Account

PROJECT = "bench"
TRUCK_SECRET = "every truck's"
ENROL = """
WITH made AS (INSERT INTO sources (slug, kind, name)
              SELECT slug, 'truck', slug FROM unnest(%(slugs)s) slug RETURNING id),
     known AS (INSERT INTO devices (source_id, secret_hash) SELECT id, %(hash)s FROM made)
INSERT INTO assignments (source_id, project_id, during)
SELECT made.id, projects.id, tstzrange(now(), NULL) FROM made, projects WHERE projects.slug = %(project)s
"""


def truck(number: int) -> str:
    """The slug of a truck."""
    return f"truck-{number:04}"


@contextmanager
def house(trucks: int) -> Iterator[Config]:
    """Settings with a database, and `trucks` trucks `truck-0000`… at work for the project `bench`."""
    with settings() as config:
        os.chmod(config.data_dir, 0o755)  # PostgreSQL's own user has to get in
        with Cluster(config.data / "data") as cluster:
            config = structs.replace(config, database_url=cluster.create(PROJECT))
            migrations.upgrade(config.database_url)
            _enrol(config.database_url, trucks)
            yield config


@contextmanager
def settings() -> Iterator[Config]:
    """Settings without a database: nothing listens where they say it is, so that only services can sign in."""
    with tempfile.TemporaryDirectory(prefix="rentguy-bench-") as directory:
        broker = f"127.0.0.1:{free_port()}"
        yield Config(
            database_url=f"postgresql://nobody@127.0.0.1:{free_port()}/nothing",
            broker_listen=broker,
            mqtt_url=f"mqtt://{broker}",
            secret_key=secrets.token_hex(32),
            data_dir=directory,
            log_level="WARNING",
        )


def accounts(config: Config) -> dict[str, Account]:
    """Everyone who is enrolled."""
    with closing(db.connect(config.database_url, "rentguy bench")) as session:
        return registry.accounts(session)


def _enrol(database: str, trucks: int) -> None:
    """All at once and with one secret: thousands one by one take half a minute."""
    engine = orm.engine(database)
    with Session(engine) as session, session.begin():
        enrolment.add_project(session, PROJECT)
        session.flush()
        slugs = [truck(number) for number in range(trucks)]
        values = {"slugs": slugs, "hash": hash_secret(TRUCK_SECRET), "project": PROJECT}
        session.connection().connection.cursor().execute(ENROL, values)
    engine.dispose()
