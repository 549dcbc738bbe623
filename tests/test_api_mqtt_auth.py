"""What EMQX is told when somebody signs in; the rules themselves are in test_access_mqtt.py."""

import json
import time
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from math import ceil

import pytest
from sqlalchemy.orm import sessionmaker

from rentguy import emqx, enrolment, orm
from rentguy.config import Config
from rentguy.credentials import service_secret
from tests import house as houses

database, config, start, embedded, lowlands = (pytest.fixture(scope="module")(part) for part in houses.PARTS[:5])
DENIED = {"result": "deny"}


@pytest.fixture(scope="module")
def api(embedded, start, config) -> Config:
    start("api", config)
    return config


def ask(config: Config, body: dict, bearer: str | None) -> tuple[int, dict]:
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {bearer}"} if bearer else {})
    request = urllib.request.Request(f"http://{config.listen}{emqx.PATH}", json.dumps(body).encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def sign_in(config: Config, username: str, password: str, client_id: str | None = None) -> dict:
    body = {"username": username, "password": password, "clientid": username if client_id is None else client_id}
    status, answer = ask(config, body, emqx.secret(config))
    assert status == 200
    return answer


REFUSED = [
    ("a wrong secret", "truck-04", "guess", "truck-04"),
    ("an empty secret", "truck-04", "", "truck-04"),
    ("nobody", "truck-77", "guess", "truck-77"),
    ("a name that is no slug", "truck-04\0' OR 1", "guess", "truck-04\0' OR 1"),
    ("no name", "", "", ""),
    ("a service with a guess", "_ingest", "guess", "_ingest"),
    ("a service that is none", "_emqx", "guess", "_emqx"),
    ("a person", "dana", "guess", "dana"),
]


@pytest.mark.parametrize(("username", "secret", "client_id"), [row[1:] for row in REFUSED], ids=[r[0] for r in REFUSED])
def test_refused(api: Config, username: str, secret: str, client_id: str) -> None:
    assert sign_in(api, username, secret, client_id) == DENIED


@pytest.mark.parametrize(
    ("client_id", "result"),
    [("truck-04", "allow"), ("truck-04/spare", "allow"), ("truck-05", "deny"), ("truck-045", "deny"), ("", "deny")],
)
def test_a_client_id_is_ones_own(api: Config, lowlands, client_id: str, result: str) -> None:
    assert sign_in(api, "truck-04", lowlands.secrets["truck-04"], client_id)["result"] == result


def test_a_service_signs_in_for_ever(api: Config) -> None:
    answer = sign_in(api, "_ingest", service_secret(api.secret_key, "_ingest"))
    assert answer["result"] == "allow"
    assert "expire_at" not in answer
    assert {"permission": "allow", "action": "subscribe", "topic": "rentguy/#"} in answer["acl"]


def test_an_answer_holds_until_the_clock_changes_it(api: Config, lowlands) -> None:
    secret = lowlands.secrets["truck-05"]
    assert "expire_at" not in sign_in(api, "truck-05", secret)
    until = datetime.now(UTC) + timedelta(hours=1)
    engine = orm.engine(api.database_url)
    with sessionmaker(engine).begin() as session:
        enrolment.assign(session, "truck-05", "lowlands", until=until)
    engine.dispose()
    answer = sign_in(api, "truck-05", secret)
    assert answer["expire_at"] == ceil(until.timestamp())
    assert time.time() < answer["expire_at"]


def test_all_else_is_denied_and_no_position_retained(api: Config, lowlands) -> None:
    rules = sign_in(api, "truck-04", lowlands.secrets["truck-04"])["acl"]
    position = "rentguy/lowlands/position/truck-04"
    assert {"permission": "allow", "action": "publish", "topic": position, "retain": False} in rules
    assert rules[-1] == {"permission": "deny", "action": "all", "topic": "#"}


@pytest.mark.parametrize("bearer", [None, "guess", "x" * 64])
def test_nobody_but_emqx_may_ask(api: Config, lowlands, bearer) -> None:
    body = {"username": "truck-04", "password": lowlands.secrets["truck-04"], "clientid": "truck-04"}
    assert ask(api, body, bearer)[0] == 401


def test_what_is_no_sign_in_is_refused_with_a_reason(api: Config) -> None:
    status, problem = ask(api, {"username": "truck-04"}, emqx.secret(api))
    assert (status, "password" in problem["detail"]) == (422, True)


def test_emqx_settings_name_where_to_ask_and_deny_all_else(run, config: Config) -> None:
    done = run("emqx", RENTGUY_BROKER_WS_LISTEN="127.0.0.1:8083")
    lines = [line.strip() for line in done.stdout.splitlines()]
    assert f'url = "http://{config.listen}/api/v1/mqtt/auth"' in lines
    assert f'authorization = "Bearer {emqx.secret(config)}"' in lines
    for line in ("sources = []", "no_match = deny", 'username = "${username}"', "listeners.ssl.default.enable = false"):
        assert line in lines
    assert lines.count('bind = "127.0.0.1:8083"') == 1
    assert done.stdout.count("{") == done.stdout.count("}")
