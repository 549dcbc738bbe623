"""What users notice when a part dies, and when it is back."""

import urllib.error
import urllib.request
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from tests.services import wait_until
from tests.visitors import Person


@pytest.fixture
def house(embedded, start, config, lowlands):
    start("ingest", config)
    start("api", config)
    return config


def test_when_the_broker_returns_everybody_gets_what_was_missed(house, embedded, lowlands):
    anouk = Person(house, "anouk", lowlands.password)
    with anouk.open("lowlands") as window:
        # Given a broker that dies, and a status that changes meanwhile
        embedded.kill()
        dana = Person(house, "dana", lowlands.password)
        assert dana.request("PATCH", "/inventory/items/foh-07/status", {"status": "damaged"}).status == 200
        window.publish(
            "rentguy/lowlands/chat/anouk", {"id": str(uuid4()), "at": datetime.now(UTC).isoformat(), "body": "anyone?"}
        )
        wait_until(lambda: [each for each in window.heard("$/error") if "broker is away" in each["detail"]])
        # When it is back
        embedded.start()
        # Then the same socket hears of it
        heard = lambda: [each["status"] for each in window.heard("rentguy/lowlands/equipment/foh-07")]  # noqa: E731
        wait_until(lambda: "damaged" in heard(), 30)


def test_health_says_when_the_broker_is_away(house, embedded, config):
    def ready() -> int:
        try:
            return urllib.request.urlopen(f"http://{config.listen}/readyz").status
        except urllib.error.HTTPError as error:
            return error.code

    wait_until(lambda: ready() == 200)
    embedded.kill()
    wait_until(lambda: ready() == 503)
