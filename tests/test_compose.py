"""compose.yaml and the Dockerfile name what is really there."""

import re

import pytest
import yaml

from rentguy.commands import app
from rentguy.config import Config
from tests.services import ROOT

TEXT = (ROOT / "compose.yaml").read_text()
COMPOSE = yaml.safe_load(TEXT)
SERVICES = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"] == "rentguy-live"}
DOCKERFILE = (ROOT / "Dockerfile").read_text()


def test_the_whole_installation_is_there():
    assert SERVICES["db"]["image"].startswith("postgis/postgis:")
    assert set(OURS) == {"migrate", "broker", "ingest", "api"}


@pytest.mark.parametrize("name", OURS)
def test_commands_exist_and_are_in_the_image(name):
    python, flag, room, *arguments = OURS[name]["command"]
    assert (python, flag) == ("python", "-m")
    assert (ROOT / room / "__main__.py").exists()
    assert f"\nCOPY {room} {room}\n" in DOCKERFILE
    assert {command.callback.__name__ for command in app.registered_commands} >= set(arguments)


@pytest.mark.parametrize("name", OURS)
def test_settings_are_ours(name):
    names = {setting.removeprefix("RENTGUY_").lower() for setting in OURS[name]["environment"]}
    assert names <= set(Config.__struct_fields__)
    assert {"database_url", "secret_key"} <= names


def test_everything_that_stays_up_has_a_health_check_and_waits_for_the_migration():
    for name, service in SERVICES.items():
        if service["restart"] == "unless-stopped":
            assert service["healthcheck"]["test"][0] == "CMD", name
        if name not in ("db", "migrate"):
            assert service["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}, name


def test_traefik_finds_the_api_on_its_network_and_port():
    api = SERVICES["api"]
    assert COMPOSE["networks"]["web"] == {"external": True}
    assert "web" in api["networks"] and api["labels"]["traefik.docker.network"] == "web"
    assert api["labels"]["traefik.http.services.rentguy.loadbalancer.server.port"] == "8721"
    assert api["environment"]["RENTGUY_LISTEN"] == "0.0.0.0:8721"
    assert api["ports"] == ["127.0.0.1:8721:8721"]


def test_no_secret_has_a_default():
    asked = re.findall(r"\$\{(RENTGUY_\w*(?:PASSWORD|SECRET)\w*)(.{2})", TEXT)
    assert {name for name, _ in asked} == {"RENTGUY_DATABASE_PASSWORD", "RENTGUY_SECRET_KEY"}
    assert {default for _, default in asked} == {":?"}


def test_only_the_web_app_and_the_broker_are_published():
    assert {name for name, service in SERVICES.items() if service.get("ports")} == {"api", "broker"}


def test_the_image_does_not_run_as_root():
    assert re.findall(r"^USER (\w+)$", DOCKERFILE, re.MULTILINE)[-1] == "rentguy"
