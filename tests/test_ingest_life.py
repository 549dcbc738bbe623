"""A broker's lives, and what doesn't outlast one."""

import json
import signal
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ingest import statements as sql
from ingest import store as storing
from ingest.decode import entries
from ingest.entry import Received
from ingest.life import Life
from rentguy import db
from rentguy.decoding import encode
from rentguy.messages import Presence
from rentguy.mqtt import Client, Incoming
from rentguy.topics import STORER
from tests.services import wait_until
from tests.visitors import Device

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
PRESENCE = "SELECT slug, online FROM presence JOIN sources ON sources.id = source_id WHERE at IS NOT NULL ORDER BY slug"
ONLINE = "INSERT INTO presence (online, source_id, at, heard_at) SELECT true, id, %s, %s FROM sources WHERE slug = %s"
OWED = "SELECT topic FROM outbox WHERE topic LIKE '%%/presence/%%'"


@pytest.mark.parametrize(
    ("losses", "readings", "began"),
    [
        ([], [], None),
        ([], [(0, 10), (10, 20)], None),
        ([], [(0, 10), (10, 20), (20, 30)], -11.5),
        ([], [(0.4, 10), (10, 20), (20.9, 30)], -11.5),
        ([], [(19, 10), (19.1, 20), (20, 30)], None),  # the first two were long on their way
        ([], [(19, 10), (19.1, 20), (20, 30), (30, 40), (40, 50)], -11.5),
        ([], [(0, 10), (10, 999_999_999_999), (20, 30)], None),
        ([-30], [(0, 10), (10, 20), (20, 30)], -11.5),
        ([-30, -10.5], [(0, 10), (10, 20), (20, 30)], -10.5),
        ([-10.5, -2], [(0, 10), (10, 20), (20, 30)], -10.5),  # the second within this life
    ],
)
def test_a_life_is_known_by_several_readings(losses, readings, began, tmp_path) -> None:
    life = Life(tmp_path / "life")
    for second in losses:
        life.lost(NOON + timedelta(seconds=second))
    for second, uptime in readings:
        life.heard(b"%d seconds" % uptime, NOON + timedelta(seconds=second))
    assert life.take() == (None if began is None else NOON + timedelta(seconds=began))
    # once for each reading, and behind another connection may be another life
    assert life.take() is None
    life.heard(b"soon", NOON)
    life.lost(NOON)
    life.heard(b"40 seconds", NOON)
    assert life.take() is None


def test_what_was_dealt_with_is_remembered(tmp_path) -> None:
    life = Life(tmp_path / "ingest" / "life")
    assert life.is_new(NOON)
    life.remember(NOON)
    again = Life(tmp_path / "ingest" / "life")
    assert not again.is_new(NOON + timedelta(seconds=2))
    assert again.is_new(NOON + timedelta(seconds=20))
    Path(tmp_path / "ingest" / "life").write_text("nonsense")
    assert again.is_new(NOON)


def test_who_was_heard_in_this_life_is_there(lowlands, rows) -> None:
    # Given who said that they are online, and when anything else was heard of them last, in seconds from its beginning
    for slug, said, heard in (("truck-04", -9, -1), ("truck-05", -9, 5), ("gate-1", 5, 5), ("dana", -9, -9)):
        rows(ONLINE, NOON + timedelta(seconds=said), NOON + timedelta(seconds=heard), slug)
    rows(sql.GONE.replace("%(began)s", "%s"), NOON, NOON, NOON)
    # Then only who wasn't heard since has gone: a person's browser says so itself
    assert rows(PRESENCE) == [("dana", True), ("gate-1", True), ("truck-04", False), ("truck-05", True)]
    assert rows(OWED) == [("rentguy/lowlands/presence/truck-04",)]


@pytest.fixture
def hear(config, lowlands) -> Callable[..., None]:
    """`hear(presence)`: ingest hears that of truck-04, `later` seconds after noon."""

    def hear(presence: Presence, project: str = "lowlands", later: float = 0) -> None:
        incoming = Incoming(f"rentguy/{project}/presence/truck-04", encode(presence), False, 0, 0)
        with closing(db.connect(config.database_url, "test")) as session:
            storing.store(session, entries([Received(incoming, NOON + timedelta(seconds=later))]))

    return hear


def test_that_it_has_gone_is_no_sign_of_life(hear, rows) -> None:
    hear(Presence(True))
    for seconds, presence in ((5, Presence(True, by=STORER)), (9, Presence(False))):
        hear(presence, later=seconds)
        assert rows("SELECT heard_at FROM presence") == [(NOON,)]
    assert rows(PRESENCE) == [("truck-04", False)]


def test_what_we_said_of_a_device_is_said_anew_when_it_is_true_no_more(hear, rows) -> None:
    hear(Presence(True, NOON))
    # When we hear ourselves, then it changes nothing, and is owed only where it is wrong by now
    hear(Presence(True, NOON, by=STORER))
    hear(Presence(False, NOON, by=STORER), "pukkel")
    assert rows(OWED) == []
    hear(Presence(False, NOON, by=STORER))
    assert rows(OWED) == [("rentguy/lowlands/presence/truck-04",)]
    assert rows(PRESENCE) == [("truck-04", True)]


def test_what_mosquitto_forgets_in_its_death_is_said_again(
    mosquitto_broker, start, config, lowlands, rows, tmp_path
) -> None:
    start("ingest", config)
    truck, other = (Device(config, slug, lowlands.secrets[slug]) for slug in ("truck-04", "truck-05"))
    online = lambda: {"online": True, "at": datetime.now(UTC).isoformat()}  # noqa: E731
    wait_until((Path(config.data_dir) / "ingest" / "broker-began").is_file)
    # Given two devices online, all of it saved, and then a case that breaks
    for device in (truck, other):
        device.publish("presence", online())
    wait_until(lambda: rows(PRESENCE) == [("truck-04", True), ("truck-05", True)])
    mosquitto_broker.signal(signal.SIGUSR1)
    wait_until((tmp_path / "mosquitto" / "mosquitto.db").is_file)
    rows("UPDATE items SET status = 'damaged' WHERE code = 'foh-07'")
    rows("INSERT INTO outbox (topic) VALUES ('rentguy/lowlands/equipment/foh-07')")
    wait_until(lambda: not rows("SELECT FROM outbox"))
    # When Mosquitto is killed, and one of them goes before it is back
    mosquitto_broker.kill()
    truck.stop()
    mosquitto_broker.start()
    other.publish("presence", online())
    # Then that one is offline, and the other isn't
    wait_until(lambda: rows(PRESENCE) == [("truck-04", False), ("truck-05", True)], 30)
    # and who asks now hears all of it
    heard: dict[str, dict] = {}
    wall = Client(
        config.mqtt_url,
        "wall",
        lowlands.secrets["wall"],
        on_message=lambda said: heard.update({said.topic.split("/", 2)[2]: json.loads(said.payload)}),
    )
    wall.subscribe("rentguy/lowlands/#")
    wall.start()
    wait_until(lambda: heard.get("presence/truck-04", {}).get("online") is False)
    wait_until(lambda: heard["equipment/foh-07"]["status"] == "damaged", 30)
    wait_until(lambda: heard["presence/truck-05"]["online"])
    assert rows(PRESENCE) == [("truck-04", False), ("truck-05", True)]
    wall.stop()
    other.stop()
