"""The registry from the command line: each noun's verbs, and what the audit has of them."""

import getpass
import json
from datetime import UTC, datetime, timedelta

import pytest

from rentguy import credentials
from tests.test_commands import accounts

PASSWORD = "a quite long password\n"


@pytest.fixture
def do(run, lowlands):
    """Run a command that goes well; what it says as JSON."""

    def do(*arguments: str, stdin: str = "") -> dict:
        done = run(*arguments, "--json", stdin=stdin)
        assert (done.returncode, done.stderr) == (0, ""), arguments
        return json.loads(done.stdout)

    return do


def row(rows: list[dict], **known: object) -> dict:
    (found,) = [each for each in rows if all(each[name] == value for name, value in known.items())]
    return found


def test_projects_and_members(do):
    assert do("project", "rename", "pukkel", "Pukkelpop 2026")["name"] == "Pukkelpop 2026"
    assert row(do("project", "list")["projects"], slug="pukkel")["name"] == "Pukkelpop 2026"
    do("member", "add", "pukkel", "vera", "--role", "crew")
    assert do("member", "list", "pukkel")["members"] == [
        {"slug": "vera", "name": "Vera Vos", "role": "crew", "enabled": True}
    ]
    do("member", "remove", "pukkel", "vera")
    assert do("member", "list", "pukkel")["members"] == []


def test_users(do, database, rows):
    do("user", "rename", "vera", "Vera de Vos")
    do("user", "rotate", "vera", "--password-stdin", stdin=PASSWORD)
    do("user", "admin", "vera", "--yes")
    do("user", "disable", "vera")
    vera = row(do("user", "list")["users"], slug="vera")
    assert (vera["name"], vera["admin"], vera["enabled"]) == ("Vera de Vos", True, False)
    assert vera["projects"] == "lowlands: viewer"
    do("user", "enable", "vera")
    do("user", "admin", "vera", "--no")
    do("user", "sign-out", "vera")
    ((hashed,),) = rows("SELECT password_hash FROM users u JOIN sources s ON s.id = u.source_id WHERE slug = 'vera'")
    assert credentials.verify_password(PASSWORD.strip(), hashed)
    # and each is in the audit, with who did it
    lines = do("audit", "--subject", "vera", "--by", getpass.getuser())["lines"]
    assert [each["action"] for each in lines] == [
        f"user.{each}" for each in ("sign-out", "admin", "enable", "disable", "admin", "password", "rename")
    ]
    assert {each["door"] for each in lines} == {"command line"}
    assert len(do("audit", "--limit", "3")["lines"]) == 3


def test_a_phone_is_disabled_with_its_owner(do, database):
    assert accounts(database)["anouk-phone"].identity.enabled
    do("user", "disable", "anouk")
    assert not accounts(database)["anouk-phone"].identity.enabled
    assert accounts(database)["truck-04"].identity.enabled
    do("user", "enable", "anouk")
    assert accounts(database)["anouk-phone"].identity.enabled


def test_devices(do, database):
    until = datetime.now(UTC) + timedelta(hours=2)
    told = do("device", "rotate", "truck-04")
    assert credentials.verify_secret(told["secret"], accounts(database)["truck-04"].secret_hash)
    assert told["secret"] in told["mosquitto_pub"] and told["topic"] == "rentguy/lowlands/position/truck-04"
    do("device", "assign", "truck-04", "--project", "pukkel", "--until", until.isoformat())
    do("device", "rename", "truck-04", "Truck [4]")
    do("device", "disable", "truck-04")
    truck = row(do("device", "list", "--project", "pukkel")["devices"], slug="truck-04")
    assert (truck["name"], truck["enabled"]) == ("Truck [4]", False)
    do("device", "enable", "truck-04")
    do("device", "assign", "truck-04", "--none")
    truck = row(do("device", "list")["devices"], slug="truck-04")
    assert (truck["project"], truck["enabled"]) == (None, True)


def test_items_and_shifts(do):
    assert row(do("item", "list", "--project", "lowlands")["items"], code="foh-07")["status"] == "available"
    assert len(do("item", "list")["items"]) == 4
    (shift,) = do("shift", "list")["shifts"]
    assert (shift["person"], shift["project"]) == ("anouk", "lowlands")
    do("shift", "end", str(shift["id"]))
    assert do("shift", "list", "--project", "lowlands")["shifts"] == []


def test_tokens(do):
    made = do("token", "add", "dana", "--name", "wall", "--scope", "read", "--scope", "publish", "--days", "30")
    assert made["token"].startswith("rentguy_")
    (known,) = do("token", "list", "dana")["tokens"]
    assert (known["id"], known["scopes"], known["used_at"]) == (made["id"], "publish, read", None)
    do("token", "revoke", "dana", made["id"])
    assert do("token", "list")["tokens"] == []


def test_people_get_tables(run, lowlands):
    run("user", "rename", "vera", "Vera [4]\x1b[2J")
    done = run("member", "list", "lowlands")
    lines = done.stdout.splitlines()
    assert lines[0].split() == ["slug", "name", "role", "enabled"]
    assert lines[-1].split() == ["vera", "Vera", "[4]\\u001b[2J", "viewer", "yes"]
    assert run("token", "list").stdout == "there are no tokens\n"
    secret = run("device", "rotate", "truck-05").stdout
    told, line = secret.splitlines()
    assert "shown only now: " in told and line.startswith("mosquitto_pub -h ")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["device", "assign", "truck-04"], "say which: --project PROJECT or --none"),
        (["device", "assign", "truck-04", "--none", "--project", "pukkel"], "say which: --project PROJECT or --none"),
        (["device", "assign", "truck-04", "--none", "--since", "noon"], "since: expected a time with its offset"),
        (["device", "assign", "truck-04", "--none", "--until", "2026-06-20T21:40"], "until: expected a time"),
        (["device", "rotate", "nothing"], "there is no device 'nothing'"),
        (["user", "admin", "root", "--no"], "somebody has to be an admin"),
        (["user", "rotate", "root"], "add --password-stdin"),
        (["member", "remove", "pukkel", "vera"], "'vera' doesn't belong to 'pukkel'"),
        (["member", "list", "nowhere"], "there is no project 'nowhere'"),
        (["shift", "end", "0"], "there is no shift 0 any more"),
        (["token", "add", "dana", "--name", "x", "--scope", "all"], "scopes: 'all' is none of read, publish, manage"),
        (["token", "revoke", "dana", "00000000-0000-4000-8000-000000000000"], "'dana' has no token"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_is_one_line(run, lowlands, arguments, reason):
    done = run(*arguments)
    assert done.returncode == 1
    assert reason in done.stderr and done.stderr.count("\n") == 1
