"""Mosquitto, configured by us, does what our own broker would: compared by effects, since its codes differ."""

from pathlib import Path

from msgspec import structs

from rentguy import mosquitto
from rentguy.access import Identity
from rentguy.config import Config, address
from rentguy.credentials import service_secret
from rentguy.mqtt import Client
from rentguy.registry import Account
from tests.brokers import Bytes, publish_packet
from tests.services import wait_until

TRUCK = Identity("truck-04", "device", {"lowlands": "device"})


def test_configuration_holds_a_whole_batch_in_flight_and_ties_ids_to_users():
    config = Config(broker_listen="127.0.0.1:1883", broker_ws_listen="127.0.0.1:1884", batch_messages=30_000)
    text = mosquitto.configuration(config, Path("/somewhere"))
    lines = text.splitlines()
    assert "max_inflight_messages 30000" in lines
    assert "allow_anonymous false" in lines
    assert lines.count("use_username_as_clientid true") == 2  # it counts for the listener above it only
    assert [line for line in lines if line.startswith("listener")] == [
        "listener 1883 127.0.0.1",
        "listener 1884 127.0.0.1",
    ]
    assert not [line for line in lines if "#" in line[1:]]  # Mosquitto takes what follows a value for the value


def test_access_is_what_our_own_policy_grants():
    assert mosquitto.access([TRUCK]).split("\n") == [
        "user truck-04",
        "topic write rentguy/lowlands/position/truck-04",
        "topic write rentguy/lowlands/scan/truck-04",
        "topic write rentguy/lowlands/presence/truck-04",
        "topic read rentguy/lowlands/receipt/truck-04",
        "topic read rentguy/lowlands/command/truck-04",
        "topic read rentguy/-/config/truck-04",
        "",
        "",
    ]


def test_who_is_disabled_has_no_password_and_no_rights():
    disabled = structs.replace(TRUCK, enabled=False)
    assert mosquitto.passwords([Account(disabled, "$7$…")]) == ""
    assert mosquitto.access([disabled]) == "user truck-04\n\n"


def test_only_what_is_allowed_arrives(mosquitto_broker, config, lowlands):
    # Given ingest, which hears everything
    heard: list[str] = []
    secret = service_secret(config.secret_key, "_ingest")
    ingest = Client(config.mqtt_url, "_ingest", secret, on_message=lambda message: heard.append(message.topic))
    ingest.subscribe("rentguy/#")
    ingest.start()
    wait_until(ingest.hearing.is_set)
    # When a truck publishes under another's name, in another's project, and then its own, with another's client id
    truck = Client(config.mqtt_url, "truck-04", lowlands.secrets["truck-04"], client_id="truck-05").start()
    other = Client(config.mqtt_url, "truck-05", lowlands.secrets["truck-05"]).start()
    own = "rentguy/lowlands/position/truck-04"
    for topic in ("rentguy/lowlands/position/truck-05", "rentguy/pukkel/position/truck-04", own):
        wait_until(lambda topic=topic: truck.publish(topic, b"{}"))
        wait_until(lambda: truck.connected.is_set())
    # Then only its own arrives
    wait_until(lambda: own in heard)
    assert set(heard) == {own}
    # and nobody lost their connection to it
    assert other.connected.is_set()
    for client in (truck, other, ingest):
        client.stop()


def test_what_is_refused_ends_no_connection(mosquitto_broker, config, lowlands):
    """A device whose queue begins with what is refused would never come to the rest, however often it came back."""
    refused, own = "rentguy/lowlands/position/truck-05", "rentguy/lowlands/position/truck-04"
    with Bytes(address(config.broker_listen)[1]) as truck:
        assert truck.connect("truck-04", password=lowlands.secrets["truck-04"])[1] == 0
        truck.send(b"".join(publish_packet(topic, b"{}") for topic in [refused] * 2000 + [own]))
        for _ in range(2001):
            truck.answer(0x40)


def test_a_stranger_and_a_wrong_secret_are_turned_away(mosquitto_broker, config, lowlands):
    for slug, secret in (("stranger", "x"), ("truck-04", "x"), ("_ingest", lowlands.secrets["truck-04"])):
        client = Client(config.mqtt_url, slug, secret).start()
        assert not client.connected.wait(0.5)
        client.stop()
