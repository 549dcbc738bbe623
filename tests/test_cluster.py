"""The private cluster: it survives a crash, keeps to itself, and says what stands in its way."""

import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from rentguy import cluster as clusters
from rentguy import db, postgres
from rentguy.cluster import Cluster, running
from rentguy.errors import ConfigError
from tests.conftest import missing
from tests.services import ROOT, wait_until

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root must hand its cluster to another user")


@pytest.fixture
def directory() -> Iterator[Path]:
    """A place that PostgreSQL's user can enter."""
    try:
        postgres.binaries()
    except ConfigError as error:
        missing(error)
    place = Path(tempfile.gettempdir()) / f"rentguy-{secrets.token_hex(6)}"
    yield place
    shutil.rmtree(place, ignore_errors=True)


def ask(url: str, query: str) -> object:
    session = db.connect(url, "test")
    try:
        with session.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchone()[0]
    finally:
        session.close()


def test_cluster_is_private(directory):
    with Cluster(directory) as cluster:
        url = cluster.create("one")
        assert running(directory, "one") == url
        assert ask(url, "SHOW fsync") == "on"
        assert ask(url, "SHOW listen_addresses") == "127.0.0.1"
        password = (directory / "password").read_text()
        assert (directory / "password").stat().st_mode & 0o077 == 0
        with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
            db.connect(url.replace(password, "guess"), "test")
        with pytest.raises(ConfigError, match="already exists"):
            Cluster(directory).start()
    assert running(directory, "one") is None


def test_cluster_comes_back_after_its_death_with_what_was_committed(directory):
    # Given a row, and a process that dies with its cluster running
    program = f"""
import os
from pathlib import Path
from rentguy.cluster import Cluster
from rentguy import db
url = Cluster(Path({str(directory)!r})).start().create("one")
session = db.connect(url, "test")
session.cursor().execute("CREATE TABLE kept AS SELECT 7 AS value")
session.commit()
os.kill(os.getpid(), {int(signal.SIGKILL)})
"""
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT).returncode == -signal.SIGKILL
    # Then PostgreSQL goes too
    wait_until(lambda: running(directory, "one") is None, 30)
    # and when it is killed itself in the middle
    with Cluster(directory) as cluster:
        assert ask(cluster.url("one"), "SELECT value FROM kept") == 7
        cluster._process.kill()
        cluster._process.wait()
    # Then the next one starts over its remains
    with Cluster(directory) as cluster:
        assert ask(cluster.url("one"), "SELECT value FROM kept") == 7


@needs_root
def test_cluster_goes_elsewhere_when_its_user_can_not_enter(directory, tmp_path, monkeypatch):
    tmp_path.chmod(0o700)
    monkeypatch.setattr(postgres, "ELSEWHERE", directory)
    with Cluster(tmp_path / "postgres") as cluster:
        assert cluster.directory.parent == directory
        assert running(tmp_path / "postgres", "postgres") == cluster.url("postgres")
    # What was begun there stays there
    tmp_path.chmod(0o755)
    assert Cluster(tmp_path / "postgres").directory == cluster.directory


def test_missing_postgis_names_the_package(directory, tmp_path, monkeypatch):
    monkeypatch.setattr(postgres, "DEBIAN", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ConfigError, match="apt-get install postgresql-15-postgis-3"):
        clusters.binaries()
