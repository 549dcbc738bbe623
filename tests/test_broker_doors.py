"""The ways in, in the clear and with TLS, and what an operator can ask at the side door."""

import asyncio
import json
import os
import resource
import shutil
import signal
import ssl
import subprocess
import threading
import urllib.error
import urllib.request
from pathlib import Path

import paho.mqtt.client as paho
import psutil
import pytest
from msgspec import structs

from broker.doors import Doors
from rentguy.config import Config, address
from rentguy.credentials import service_secret
from rentguy.errors import ConfigError
from tests.brokers import Bytes, publish_packet
from tests.services import Process, free_port, wait_until


def certificate(directory: Path) -> tuple[str, str]:
    """A new one for 127.0.0.1, and its key."""
    files = str(directory / "certificate.pem"), str(directory / "key.pem")
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=broker"
    extra = ["-addext", "subjectAltName=IP:127.0.0.1", "-out", files[0], "-keyout", files[1]]
    subprocess.run([*command.split(), *extra], check=True, capture_output=True, timeout=30)
    return files


@pytest.fixture
def doors(config: Config, start, tmp_path: Path, lowlands) -> tuple[Config, Process]:
    """A broker with every door open."""
    names = ("broker_ws_listen", "broker_tls_listen", "broker_wss_listen", "broker_health_listen")
    listen = {name: f"127.0.0.1:{free_port()}" for name in names}
    tls_certificate, tls_key = certificate(tmp_path)
    config = structs.replace(config, tls_certificate=tls_certificate, tls_key=tls_key, **listen)
    return config, start("broker", config)


DOORS = [
    ("broker_listen", "tcp", False),
    ("broker_ws_listen", "websockets", False),
    ("broker_tls_listen", "tcp", True),
    ("broker_wss_listen", "websockets", True),
]


def heard_through(config: Config, name: str, transport: str, secure: bool) -> bytes:
    """What `_ingest` hears through one door when `_api` publishes through the same."""
    clients, heard, ready = {}, [], threading.Event()
    for username in ("_ingest", "_api"):
        client = clients[username] = paho.Client(
            paho.CallbackAPIVersion.VERSION2, client_id=f"{username}/{name}", transport=transport
        )
        client.username_pw_set(username, service_secret(config.secret_key, username))
        if secure:
            client.tls_set(ca_certs=config.tls_certificate)
    clients["_ingest"].on_connect = lambda client, *rest: client.subscribe("rentguy/+/chat/+", 1)
    clients["_ingest"].on_subscribe = lambda *rest: ready.set()
    clients["_ingest"].on_message = lambda client, userdata, message: heard.append(message.payload)
    try:
        for client in clients.values():
            client.connect("127.0.0.1", address(getattr(config, name))[1])
            client.loop_start()
        assert ready.wait(5)
        clients["_api"].publish("rentguy/lowlands/chat/dana", name, 1).wait_for_publish(5)
        return wait_until(lambda: heard)[0]
    finally:
        for client in clients.values():
            client.disconnect()
            client.loop_stop()


def test_every_door_leads_to_the_same_broker(doors: tuple[Config, Process]) -> None:
    for name, transport, secure in DOORS:
        assert heard_through(doors[0], name, transport, secure) == name.encode()


def test_without_tls_the_secure_door_is_closed_and_nobody_else_hurt(doors: tuple[Config, Process]) -> None:
    config, process = doors
    with Bytes(address(config.broker_tls_listen)[1]) as plain:
        plain.send(publish_packet("rentguy/lowlands/chat/dana") * 10)
        assert plain.closed()
    assert heard_through(config, *DOORS[2]) == b"broker_tls_listen"
    assert "Traceback" not in process.log.read_text()


def served(config: Config) -> bytes:
    """The certificate that the broker shows."""
    return ssl.PEM_cert_to_DER_cert(ssl.get_server_certificate(address(config.broker_tls_listen))).strip()


def test_a_new_certificate_is_shown_after_sighup_and_a_broken_one_is_not(doors, tmp_path: Path) -> None:
    config, process = doors
    old = served(config)
    (tmp_path / "new").mkdir()
    for new, file in zip(certificate(tmp_path / "new"), (config.tls_certificate, config.tls_key), strict=True):
        shutil.copy(new, file)
    os.kill(process.pid, signal.SIGHUP)
    wait_until(lambda: served(config) != old)
    now = served(config)
    Path(config.tls_certificate).write_text("rubbish")
    os.kill(process.pid, signal.SIGHUP)
    wait_until(lambda: process.said("the certificate can't be read, the old one holds"))
    assert served(config) == now


@pytest.mark.parametrize("missing", ["tls_certificate", "tls_key"])
def test_a_secure_door_without_its_certificate_opens_no_door(tmp_path: Path, missing: str) -> None:
    tls_certificate, tls_key = certificate(tmp_path)
    settings = {"tls_certificate": tls_certificate, "tls_key": tls_key, "broker_tls_listen": "127.0.0.1:0"}
    doors = Doors(Config(**(settings | {missing: ""})), serve=None)
    with pytest.raises(ConfigError, match=f"RENTGUY_{missing.upper()} is not set"):
        asyncio.run(doors.open())
    assert doors.ports == {}


def ask(config: Config, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://{config.broker_health_listen}{path}", timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_an_operator_sees_that_it_is_well_and_who_uses_it(doors, lowlands) -> None:
    config, _ = doors
    with Bytes(address(config.broker_listen)[1]) as truck, Bytes(address(config.broker_listen)[1]):
        assert truck.connect("truck-04", password=lowlands.secrets["truck-04"])[1] == 0
        for number in range(3):
            truck.publish("rentguy/lowlands/position/truck-04", b"%d" % number)
        for path in ("/healthz", "/readyz"):
            status, text = ask(config, path)
            assert (status, text.splitlines()[0]) == (200, "ok")
            assert "connections=" in text
        wait_until(lambda: "rentguy_broker_strangers 1.0" in ask(config, "/metrics")[1])
        metrics = ask(config, "/metrics")[1]
        assert "rentguy_broker_messages_in_total 3.0" in metrics
        assert "rentguy_broker_sessions 2.0" in metrics  # ingest's is there before ingest is
        [used] = [each for each in json.loads(ask(config, "/sources")[1]) if each["source"] == "truck-04"]
        assert (used["connections"], used["connects"], used["messages_in"], used["refused"]) == (1, 1, 3, 0)
        assert used["bytes_in"] > 3 * len(publish_packet("rentguy/lowlands/position/truck-04", b"0"))
    assert ask(config, "/elsewhere") == (503, "no such page\n\n")


def test_readyz_says_when_the_disk_refuses(doors) -> None:
    config, process = doors
    [keeper] = psutil.Process(process.pid).children()
    keeper.rlimit(resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))
    with Bytes(address(config.broker_listen)[1]) as api:
        api.connect("_api", password=service_secret(config.secret_key, "_api"))
        api.send(publish_packet("rentguy/lowlands/presence/dana", b"{}", retain=True))
        wait_until(lambda: ask(config, "/readyz")[0] == 503)
        assert "the disk refuses" in ask(config, "/readyz")[1]
        assert ask(config, "/healthz")[0] == 200
        keeper.rlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        api.answer(0x40)
        wait_until(lambda: ask(config, "/readyz")[0] == 200)
