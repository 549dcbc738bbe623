"""`python -m broker` with the registry of PostGIS, as it runs for users."""

import time

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from broker.__main__ import main
from rentguy import db, enrolment
from rentguy.config import Config, address
from rentguy.credentials import service_secret
from tests.brokers import KEY, Bytes, publish_packet
from tests.services import free_port, wait_until


@pytest.fixture
def engine(config):
    engine = db.engine(config.database_url)
    yield engine
    engine.dispose()


def client(config: Config, username: str, password: str, **options) -> Bytes:
    client = Bytes(address(config.broker_listen)[1])
    assert client.connect(username, password=password, **options)[1] == 0
    return client


def ingest(config: Config) -> Bytes:
    return client(config, "_ingest", service_secret(config.secret_key, "_ingest"))


def test_the_registry_of_the_database_is_followed_within_two_seconds(embedded, config, lowlands, engine):
    will = ("rentguy/lowlands/presence/truck-04", b'{"online":false}', True)
    with ingest(config) as hearing, client(config, "truck-04", lowlands.secrets["truck-04"], will=will) as device:
        hearing.subscribe("rentguy/#")
        device.publish("rentguy/lowlands/position/truck-04", b"1")
        assert hearing.hear()[0].payload == b"1"
        with Session(engine) as session, session.begin():
            secret = enrolment.add_device(session, "truck-11", "truck", "Truck 11", "lowlands")
            truck = "(SELECT id FROM sources WHERE slug = 'truck-04')"
            session.execute(text(f"UPDATE devices SET enabled = false WHERE source_id = {truck}"))
            db.notify(session.connection(), "registry")
        begun = time.monotonic()
        assert device.closed()
        assert time.monotonic() - begun < 2
        assert hearing.hear()[0].payload == b'{"online":false}'
        with client(config, "truck-11", secret) as added:
            added.publish("rentguy/lowlands/position/truck-11", b"2")
        assert hearing.hear()[0].payload == b"2"


def test_a_refused_publish_leaves_a_row_without_its_payload_and_sigterm_ends_all(embedded, config, lowlands, engine):
    with client(config, "truck-04", lowlands.secrets["truck-04"]) as device:
        device.send(publish_packet("rentguy/lowlands/position/truck-05", b"a secret place"))
        assert device.closed()

    def row():
        query = "SELECT s.slug, r.topic, r.payload, r.reason FROM rejects r JOIN sources s ON s.id = r.source_id"
        with engine.connect() as session:
            return session.execute(text(query)).one_or_none()

    expected = ("truck-04", "rentguy/lowlands/position/truck-05", None, "truck-04 may not publish here")
    assert tuple(wait_until(row)) == expected
    with ingest(config) as connected:
        begun = time.monotonic()
        embedded.stop()
        assert time.monotonic() - begun < 2
        assert connected.closed()
    assert embedded.said("stopped")


def test_without_its_database_it_serves_services_and_stops(start, tmp_path):
    listen, health = (f"127.0.0.1:{free_port()}" for _ in range(2))
    nowhere = f"postgresql://127.0.0.1:{free_port()}/none"
    settings = {"database_url": nowhere, "secret_key": KEY, "data_dir": str(tmp_path)}
    config = Config(broker_listen=listen, broker_health_listen=health, **settings)
    process = start("broker", config)
    with ingest(config) as connected:
        connected.ping()
        with Bytes(address(listen)[1]) as device:
            assert device.connect("truck-04")[1] == 4
    assert process.said("only services can sign in")
    process.stop()


def test_a_missing_setting_is_named(capsys, monkeypatch):
    monkeypatch.setattr("broker.__main__.Config.of", Config)
    monkeypatch.setattr("broker.__main__.log.setup", lambda *settings: None)
    assert main() == 2
    assert "RENTGUY_SECRET_KEY is not set" in capsys.readouterr().err
