"""No log of any process holds a secret, however much is logged."""

import json
from datetime import UTC, datetime
from hashlib import sha256
from hmac import new as hmac
from uuid import uuid4

import pytest
from msgspec.structs import replace
from sqlalchemy import make_url

from rentguy import enrolment
from rentguy.config import Config
from rentguy.credentials import service_secret
from rentguy.mqtt import Client
from rentguy.topics import SERVICES
from tests import house as houses
from tests.services import Process, answers, free_port, wait_until
from tests.visitors import Device, Person, Window

GUESS = "a-guess-of-somebody-41f7"


@pytest.fixture
def config(database: str, tmp_path_factory: pytest.TempPathFactory) -> Config:
    web = f"127.0.0.1:{free_port()}"
    plain = houses.config(database, tmp_path_factory)
    return replace(plain, log_level="DEBUG", demo_password="a-password-of-the-demo-5b1c", broker_ws_listen=web)


@pytest.fixture
def processes(start, config: Config, lowlands: houses.Lowlands) -> list[Process]:
    return [start(room, config) for room in ("broker", "ingest", "api")]


@pytest.fixture
def house(processes: list[Process], config: Config) -> Config:
    return config


def refused(config: Config, name: str, secret: str, broker: Process) -> None:
    """Sign in wrongly at the broker, until that has said so."""
    client = Client(config.mqtt_url, name, secret, on_message=lambda message: None)
    client.start()
    wait_until(lambda: broker.said(f"CONNACK 4 to '{name}'"))
    client.stop()


def test_no_secret_is_in_any_log(processes, config, lowlands, registry, run, caplog, password):
    broker, _, _ = processes
    caplog.set_level("DEBUG")
    # Given people who sign in, rightly and wrongly, and use what they get
    dana = Person(config, "dana", lowlands.password)
    assert dana.request("POST", "/auth/login", {"username": "dana", "password": GUESS}).status == 401
    assert dana.request("POST", "/auth/login", {"username": GUESS, "password": lowlands.password}).status == 401
    assert dana.request("POST", "/auth/login", f'{{"password": "{GUESS}"'.encode()).status == 422
    assert dana.request("GET", "/projects", Authorization=f"Bearer {GUESS}.{GUESS}.{GUESS}").status == 401
    host = config.listen.split(":")[0]  # this client leaves the port out of its Host header
    cookie = {"Cookie": f"rentguy_session={dana.token}", "Origin": f"http://{host}"}
    with Window(config.listen, cookie) as window:
        window.join("lowlands")
        id = str(uuid4())
        window.publish("rentguy/lowlands/chat/dana", {"id": id, "at": datetime.now(UTC).isoformat(), "body": "hi"})
        wait_until(lambda: {"ids": {id: "stored"}} in window.heard("rentguy/lowlands/receipt/dana"))
        window.send(f'{{"join": "{GUESS[:3]}", "ref": 1')
        assert dana.get("/projects/lowlands/chat")
    # and devices, one of which gets another secret
    with Device(config, "truck-04", lowlands.secrets["truck-04"]) as truck:
        truck.publish("position", {"at": datetime.now(UTC).isoformat(), "lat": 48.1, "lon": 11.5, "seq": 1})
        wait_until(lambda: {"stored": [[1, 1]]} in truck.told("receipt"))
        with registry() as session:
            rotated = enrolment.new_secret(session, "truck-04")
        wait_until(lambda: broker.said("the registry has changed"))
    refused(config, "truck-04", lowlands.secrets["truck-04"], broker)
    refused(config, "nobody", GUESS, broker)
    with Device(replace(config, mqtt_url=f"ws://{config.broker_ws_listen}"), "truck-04", rotated):
        pass
    # and an operator
    done = [run("doctor"), run("doctor", "--json"), run("doctor", RENTGUY_DEVICE_RATE="fast")]
    assert dana.request("POST", "/auth/logout").status == 204
    for process in reversed(processes):
        process.stop()
    # Then none of it can be read anywhere
    logs = {process.name: process.log.read_text() for process in processes}
    logs |= {"doctor": json.dumps(done), "here": caplog.text}
    assert "connected" in logs["broker-0"] and "heard topic=" in logs["api-2"]
    assert leaks(logs, secrets_of(config, lowlands, dana, rotated, password)) == []
    assert not answers(config.listen)


def secrets_of(config: Config, lowlands: houses.Lowlands, dana: Person, rotated: str, password) -> dict[str, str]:
    """What nobody may read, by what it is."""
    _, claims, signature = dana.token.split(".")
    return {
        "the key": config.secret_key,
        "the key of sessions": hmac(config.secret_key.encode(), b"sessions", sha256).hexdigest(),
        "the database's password": make_url(config.database_url).password,
        "the demo's password": config.demo_password,
        "dana's password": lowlands.password,
        "its hash": password[1],
        "a guess": GUESS,
        "dana's token": f"{claims}.{signature}",
        "its signature": signature,
        "a rotated secret": rotated,
        **{f"the secret of {slug}": secret for slug, secret in lowlands.secrets.items()},
        **{f"the secret of {service}": service_secret(config.secret_key, service) for service in SERVICES},
    }


def leaks(logs: dict[str, str], secrets: dict[str, str]) -> list[str]:
    return [f"{what} in {name}" for name, log in logs.items() for what, secret in secrets.items() if secret in log]


@pytest.mark.parametrize(("log", "found"), [("password=s3cr3t ok", ["x in api"]), ("", []), ("s3cr3", [])])
def test_a_leak_is_noticed(log, found):
    assert leaks({"api": log}, {"x": "s3cr3t"}) == found
