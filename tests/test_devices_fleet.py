"""`python -m devices fleet` as a process: everybody signs in, moves, scans, talks, and is gone at a signal."""

import json
import os
import sys
import time

import pytest

from tests.services import Process, wait_until
from tests.visitors import Person

VENUE = [48.1687, 11.551]
ROSTER = {
    "project": {"slug": "lowlands", "name": "Lowlands", "at": VENUE},
    "people": [
        {"slug": "dana", "name": "Dana de Wit", "role": "dispatcher"},
        {"slug": "anouk", "name": "Anouk Peeters", "role": "crew"},
    ],
    "devices": [
        {
            "slug": "truck-04",
            "kind": "truck",
            "name": "Truck 4",
            "behaviour": {"does": "replay", "trace": "munich-car"},
        },
        {"slug": "truck-05", "kind": "truck", "name": "Truck 5", "behaviour": {"does": "park", "at": VENUE}},
        {
            "slug": "anouk-phone",
            "kind": "phone",
            "name": "Anouk's phone",
            "owner": "anouk",
            "behaviour": {"does": "walk", "at": VENUE, "rides": "truck-05"},
        },
        {
            "slug": "gate-1",
            "kind": "scanner",
            "name": "Gate 1",
            "behaviour": {
                "does": "scan",
                "items": ["foh-07", "amp-12"],
                "vehicles": ["truck-05"],
                "pace_s": [0.1, 0.2],
                "rest_s": [0.1, 0.2],
            },
        },
    ],
    "items": [
        {"code": "foh-07", "name": "FOH rack 7", "tags": ["FOH-07"]},
        {"code": "amp-12", "name": "Amp rack 12", "tags": ["AMP-12"]},
    ],
    "words": {"truck": ["truck 04"]},
    "chat": [[{"by": "dana", "body": "Where is {truck}?"}, {"by": "anouk", "body": "{truck} is on the ring."}]],
    "pace_s": [0.5, 0.6],
}


@pytest.fixture
def fleet(config, lowlands, tmp_path):
    """The process, not started yet."""
    roster, secrets = tmp_path / "roster.json", tmp_path / "secrets.json"
    roster.write_text(json.dumps(ROSTER))
    house = {"mqtt_url": config.mqtt_url, "api_url": f"http://{config.listen}", "password": lowlands.password}
    secrets.write_text(json.dumps({**house, "secrets": lowlands.secrets}))
    command = [sys.executable, "-m", "devices", "fleet", "--roster", str(roster), "--secrets", str(secrets)]
    environment = {**os.environ, "RENTGUY_DATA_DIR": str(tmp_path)}
    fleet = Process(command, environment, tmp_path / "fleet.log", ready=lambda: fleet.said("devices started"))
    yield fleet
    fleet.kill()


def test_fleet_moves_scans_talks_and_is_gone_at_a_signal(embedded, start, config, lowlands, fleet):
    # Given the house, and a dispatcher who watches
    start("ingest", config)
    start("api", config)
    dana = Person(config, "dana", lowlands.password)
    with dana.open("lowlands") as window:
        # When the fleet comes
        fleet.start()
        # Then everything that moves is on the map, the real drive with its speed
        wait_until(
            lambda: (
                {each["source"] for each in dana.get("/projects/lowlands/latest")}
                >= {"truck-04", "truck-05", "anouk-phone"}
            )
        )
        drive = wait_until(lambda: window.heard("rentguy/lowlands/position/truck-04"))
        assert all(0 <= fix["speed"] < 40 and 0 <= fix["heading"] < 360 for fix in drive)
        # and scans change the equipment, and load it on the truck at the venue
        # (between two rounds it is nowhere, and its topic is cleared)
        case = lambda: [each for each in window.heard("rentguy/lowlands/equipment/foh-07") if each]  # noqa: E731
        wait_until(lambda: {"in_use"} == {each["status"] for each in case()[-1:]})
        wait_until(lambda: [each for each in case() if each["vehicle"] == "truck-05"])
        # and people talk
        wait_until(
            lambda: {"Where is truck 04?"} <= {each["body"] for each in window.heard("rentguy/lowlands/chat/dana")}
        )
        wait_until(lambda: window.heard("rentguy/lowlands/chat/anouk"))
        # When it is told to end
        began = time.monotonic()
        fleet.stop()
        # Then it does so at once, and all devices have said good-bye
        assert time.monotonic() - began < 3
        for slug in ("truck-04", "truck-05", "anouk-phone", "gate-1"):
            wait_until(lambda slug=slug: window.heard(f"rentguy/lowlands/presence/{slug}")[-1]["online"] is False)
    assert not fleet.said("Traceback")


def test_fleet_ends_in_time_when_there_is_no_broker(fleet):
    fleet.start()
    began = time.monotonic()
    fleet.stop()
    assert time.monotonic() - began < 3


def run(log, *arguments: str, **environment: str) -> Process:
    command = [sys.executable, "-m", "devices", *arguments]
    kept = {"RENTGUY_DATA_DIR": str(log.parent)}
    return Process(command, {**os.environ, **kept, **environment}, log, ready=lambda: True).start()


def test_each_simulator_runs_by_itself(embedded, start, config, lowlands, tmp_path):
    """It finds its broker and its secret in the environment, and its project in its config."""
    start("ingest", config)
    commands = {
        "truck-04": ("tracker", "--interval", "0.1"),
        "truck-05": ("replay", "--speed", "20", "--loop"),
        "anouk-phone": ("phone", "--interval", "0.1"),
        "gate-1": ("scanner", "--tag", "FOH-07", "--tag", "AMP-12"),
    }
    simulators = [
        run(
            tmp_path / f"{slug}.log",
            *(command, "--slug", slug, *options),
            RENTGUY_MQTT_URL=config.mqtt_url,
            RENTGUY_SECRET=lowlands.secrets[slug],
        )
        for slug, (command, *options) in commands.items()
    ]
    for simulator in simulators:
        wait_until(lambda simulator=simulator: simulator.said("project=lowlands"))
        simulator.stop()
        assert not simulator.said("Traceback")


def test_replay_ends_with_its_drive(embedded, lowlands, config, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text(lowlands.secrets["truck-04"] + "\n")
    trace = tmp_path / "short.json"
    points = [{"point": f"POINT(11.{n} 48)", "time": f"2014-09-10 06:54:0{n}+0200"} for n in range(3)]
    trace.write_text(json.dumps(points))
    options = ("--slug", "truck-04", "--project", "lowlands", "--secret-file", str(secret), "--url", config.mqtt_url)
    simulator = run(tmp_path / "replay.log", "replay", *options, "--trace", str(trace))
    simulator.ended(20)
    assert simulator.said("devices stopped")


@pytest.mark.parametrize(
    "arguments, reason",
    [
        (("tracker", "--slug", "truck-04"), "RENTGUY_SECRET is not set"),
        (("fleet", "--secrets", "nowhere.json"), "nowhere.json"),
        (("fleet",), "Missing option '--secrets'"),
    ],
)
def test_what_is_missing_is_said_in_one_line(tmp_path, arguments, reason):
    simulator = run(tmp_path / "devices.log", *arguments, COLUMNS="200")
    with pytest.raises(AssertionError, match="ended with"):
        simulator.ended(20)
    assert simulator.said(reason) and not simulator.said("Traceback")
