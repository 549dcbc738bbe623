"""What the registry takes away is gone behind Mosquitto and EMQX within 2 s: the promise, which bounds the waits."""

import json
import os
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import monotonic
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from msgspec import structs
from sqlalchemy.orm import sessionmaker

from rentguy import db, enrolment, orm
from rentguy.cluster import Cluster
from rentguy.config import Config, address
from rentguy.credentials import service_secret
from rentguy.mosquitto import program
from tests.brokers import Bytes
from tests.services import Process, answers, wait_until

PROMISE_S = 2.0
MINE, PRESENCE = "rentguy/lowlands/position/truck-04", "rentguy/lowlands/presence/truck-04"
WILL = (PRESENCE, b'{"online":false}', True)


@pytest.fixture
def registry(config) -> Iterator[Callable]:
    """A transaction of the registry, without a house around it."""
    engine = orm.engine(config.database_url)
    yield sessionmaker(engine).begin
    engine.dispose()


@pytest.fixture
def reachable(cluster: Cluster, config: Config) -> Iterator[Callable[[bool], object]]:
    """`reachable(False)`: the keeper loses the database until `reachable(True)`."""
    admin = db.connect(cluster.url("postgres"), "test")
    admin.autocommit = True
    name = config.database_url.rpartition("/")[2]

    def reachable(whether: bool) -> None:
        with admin.cursor() as cursor:
            cursor.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS {whether}")
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = %s AND application_name = 'mosquitto-registry'",
                (name,),
            )

    yield reachable
    reachable(True)
    admin.close()


def keeper(config: Config, directory, *command: str, said: str) -> Process:
    """`rentguy …`, running; ready when it says so."""
    log = directory / f"{command[0]}-keeper.log"
    process = Process(
        [sys.executable, "-m", "rentguy", *command], {**os.environ, **config.environment()}, log, lambda: True
    )
    process._ready = lambda: process.said(said)
    return process


@pytest.fixture
def mosquitto(config, lowlands, start, tmp_path) -> tuple[Process, Process]:
    """A Mosquitto and its keeper, in the order of an operator who starts both."""
    directory = tmp_path / "mosquitto"
    kept = start(keeper(config, tmp_path, "mosquitto", str(directory), said="files written"))
    broker = start(
        Process(
            [program(), "-c", str(directory / "mosquitto.conf")],
            dict(os.environ),
            tmp_path / "mosquitto.log",
            lambda: answers(config.broker_listen),
        )
    )
    wait_until(lambda: kept.said("Mosquitto reads the files"))
    return broker, kept


def client(config: Config, slug: str, secret: str, **options) -> Bytes:
    client = Bytes(address(config.broker_listen)[1])
    assert client.connect(slug, password=secret, **options)[1] == 0
    return client


def code(config: Config, slug: str, secret: str) -> int:
    with Bytes(address(config.broker_listen)[1]) as client:
        return client.connect(slug, password=secret)[1]


def within_promise(fact: Callable[[], object], record) -> None:
    since = monotonic()
    wait_until(fact, timeout=PROMISE_S)
    record("table", f"revoked within {monotonic() - since:.2f} s")


def disable(session) -> None:
    enrolment.enable_device(session, "truck-04", False)


def rotate(session) -> None:
    enrolment.new_secret(session, "truck-04")


def unassign(session) -> None:
    enrolment.assign(session, "truck-04", None)


@pytest.mark.parametrize("change", [disable, rotate])
def test_mosquitto_sends_away_whoever_must_sign_in_anew(
    mosquitto, config, lowlands, registry, change, record_property
) -> None:
    secret = lowlands.secrets["truck-04"]
    with client(config, "truck-04", secret) as truck, client(config, "truck-05", lowlands.secrets["truck-05"]) as other:
        gone = threading.Event()
        threading.Thread(target=lambda: truck.closed() and gone.set(), name="truck-04", daemon=True).start()
        with registry() as session:
            change(session)
        within_promise(gone.is_set, record_property)
        assert code(config, "truck-04", secret) == 5
        other.ping()


def test_mosquitto_takes_what_was_left_from_whoever_is_assigned_elsewhere(
    mosquitto, config, lowlands, registry, record_property
) -> None:
    with (
        client(config, "wall", lowlands.secrets["wall"]) as wall,
        client(config, "_ingest", service_secret(config.secret_key, "_ingest")) as ingest,
        client(config, "truck-04", lowlands.secrets["truck-04"]) as truck,
    ):
        wall.subscribe("rentguy/lowlands/#", qos=0)
        ingest.subscribe("rentguy/#", qos=0)

        def heard_live() -> bool:
            truck.publish(MINE, b"{}")
            ingest.hear()
            wall.ping()
            heard, wall.heard = wall.heard, []
            return bool(heard)

        assert heard_live()
        with registry() as session:
            unassign(session)
        within_promise(lambda: not heard_live(), record_property)


@pytest.fixture
def present(config, lowlands, start, mosquitto, rows) -> Callable[[], bool | None]:
    """truck-04 is online, said ingest; whether it still is."""
    start("ingest", config)
    online = lambda: next((row[0] for row in rows(ONLINE)), None)  # noqa: E731
    return online


ONLINE = "SELECT p.online FROM presence p JOIN sources s ON s.id = p.source_id WHERE s.slug = 'truck-04'"


@pytest.mark.parametrize("change", [disable, rotate, unassign])
def test_who_is_turned_out_by_mosquitto_is_said_to_be_offline(present, config, lowlands, registry, change) -> None:
    # Given a truck that is online, which everybody hears
    with (
        client(config, "_api", service_secret(config.secret_key, "_api")) as api,
        client(config, "truck-04", lowlands.secrets["truck-04"], will=WILL) as truck,
    ):
        truck.publish(PRESENCE, b'{"online":true}', retain=True)
        wait_until(lambda: present() is True)
        api.subscribe(PRESENCE, qos=0)
        assert json.loads(api.hear()[0].payload) == {"online": True}
        # When the registry turns it out, then the platform says what its will would have
        with registry() as session:
            change(session)
        while json.loads(api.hear()[0].payload)["online"]:
            pass
        assert present() is False


def test_the_keeper_goes_by_the_clock_while_the_database_is_away(
    mosquitto, config, registry, reachable, tmp_path
) -> None:
    _, kept = mosquitto
    access, saved = tmp_path / "mosquitto" / "access", tmp_path / "mosquitto" / "registry.json"
    # Given an assignment that ends soon, and a database that goes away before
    before = saved.read_text()
    with registry() as session:
        enrolment.assign(session, "truck-04", "lowlands", until=datetime.now(UTC) + timedelta(seconds=2))
    wait_until(lambda: saved.read_text() != before)
    reachable(False)
    wait_until(lambda: kept.said("database is away"))
    # When it ends, then integrations no longer hear the truck
    wait_until(lambda: f"topic deny {MINE}" in access.read_text())
    # and when the database is back, it is followed again
    reachable(True)
    with registry() as session:
        disable(session)
    wait_until(lambda: "user truck-04\n\n" in access.read_text())


def test_a_mosquitto_that_was_away_knows_what_has_changed_meanwhile(mosquitto, config, lowlands, registry) -> None:
    broker, kept = mosquitto
    broker.kill()
    with registry() as session:
        rotated = enrolment.new_secret(session, "truck-04")
    wait_until(lambda: kept.log.read_text().count("files written") == 2)
    broker.start()
    assert code(config, "truck-04", lowlands.secrets["truck-04"]) == 5
    assert code(config, "truck-04", rotated) == 0


def test_once_writes_the_files_and_ends(config, lowlands, run, tmp_path) -> None:
    run("mosquitto", str(tmp_path / "files"), "--once")
    assert sorted(file.name for file in (tmp_path / "files").iterdir()) == ["access", "mosquitto.conf", "passwords"]


class Emqx:
    """EMQX's REST API as far as we use it: it has `clients` by their ids, and records what it is asked."""

    def __init__(self, clients: dict[str, str]) -> None:
        self.clients, self.kicked, self.keys = clients, [], set()
        self.away = threading.Event()
        api = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked = urlsplit(self.path)
                assert asked.path == "/api/v5/clients"
                username = parse_qs(asked.query)["username"][0]
                found = [{"clientid": id, "username": name} for id, name in api.clients.items() if name == username]
                self._answer(200, {"data": found, "meta": {"page": 1, "hasnext": False}})

            def do_DELETE(self) -> None:
                id = unquote(self.path.removeprefix("/api/v5/clients/"))
                if api.away.is_set():
                    return self._answer(503, {})
                api.kicked.append(id)
                self._answer(204 if api.clients.pop(id, None) else 404, None)

            def _answer(self, status: int, body: dict | None) -> None:
                api.keys.add(self.headers["Authorization"])
                self.send_response(status)
                data = b"" if body is None else json.dumps(body).encode()
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *arguments: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, name="emqx", daemon=True).start()


@pytest.fixture
def emqx(config, lowlands, start, tmp_path) -> Iterator[Emqx]:
    api = Emqx({"truck-04": "truck-04", "truck-04/spare": "truck-04", "anouk-phone": "anouk-phone", "wall": "wall"})
    url = f"http://127.0.0.1:{api.server.server_port}"
    config = structs.replace(config, emqx_api_url=url, emqx_api_key="key", emqx_api_secret="secret")
    start(keeper(config, tmp_path, "emqx", "--follow", said="registry changed"))
    yield api
    api.server.shutdown()
    api.server.server_close()


@pytest.mark.parametrize("change", [disable, rotate, unassign])
def test_emqx_is_told_to_kick_whoever_must_sign_in_anew(emqx: Emqx, registry, change, record_property) -> None:
    with registry() as session:
        change(session)
    within_promise(lambda: set(emqx.kicked) == {"truck-04", "truck-04/spare"}, record_property)
    assert emqx.keys == {"Basic a2V5OnNlY3JldA=="}  # key:secret


def test_emqx_kicks_a_phone_whose_rights_have_changed(emqx: Emqx, registry, record_property) -> None:
    with registry() as session:
        enrolment.end_shift(session, session.connection().exec_driver_sql("SELECT id FROM shifts").scalar_one())
    within_promise(lambda: emqx.kicked == ["anouk-phone"], record_property)


def test_who_is_to_be_kicked_is_kicked_once_emqx_answers(emqx: Emqx, registry) -> None:
    emqx.away.set()
    with registry() as session:
        disable(session)
    emqx.away.clear()
    wait_until(lambda: set(emqx.kicked) == {"truck-04", "truck-04/spare"})
