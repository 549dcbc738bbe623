"""`python -m broker` with the registry of PostGIS, as it runs for users."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace
from sqlalchemy import text
from sqlalchemy.orm import Session

from broker.__main__ import main
from rentguy import db, enrolment, orm
from rentguy.cluster import Cluster
from rentguy.config import Config, address
from rentguy.credentials import service_secret
from tests.brokers import KEY, Bytes, publish_packet
from tests.services import free_port, wait_until

WILL = b'{"online":false}'
LAST_WILL = ("rentguy/lowlands/presence/truck-04", WILL, True)
POSITION = "rentguy/lowlands/position/truck-04"
SWITCH_OFF = text(
    "UPDATE devices SET enabled = false WHERE source_id = (SELECT id FROM sources WHERE slug = 'truck-04')"
)


@pytest.fixture
def engine(config):
    engine = orm.engine(config.database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def reachable(cluster: Cluster, config: Config):
    """`reachable(False)`: from now on the database lets nobody in; `reachable(True)`: it does again."""
    admin = db.connect(cluster.url("postgres"), "test")
    admin.autocommit = True
    name = config.database_url.rpartition("/")[2]
    yield lambda whether: admin.cursor().execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS {whether}")
    admin.close()


def client(config: Config, username: str, password: str, **options) -> Bytes:
    client = Bytes(address(config.broker_listen)[1])
    assert client.connect(username, password=password, **options)[1] == 0
    return client


def code(config: Config, username: str, password: str) -> int:
    """What CONNACK says."""
    with Bytes(address(config.broker_listen)[1]) as client:
        return client.connect(username, password=password)[1]


def ingest(config: Config) -> Bytes:
    return client(config, "_ingest", service_secret(config.secret_key, "_ingest"))


def test_the_registry_of_the_database_is_followed_within_two_seconds(embedded, config, lowlands, engine):
    with ingest(config) as hearing, client(config, "truck-04", lowlands.secrets["truck-04"], will=LAST_WILL) as device:
        hearing.subscribe("rentguy/#")
        device.publish(POSITION, b"1")
        assert hearing.hear()[0].payload == b"1"
        with Session(engine) as session, session.begin():
            secret = enrolment.add_device(session, "truck-11", "truck", "Truck 11", "lowlands")
            session.execute(SWITCH_OFF)
            orm.notify(session.connection(), "registry")
        begun = time.monotonic()
        assert device.closed()
        assert time.monotonic() - begun < 2
        assert hearing.hear()[0].payload == WILL
        with client(config, "truck-11", secret) as added:
            added.publish("rentguy/lowlands/position/truck-11", b"2")
        assert hearing.hear()[0].payload == b"2"


def test_a_device_with_another_secret_is_gone_within_two_seconds(embedded, config, lowlands, engine):
    with client(config, "truck-04", lowlands.secrets["truck-04"]) as device:
        with Session(engine) as session, session.begin():
            rotated = enrolment.new_secret(session, "truck-04")
        begun = time.monotonic()
        assert device.closed()
        assert time.monotonic() - begun < 2
    assert code(config, "truck-04", lowlands.secrets["truck-04"]) == 4
    assert code(config, "truck-04", rotated) == 0


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


def test_a_device_moved_off_its_project_is_gone_within_two_seconds_and_its_will_is_heard(
    embedded, config, lowlands, engine
):
    secret = lowlands.secrets["truck-04"]
    with ingest(config) as hearing, client(config, "truck-04", secret, will=LAST_WILL) as device:
        hearing.subscribe("rentguy/#")
        with Session(engine) as session, session.begin():
            enrolment.assign(session, "truck-04", None)
        begun = time.monotonic()
        assert device.closed()
        assert time.monotonic() - begun < 2
        assert [(one.topic, one.payload) for one in hearing.hear()] == [LAST_WILL[:2]]


def test_an_assignment_ends_by_the_clock_and_then_only_a_backlog_comes_in(embedded, config, lowlands, engine):
    secret, wall = lowlands.secrets["truck-04"], lowlands.secrets["wall"]
    with ingest(config) as hearing, client(config, "wall", wall) as display:
        hearing.subscribe("rentguy/#")
        display.subscribe("rentguy/lowlands/#")
        with client(config, "truck-04", secret, will=LAST_WILL) as device:
            # Given an assignment whose end is near, and known
            end = datetime.now(UTC) + timedelta(seconds=1.5)
            with Session(engine) as session, session.begin():
                enrolment.assign(session, "truck-04", None, end)
            device.publish(POSITION, b"at work")
            assert [hearing.hear()[0].payload, display.hear()[0].payload] == [b"at work"] * 2
            # When the moment comes, and no other word
            assert device.closed()
            # Then the device is sent away at once, and everyone hears its will
            assert timedelta() <= datetime.now(UTC) - end < timedelta(seconds=1)
            assert [hearing.hear()[0].payload, display.hear()[0].payload] == [WILL] * 2
        # and what it still delivers is for services only
        with client(config, "truck-04", secret) as back:
            back.publish(POSITION, b"backlog")
            back.publish("rentguy/lowlands/scan/truck-04", b"scans")
        assert [one.payload for one in hearing.hear(2)] == [b"backlog", b"scans"]
        assert display.hears_nothing()


def test_while_the_database_is_away_devices_sign_in_as_they_were_saved(start, config, lowlands):
    # Given a broker that knew its devices, and is killed
    process = start("broker", config)
    wait_until((config.data / "broker" / "registry.json").exists)
    process.kill()
    # When it starts where no database answers
    start("broker", replace(config, database_url=f"postgresql://127.0.0.1:{free_port()}/none"))
    # Then the devices it knew may do what they might, and nobody else anything
    secret = lowlands.secrets["truck-04"]
    with ingest(config) as hearing, client(config, "truck-04", secret) as device:
        hearing.subscribe("rentguy/#")
        device.publish(POSITION, b"1")
        assert hearing.hear()[0].payload == b"1"
        device.send(publish_packet("rentguy/pukkel/position/truck-04"))
        assert device.closed()
    assert code(config, "truck-04", "a wrong secret") == 4
    assert code(config, "truck-99", secret) == 4


def test_what_was_saved_holds_until_the_database_answers(embedded, config, lowlands, engine, reachable):
    secrets = lowlands.secrets
    wait_until((config.data / "broker" / "registry.json").exists)
    embedded.kill()
    # Given a device that was switched off, and a database that went away, while no broker ran
    with Session(engine) as session, session.begin():
        session.execute(SWITCH_OFF)
    reachable(False)
    embedded.start()
    assert embedded.said("devices sign in as they were saved")
    with client(config, "truck-04", secrets["truck-04"]) as off, client(config, "truck-05", secrets["truck-05"]) as on:
        # When the database is back
        reachable(True)
        # Then who may no longer be here is sent away, and nobody else
        assert off.closed()
        on.ping()
    assert code(config, "truck-04", secrets["truck-04"]) == 5


def test_without_its_database_it_serves_services_and_stops(start, tmp_path):
    listen, health = (f"127.0.0.1:{free_port()}" for _ in range(2))
    nowhere = f"postgresql://127.0.0.1:{free_port()}/none"
    config = Config(
        database_url=nowhere,
        broker_listen=listen,
        broker_health_listen=health,
        secret_key=KEY,
        data_dir=str(tmp_path),
    )
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


def test_what_is_acknowledged_before_ingest_has_ever_been_here_is_owed_to_it(embedded, config, lowlands):
    # Given a new broker, a device that is acknowledged, and a death
    with client(config, "truck-04", lowlands.secrets["truck-04"]) as device:
        device.publish(POSITION, b"first")
    embedded.kill()
    embedded.start()
    # When ingest comes for the first time, to a session it knows nothing of
    secret = service_secret(config.secret_key, "_ingest")
    with Bytes(address(config.broker_listen)[1]) as hearing:
        assert hearing.connect("_ingest", password=secret, clean=False) == (False, 0)
        # Then it hears of it
        assert hearing.hear()[0].payload == b"first"
    with Bytes(address(config.broker_listen)[1]) as hearing:
        assert hearing.connect("_ingest", password=secret, clean=False) == (True, 0)
