"""What `rentguy doctor` warns of."""

import json
import secrets

import pytest
from sqlalchemy.orm import Session

from rentguy import orm
from rentguy.commands.demo import people
from rentguy.commands.weaknesses import WEAKNESSES, weaknesses
from rentguy.config import Config
from rentguy.models import Source, User

STRONG = secrets.token_hex(32)
EVERYWHERE = "0.0.0.0:8721"

CASES = {
    "secret key": (
        [{}, {"secret_key": STRONG}],
        [{"secret_key": "s3cr3t"}, {"secret_key": "x" * 64}, {"secret_key": STRONG[:31]}],
    ),
    "cookies": (
        [{}, {"listen": EVERYWHERE, "cookie_secure": True}, {"listen": "[::1]:80"}, {"listen": "localhost:80"}],
        [{"listen": EVERYWHERE}, {"listen": "[::]:80"}, {"listen": "192.0.2.1:80"}, {"listen": "www.example:80"}],
    ),
    "mqtt": (
        [{}, {"broker_tls_listen": EVERYWHERE}, {"broker_wss_listen": EVERYWHERE}],
        [{"broker_listen": EVERYWHERE}, {"broker_ws_listen": EVERYWHERE}],
    ),
    "demo password": (
        [{"listen": EVERYWHERE}, {"demo_password": "x"}],
        [{"demo_password": "x", "listen": EVERYWHERE}, {"demo_password": "x", "broker_tls_listen": EVERYWHERE}],
    ),
    "log level": ([{}, {"log_level": "WARNING"}], [{"log_level": "DEBUG"}, {"log_level": "debug"}]),
    "device rate": ([{}, {"device_rate": 0.1}], [{"device_rate": 0}]),
}


@pytest.mark.parametrize(
    ("name", "settings", "expected"),
    [
        (name, settings, expected)
        for name, cases in CASES.items()
        for expected, of in zip((False, True), cases, strict=True)
        for settings in of
    ],
)
def test_a_setting_is_weak_or_not(tmp_path, name, settings, expected):
    found = dict(weaknesses(Config(**{"data_dir": str(tmp_path), **settings})))
    assert (name in found) == expected
    for secret in (settings.get("secret_key"), settings.get("demo_password")):
        assert not secret or all(secret not in detail.split() for detail in found.values())


def test_files_that_others_can_read(tmp_path, monkeypatch):
    kept, named, key = tmp_path / "secret-key", tmp_path / "database-url", tmp_path / "tls.pem"
    monkeypatch.setenv("RENTGUY_DATABASE_URL_FILE", str(named))
    config = Config(data_dir=str(tmp_path), tls_key=str(key))
    assert dict(weaknesses(config)) == {}  # none of them is there
    for file in (kept, named, key):
        file.touch(0o600)
        assert dict(weaknesses(config)) == {}
        file.chmod(0o640)
        assert str(file) in dict(weaknesses(config))["secret files"]
        file.chmod(0o600)


def test_people_of_the_demo_who_can_sign_in(database, tmp_path):
    config = Config(database_url=database, data_dir=str(tmp_path), listen=EVERYWHERE, cookie_secure=True)
    assert dict(weaknesses(config)) == {}
    engine, slug = orm.engine(database), people()[0]
    with Session(engine) as session, session.begin():
        person = Source(slug=slug, kind="person", name=slug)
        session.add(person)
        session.flush()
        session.add(User(source_id=person.id, password_hash="", admin=False))
    assert dict(weaknesses(config))["demo people"].startswith(f"people of the demo can sign in: {slug}:")
    with Session(engine) as session, session.begin():
        session.query(User).update({"enabled": False})
    assert dict(weaknesses(config)) == {}
    engine.dispose()


def test_a_warning_is_no_failure_by_itself(run, house):
    done = run("doctor", "--json")
    states = {name: finding["state"] for name, finding in json.loads(done.stdout).items()}
    assert set(states.values()) == {"ok", "warning"} and states["device rate"] == "warning"
    assert done.returncode == 0
    assert "!" in run("doctor").stdout


def test_every_weakness_has_a_case():
    assert set(CASES) | {"secret files", "demo people"} == {weakness.name for weakness in WEAKNESSES}
