"""The client that every process uses, at our own broker."""

import logging

from rentguy.mqtt import Client
from tests.services import wait_until


def test_a_refused_filter_is_no_agreement(embedded, config, lowlands, caplog):
    caplog.set_level(logging.WARNING, "rentguy.mqtt")
    agreed: list[str] = []
    client = Client(config.mqtt_url, "truck-04", lowlands.secrets["truck-04"])
    client.subscribe("rentguy/lowlands/receipt/truck-05")  # another's
    client.start()
    try:
        wait_until(lambda: "broker refused filters" in caplog.text)
        assert client.connected.is_set() and not client.hearing.is_set()
        # Its own is agreed to all the same
        own = "rentguy/lowlands/receipt/truck-04"
        assert client.subscribe(own, on_done=lambda: agreed.append(own))
        wait_until(lambda: agreed)
    finally:
        client.stop()
