"""Devices that prove who they are by a certificate, at our broker's TLS doors and at Mosquitto's."""

import ssl
from contextlib import suppress

import paho.mqtt.client as paho
import pytest
from msgspec import structs
from sqlalchemy.orm import sessionmaker

from rentguy import db, enrolment, orm, registry
from rentguy.config import Config, address
from rentguy.credentials import service_secret
from rentguy.mqtt import Client
from tests import house as houses
from tests.certificates import Certificate, authority, signed
from tests.services import answers, free_port, mosquitto_broker, wait_until

database, start, lowlands = (
    pytest.fixture(scope="module")(part) for part in (houses.database, houses.start, houses.lowlands)
)
DOORS = {"broker_tls_listen": "tcp", "broker_wss_listen": "websockets"}


@pytest.fixture(scope="module")
def certificates(tmp_path_factory) -> dict[str, Certificate]:
    directory = tmp_path_factory.mktemp("certificates")
    ca, other = authority(directory), authority(directory, "other")
    strange = tmp_path_factory.mktemp("strange")
    return {
        "ca": ca,
        "broker": signed(ca, directory, "broker"),
        "strange": signed(other, strange, "truck-04"),
        **{name: signed(ca, directory, name) for name in ("truck-04", "truck-05", "nobody", "_ingest")},
    }


@pytest.fixture(scope="module")
def config(database, tmp_path_factory, certificates) -> Config:
    config = houses.config(database, tmp_path_factory)
    listen = {name: f"127.0.0.1:{free_port()}" for name in DOORS}
    broker = certificates["broker"]
    return structs.replace(
        config, tls_certificate=broker.file, tls_key=broker.key, tls_client_ca=certificates["ca"].file, **listen
    )


@pytest.fixture(scope="module")
def retired(database, lowlands) -> None:
    """truck-05 is disabled."""
    engine = orm.engine(database)
    with sessionmaker(engine).begin() as session:
        enrolment.enable_device(session, "truck-05", False)
    engine.dispose()


SIGN_INS = [
    # certificate, username, secret, whether it comes in
    ("its own certificate and no secret", "truck-04", "truck-04", None, True),
    ("its own certificate and a wrong secret", "truck-04", "truck-04", "guess", True),
    ("no certificate and its secret", None, "truck-04", "truck-04", True),
    ("no certificate and no secret", None, "truck-04", None, False),
    ("another's certificate", "truck-04", "gate-1", None, False),
    ("another's certificate and its own secret", "truck-04", "gate-1", "gate-1", False),
    ("a certificate of somebody else's authority", "strange", "truck-04", None, False),
    ("a certificate of nobody we know", "nobody", "nobody", None, False),
    ("a certificate of a disabled device", "truck-05", "truck-05", None, False),
    ("a service's certificate without its secret", "_ingest", "_ingest", None, False),
    ("a service's certificate and its secret", "_ingest", "_ingest", "_ingest", True),
]


def comes_in(config: Config, door: str, certificate: Certificate | None, username: str, secret: str | None) -> bool:
    """Whether the CONNACK says so; a handshake that fails says no."""
    told: list[bool] = []
    client = paho.Client(paho.CallbackAPIVersion.VERSION2, client_id=username, transport=DOORS[door])
    client.username_pw_set(username, secret)
    files = (certificate.file, certificate.key) if certificate else (None, None)
    client.tls_set(config.tls_client_ca, *files)
    client.on_connect = lambda client, userdata, flags, reason, properties: told.append(not reason.is_failure)
    client.on_disconnect = lambda *rest: told.append(False)
    try:
        client.connect("127.0.0.1", address(getattr(config, door))[1])
        client.loop_start()
        return wait_until(lambda: told)[0]
    except (ssl.SSLError, OSError):
        return False
    finally:
        client.disconnect()
        client.loop_stop()


@pytest.fixture(scope="module")
def ours(config, start, lowlands, retired) -> Config:
    start("broker", config)
    return config


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(
    ("certificate", "username", "secret", "expected"), [row[1:] for row in SIGN_INS], ids=[row[0] for row in SIGN_INS]
)
def test_sign_in(ours: Config, lowlands, certificates, door, certificate, username, secret, expected) -> None:
    known = lowlands.secrets | {"_ingest": service_secret(ours.secret_key, "_ingest"), "guess": "guess"}
    assert comes_in(ours, door, certificates.get(certificate), username, secret and known[secret]) is expected


@pytest.fixture(scope="module")
def theirs(config, start, lowlands, retired, tmp_path_factory) -> Config:
    """A Mosquitto with every door open."""
    names = ("broker_listen", *DOORS)
    config = structs.replace(config, **{name: f"127.0.0.1:{free_port()}" for name in names})
    session = db.connect(config.database_url, "test")
    accounts = registry.accounts(session)
    session.close()
    start(mosquitto_broker(config, tmp_path_factory.mktemp("theirs") / "mosquitto", accounts))
    wait_until(lambda: all(answers(getattr(config, name)) for name in names))  # they open one after the other
    return config


MOSQUITTOS = [
    ("its own certificate and no secret", "truck-04", "truck-04", None, True),
    ("no certificate, though its secret", None, "truck-04", "truck-04", False),
    ("a certificate of somebody else's authority", "strange", "truck-04", None, False),
]


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(
    ("certificate", "username", "secret", "expected"),
    [row[1:] for row in MOSQUITTOS],
    ids=[row[0] for row in MOSQUITTOS],
)
def test_sign_in_at_mosquitto(theirs, lowlands, certificates, door, certificate, username, secret, expected) -> None:
    known = secret and lowlands.secrets[secret]
    assert comes_in(theirs, door, certificates.get(certificate), username, known) is expected


def test_at_mosquitto_one_speaks_as_whom_the_certificate_names_and_the_disabled_say_nothing(
    theirs, certificates, lowlands
) -> None:
    heard: list[str] = []
    clients: list[paho.Client] = []
    secret = service_secret(theirs.secret_key, "_ingest")
    url = f"mqtt://{theirs.broker_listen}"
    ingest = Client(url, "_ingest", secret, on_message=lambda message: heard.append(message.topic))
    ingest.subscribe("rentguy/#")
    ingest.start()
    wait_until(ingest.hearing.is_set)
    try:
        # Given a disabled truck, and one that claims another's name; each with a certificate of its own
        for slug, claimed in (("truck-05", "truck-05"), ("truck-04", "gate-1")):
            client = paho.Client(paho.CallbackAPIVersion.VERSION2, client_id=claimed)
            client.username_pw_set(claimed, None)
            client.tls_set(theirs.tls_client_ca, *certificates[slug])
            client.connect("127.0.0.1", address(theirs.broker_tls_listen)[1])
            client.loop_start()
            # When both publish as themselves, and as whom they claim to be
            for source in (claimed, slug):
                wait_until(client.is_connected)  # again: what is refused ends the connection
                with suppress(RuntimeError):
                    client.publish(f"rentguy/lowlands/scan/{source}", b"{}", 1).wait_for_publish(5)
            clients.append(client)
        # Then only what the second says as itself is heard
        wait_until(lambda: heard)
        assert heard == ["rentguy/lowlands/scan/truck-04"]
    finally:
        for client in clients:
            client.disconnect()
            client.loop_stop()
        ingest.stop()
