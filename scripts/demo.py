"""A demo of its own to look at: an installation with simulators, gone afterwards."""

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
START_S = 180


class Demo(NamedTuple):
    """A running installation of its own, with simulators."""

    address: str
    project: str
    password: str


@contextmanager
def demo() -> Iterator[Demo]:
    """`rentguy up` in a data directory of its own, on free ports; gone afterwards."""
    place = Path(tempfile.mkdtemp(prefix="rentguy-pictures-"))
    place.chmod(0o755)  # PostgreSQL has a user of its own
    web, broker, password = (*(f"127.0.0.1:{free_port()}" for _ in range(2)), secrets.token_urlsafe(12))
    environment = {name: value for name, value in os.environ.items() if not name.startswith("RENTGUY_")}
    environment |= {
        "RENTGUY_DATA_DIR": str(place),
        "RENTGUY_LISTEN": web,
        "RENTGUY_BROKER_LISTEN": broker,
        "RENTGUY_DEMO_PASSWORD": password,
    }
    rentguy = [sys.executable, "-m", "rentguy"]
    say(f"starting a demo in {place}")
    with open(place / "up.log", "ab") as log:
        up = subprocess.Popen([*rentguy, "up"], cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        answers(f"http://{web}/healthz", up, place / "up.log")
        project = json.loads((ROOT / "devices" / "demo.json").read_text())["project"]["slug"]
        for words in (
            ["project", "add", "tollwood", "--name", "Tollwood"],
            ["member", "add", "tollwood", "dana", "--role", "dispatcher"],
            ["user", "add", "ruud", "--name", "Ruud Otten", "--admin", "--password-stdin"],
        ):
            said = {"input": password.encode(), "capture_output": True}
            subprocess.run([*rentguy, *words], cwd=ROOT, env=environment, check=True, **said)
        yield Demo(f"http://{web}", project, password)
    finally:
        up.send_signal(signal.SIGTERM)
        up.wait(60)
        shutil.rmtree(place)


def answers(url: str, process: subprocess.Popen, log: Path) -> None:
    """Wait until it does. Ends with the log when the process does instead."""
    until = time.monotonic() + START_S
    while True:
        try:
            if urllib.request.urlopen(url, timeout=2).status == 200:
                return
        except (OSError, urllib.error.HTTPError):
            pass
        if process.poll() is not None or time.monotonic() > until:
            sys.exit(f"the demo doesn't answer:\n{log.read_text()[-2000:]}")
        time.sleep(0.3)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def say(words: str) -> None:
    print(f"pictures: {words}", flush=True)
