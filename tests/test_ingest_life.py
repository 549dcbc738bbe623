"""A broker's lives, and what doesn't outlast one."""

import json
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ingest.life import MARGIN, Life
from rentguy.mqtt import Client
from tests.services import wait_until
from tests.visitors import Device

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
PRESENCE = "SELECT slug, online FROM presence JOIN sources ON sources.id = source_id WHERE at IS NOT NULL ORDER BY slug"


@pytest.mark.parametrize(
    ("readings", "began"),
    [
        ([], None),
        ([(0, b"10 seconds"), (10, b"20 seconds")], None),
        ([(0, b"10 seconds"), (10, b"20 seconds"), (20, b"30 seconds")], -10),
        ([(9, b"10 seconds"), (10, b"20 seconds"), (20, b"30 seconds")], -10),  # the first was long on its way
        ([(0, b"10 seconds"), (10, b"20 seconds"), (20, b"soon")], None),
        ([(0, b"10 seconds"), (10, b"999999999999 seconds"), (20, b"30 seconds")], None),
    ],
)
def test_a_life_is_known_by_several_readings(readings, began, tmp_path) -> None:
    life = Life(tmp_path / "life")
    for second, payload in readings:
        life.heard(payload, NOON + timedelta(seconds=second))
    assert life.began() == (None if began is None else NOON + timedelta(seconds=began) - MARGIN)
    # asked once for each reading, and behind another connection may be another life
    assert life.began() is None
    life.lost(NOON)
    life.heard(b"40 seconds", NOON)
    assert life.began() is None


@pytest.mark.parametrize(
    ("lost", "began"), [(-30, -10 - MARGIN.total_seconds()), (-11, -11), (-10.5, -10.5), (-9.2, -9.2), (-8, -11.5)]
)
def test_what_was_heard_before_a_loss_is_of_the_life_before_it(lost, began, tmp_path) -> None:
    life = Life(tmp_path / "life")
    life.lost(NOON + timedelta(seconds=lost))
    for second in range(0, 30, 10):
        life.heard(b"%d seconds" % (second + 10), NOON + timedelta(seconds=second))
    assert life.began() == NOON + timedelta(seconds=began)


def test_what_was_dealt_with_is_remembered(tmp_path) -> None:
    life = Life(tmp_path / "ingest" / "life")
    assert life.is_new(NOON)
    life.remember(NOON)
    again = Life(tmp_path / "ingest" / "life")
    assert not again.is_new(NOON + timedelta(seconds=2))
    assert again.is_new(NOON + timedelta(seconds=20))
    Path(tmp_path / "ingest" / "life").write_text("nonsense")
    assert again.is_new(NOON)


def test_what_mosquitto_forgets_in_its_death_is_said_again(
    mosquitto_broker, start, config, lowlands, rows, tmp_path
) -> None:
    start("ingest", config)
    truck, other = (Device(config, slug, lowlands.secrets[slug]) for slug in ("truck-04", "truck-05"))
    online = lambda: {"online": True, "at": datetime.now(UTC).isoformat()}  # noqa: E731
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
    assert heard["presence/truck-05"]["online"]
    assert rows(PRESENCE) == [("truck-04", False), ("truck-05", True)]
    wall.stop()
    other.stop()
