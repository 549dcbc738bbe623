"""Whatever is killed, stopped or cut off under load: what was made is stored, once."""

import shutil
import tempfile
import time
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from random import Random

import paho.mqtt.client as paho
import pytest
from msgspec.structs import replace
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from rentguy import mosquitto
from rentguy.config import Config, address
from rentguy.decoding import encode
from rentguy.errors import ConfigError
from tests.conftest import missing
from tests.services import free_port, wait_until
from tests.stack import FAULTS, Figures, Stack, suffer

MESSAGES = 6_000
POSITION = "rentguy/lowlands/position/truck-04"


@pytest.fixture(params=["embedded", "mosquitto"])
def stack(request) -> Iterator[Stack]:
    if request.param == "mosquitto":
        try:
            mosquitto.program()
        except ConfigError as error:
            missing(error)
    directory = Path(tempfile.mkdtemp(prefix="rentguy-faults-"))
    directory.chmod(0o755)  # PostgreSQL's own user has to get in
    stack = Stack(directory, request.param, "a password of the test's own")
    try:
        yield stack.start()
    finally:
        stack.stop()
    shutil.rmtree(directory)


def test_everything_that_was_made_is_stored_once(stack: Stack, rounds: int, record_property, request) -> None:
    random = Random()
    rows = [("start with a backlog", stack.settled())]
    try:
        for _ in range(rounds):
            for name in random.sample(list(FAULTS), len(FAULTS)):
                rows.append((name, suffer(stack, FAULTS[name], random)))
    finally:
        record_property("table", table(f"{request.node.name}, faults in random order", rows))
    assert stack.rejects() == []
    assert [name for name, figures in rows if figures.doubled] == []
    stack.parts["devices"].kill()
    stack.presence(online=False)


def table(title: str, rows: list[tuple[str, Figures]]) -> str:
    """The sums of all rounds of a fault, in a line; and of all."""
    lines = Table(title=escape(title), title_justify="left")
    for column in ("fault", "times", *Figures._fields):
        lines.add_column(column, justify="left" if column == "fault" else "right")
    for name in (*dict.fromkeys(name for name, _ in rows), "together"):
        its = [figures for each, figures in rows if name in (each, "together")]
        lines.add_row(name, str(len(its)), *(f"{sum(column):,}" for column in zip(*its, strict=True)))
    console = Console(width=120, file=StringIO())
    console.print(lines)
    return console.file.getvalue()


class Plain:
    """A client of paho's own: it forgets what the broker has acknowledged, and the rest with its connection."""

    def __init__(self, config: Config, secret: str) -> None:
        self._answered: list[int] = []
        self._numbers: dict[int, int] = {}  # by packet id, each used once
        self._client = paho.Client(paho.CallbackAPIVersion.VERSION2, client_id="truck-04")
        self._client.username_pw_set("truck-04", secret)
        self._client.max_inflight_messages_set(500)
        self._client.on_publish = lambda client, userdata, mid, reason, properties: self._answered.append(mid)
        self._client.connect(*address(config.broker_listen))
        self._client.loop_start()

    def publish(self, number: int, at: float) -> None:
        fix = encode({"at": at, "lat": 48.17, "lon": 11.55, "altitude": number})
        self._numbers[self._client.publish(POSITION, fix, qos=1).mid] = number

    @property
    def acknowledged(self) -> set[int]:
        return {self._numbers[mid] for mid in list(self._answered)}

    def stop(self) -> None:
        self._client.loop_stop()


def test_what_a_plain_client_has_an_acknowledgement_for_is_stored(embedded, start, config, lowlands, rows) -> None:
    config = replace(config, ingest_health_listen=f"127.0.0.1:{free_port()}")
    random, ingest = Random(), start("ingest", config)
    client = Plain(config, lowlands.secrets["truck-04"])
    kill_at = random.randrange(MESSAGES // 10, MESSAGES * 9 // 10)
    begins = time.time() - MESSAGES
    for number in range(MESSAGES):
        client.publish(number, begins + number)
    # When broker and ingest are killed amid the stream
    wait_until(lambda: len(client.acknowledged) >= kill_at, 30, every=0.001)
    embedded.kill()
    client.stop()
    ingest.kill()
    # Then what was acknowledged is stored after their return
    embedded.start()
    ingest.start()
    acknowledged = frozenset(client.acknowledged)
    stored = lambda: {int(n) for (n,) in rows("SELECT altitude FROM positions")}  # noqa: E731
    wait_until(lambda: acknowledged <= stored(), 30)
    assert rows("SELECT count(*) - count(DISTINCT altitude) FROM positions") == [(0,)]
