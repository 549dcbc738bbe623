"""`scripts/up` in a copy of the checkout: a stranger signs in and sees trucks move; Ctrl-C leaves nothing behind."""

import hashlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from rentguy.config import Config, address
from rentguy.errors import ConfigError
from rentguy.postgres import binaries
from tests.conftest import missing
from tests.services import ROOT, Process, answers, free_port, wait_until
from tests.visitors import Person

MARK = "RENTGUY_TEST_MARK"
MADE = (".git", ".venv", ".data", "node_modules", "dist", "__pycache__", ".*_cache", ".hypothesis")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the checkout as it is now, with this one's packages and built web app."""
    copy = tmp_path / "rentguy live"  # a space, since somebody's has one
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*MADE))
    (copy / ".venv").mkdir()
    for name in ("bin", "lib", "pyvenv.cfg"):
        (copy / ".venv" / name).symlink_to(ROOT / ".venv" / name)
    digest = hashlib.sha256((copy / "requirements.txt").read_bytes()).hexdigest()
    (copy / ".venv" / "requirements.stamp").write_text(digest)
    if (ROOT / "web" / "dist").exists():
        shutil.copytree(ROOT / "web" / "dist", copy / "web" / "dist")
    return copy


@pytest.fixture
def data() -> Iterator[Path]:
    """A data directory that PostgreSQL's user can enter."""
    try:
        binaries()
    except ConfigError as error:
        missing(error)
    place = Path(tempfile.mkdtemp(prefix="rentguy-"))
    place.chmod(0o755)
    yield place
    shutil.rmtree(place)


@pytest.fixture
def config(data: Path) -> Config:
    return Config(
        listen=f"127.0.0.1:{free_port()}",
        broker_listen=f"127.0.0.1:{free_port()}",
        demo_password=secrets.token_urlsafe(12),
        data_dir=str(data),
    )


@pytest.fixture
def environment(config: Config) -> Iterator[dict[str, str]]:
    """Nothing but what says where to listen; every process of ours carries a mark. At the end none is left."""
    mark = secrets.token_hex(8)
    settings = config.environment()
    chosen = ("LISTEN", "BROKER_LISTEN", "DEMO_PASSWORD", "DATA_DIR")
    yield {
        **{name: value for name, value in os.environ.items() if not name.startswith("RENTGUY_")},
        **{f"RENTGUY_{name}": settings[f"RENTGUY_{name}"] for name in chosen},
        MARK: mark,
    }
    for process in marked(mark):
        process.kill()


def marked(mark: str) -> list[psutil.Process]:
    """The processes that carry a mark."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(MARK) == mark and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return found


def up(checkout: Path, environment: dict[str, str], *options: str) -> Process:
    """`scripts/up`, ready when it has told where to look."""
    process = Process(
        [str(checkout / "scripts" / "up"), *options],
        environment,
        checkout / "up.log",
        ready=lambda: process.said("Ctrl-C"),
    )
    return process.start(timeout=180)


def child(environment: dict[str, str], room: str) -> psutil.Process | None:
    return next((each for each in marked(environment[MARK]) if each.cmdline()[-2:] == ["-m", room]), None)


def positions(person: Person, project: str) -> set[tuple]:
    """Who is where, over REST."""
    return {(fix["source"], fix["lat"], fix["lon"]) for fix in person.get(f"/projects/{project}/latest")}


def test_up_from_nothing_to_a_moving_map_and_back_to_nothing(checkout, config, environment):
    # Given an installation that was started with one command
    running = up(checkout, environment)
    assert running.said(f"http://{config.listen}")
    # When dana signs in with what it told her, and opens the demo's project
    dana = Person(config, "dana", config.demo_password)
    project = dana.get("/projects")[0]["slug"]
    # Then positions change over REST
    wait_until(lambda: len(positions(dana, project)) >= 12, 60)
    before = positions(dana, project)
    wait_until(lambda: positions(dana, project) - before, 60)
    # and over /ws
    with dana.open(project) as window:

        def moved() -> bool:
            fixes = [each for each in list(window.envelopes) if f"/{project}/position/" in each["topic"]]
            seen = {(each["topic"], each["payload"]["lat"], each["payload"]["lon"]) for each in fixes}
            return len(seen) > len({topic for topic, *_ in seen})

        wait_until(moved, 60)
    # When it is stopped as by Ctrl-C
    assert len(marked(environment[MARK])) >= 5
    running.signal(signal.SIGINT)
    running.ended(timeout=60)
    # Then nothing is left, and the ports are free
    wait_until(lambda: not marked(environment[MARK]))
    assert not answers(config.listen) and not answers(config.broker_listen)
    # and its setup has nothing to do or to say the second time
    again = subprocess.run([checkout / "scripts" / "setup"], env=environment, capture_output=True, text=True)
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")


def test_a_room_that_dies_comes_back_and_none_outlives_up(checkout, config, environment):
    running = up(checkout, environment, "--no-demo")
    # When ingest dies, then it is started again
    first = child(environment, "ingest")
    first.kill()
    wait_until(lambda: (now := child(environment, "ingest")) and now.pid != first.pid)
    assert running.said("ingest ended, starting it again")
    # When a second one is started here, then it says who is there
    second = subprocess.run([checkout / "scripts" / "up"], env=environment, capture_output=True, text=True)
    assert second.returncode == 1 and f"as process {running.pid}" in second.stderr
    # When it dies without a word, then so does all that it started
    running.kill()
    wait_until(lambda: not marked(environment[MARK]), 30)


def test_a_taken_port_is_said_before_anything_starts(checkout, config, environment):
    with socket.create_server(address(config.listen)):
        done = subprocess.run([checkout / "scripts" / "up"], env=environment, capture_output=True, text=True)
    reason = f"rentguy: can't listen on {config.listen}: Address already in use"
    assert (done.returncode, done.stderr.splitlines()[-1:]) == (1, [reason])
    assert marked(environment[MARK]) == []
