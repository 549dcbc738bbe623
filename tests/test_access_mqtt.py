"""The table of the policy at each broker's door, by effect: who gets in, and what is heard by whom."""

import json
import urllib.request
from collections.abc import Callable
from contextlib import ExitStack, suppress

import pytest
from msgspec import structs

from rentguy import emqx, mosquitto, registry
from rentguy.config import Config, address
from rentguy.db import connect
from rentguy.errors import ConfigError
from rentguy.topics import NO_PROJECT, matches, unshared
from tests import house as houses
from tests.brokers import Bytes
from tests.conftest import missing
from tests.enrolled import CASES, EARS, IDENTITIES, Enrolled, enrol
from tests.services import free_port, mosquitto_broker

database, config, start = (pytest.fixture(scope="module")(part) for part in houses.PARTS[:3])
MQTT = ("connect", "publish", "will", "subscribe", "receive")
ROWS = {
    row["rule"]: row
    for row in CASES["rows"]
    if row["action"] in MQTT and (IDENTITIES[row["who"]].kind != "person" or row["action"] == "connect")
}
LIVE = {row["rule"]: row for row in CASES["live"] if IDENTITIES[row["who"]].kind != "person"}
SPOKEN = {
    "_api": ("chat", "read", "scan", "position", "command", "presence"),
    "_ingest": ("receipt", "equipment", "config"),
}
SOURCES = (  # those without a door to come late through, whom rows of their own are about
    "anouk",
    "bob",
    *(
        each.slug
        for each in IDENTITIES.values()
        if each.kind == "device" and each.on_shift == each.sharing - each.ended
    ),
)
WORLD = {  # a topic of each kind, project and source, and who says it
    f"rentguy/{project}/{kind}/{source}": service
    for service, kinds in SPOKEN.items()
    for kind in kinds
    for project in (*EARS, NO_PROJECT)
    for source in SOURCES
}


@pytest.fixture(scope="module")
def enrolled(config: Config, password) -> Enrolled:
    return enrol(config, password)


class Door:
    """A broker's port, and clients there who have what proves them."""

    def __init__(self, listen: str, enrolled: Enrolled) -> None:
        self._port, self._secrets = address(listen)[1], enrolled.secrets

    def come_in(self, slug: str, **options) -> tuple[Bytes, int]:
        """A client, and its CONNACK's code."""
        client = Bytes(self._port)
        return client, client.connect(slug, password=self._secrets[slug], **options)[1]

    def client(self, slug: str) -> Bytes:
        client, code = self.come_in(slug)
        assert code == 0, f"{slug}: {code}"
        return client

    def may_connect(self, row: dict) -> bool:
        client, code = self.come_in(IDENTITIES[row["who"]].slug)
        with client:
            return code == 0

    def say(self, slug: str, topic: str, payload: bytes, *listeners: Bytes) -> None:
        """Publish, and wait until the broker has dealt with it, whatever it does to whoever says it."""
        client, code = self.come_in(slug)
        with client, suppress(EOFError):
            if code == 0:
                client.publish(topic, payload)
                client.disconnect()

    def is_heard(self, rows: dict[str, dict], do: Callable[[dict, bytes], None], end: Callable) -> set[str]:
        """The rules whose rows `do` something that ingest hears; `end` says something that it hears for certain."""
        with self.client("_ingest") as ingest:
            ingest.subscribe("rentguy/#", qos=0)
            for rule, row in rows.items():
                do(row, rule.encode())
            end(b"the end")
            heard = []
            while (payload := ingest.hear()[0].payload) != b"the end":
                heard.append(payload.decode())
        return {*heard} & {*rows}

    def published(self, rows: dict[str, dict]) -> set[str]:
        others = {rule: row for rule, row in rows.items() if row["who"] != "ingest"}
        heard = self.is_heard(
            others,
            lambda row, payload: self.say(IDENTITIES[row["who"]].slug, row["topic"], payload),
            lambda payload: self.say("_api", "rentguy/p/chat/anouk", payload),
        )
        return heard | {
            rule for rule, row in rows.items() if row["who"] == "ingest" and self.heard_of_ingest(row["topic"])
        }

    def heard_of_ingest(self, topic: str) -> bool:
        """There is one ingest only, and Mosquitto has one connection of each name: so another hears it."""
        with self.client("_api") as api:
            api.subscribe("rentguy/#", qos=0)
            self.say("_ingest", topic, b"")
            self.say("_ingest", "rentguy/p/receipt/anouk", b"the end")
            return api.hear()[0].payload != b"the end"

    def left(self, rows: dict[str, dict]) -> set[str]:
        """Rules whose wills are heard."""
        own = ("rentguy/p/presence/truck-04", False)

        def vanish(row: dict, payload: bytes) -> None:
            client, _ = self.come_in(IDENTITIES[row["who"]].slug, will=(row["topic"], payload, False))
            with client:
                client.vanish()

        return self.is_heard(rows, vanish, lambda payload: vanish({"who": "truck", "topic": own[0]}, payload))

    def hears(self, row: dict) -> bool:
        """Whether all of the world that its filter names is heard."""
        slug, filter = IDENTITIES[row["who"]].slug, unshared(row["topic"])
        world = {topic: service for topic, service in WORLD.items() if matches(filter, topic)}
        speakers = [service for service in SPOKEN if service != slug]
        world = {topic: service for topic, service in world.items() if service in speakers}
        assert world
        with self.client(slug) as client, ExitStack() as stack:
            voices = {service: stack.enter_context(self.client(service)) for service in speakers}
            client.subscribe(row["topic"], qos=0)
            for topic, service in world.items():
                voices[service].publish(topic)
            client.ping()
            return {heard.topic for heard in client.heard} == world.keys()

    def heard_live(self, row: dict) -> bool:
        """Whether an integration hears it; a service must in any case."""
        project, service = row["topic"].split("/")[1], "_api" if row["who"] == "ingest" else "_ingest"
        with self.client(EARS[project]) as wall, self.client(service) as hearing:
            wall.subscribe(f"rentguy/{project}/#", qos=0)
            hearing.subscribe("rentguy/#", qos=0)
            self.say(IDENTITIES[row["who"]].slug, row["topic"], b"x")
            assert hearing.hear()[0].topic == row["topic"]
            wall.ping()
            return [heard.topic for heard in wall.heard] == [row["topic"]]

    def effects(self) -> dict[str, bool]:
        of = {action: {rule: row for rule, row in ROWS.items() if row["action"] == action} for action in MQTT}
        heard = self.published(of["publish"]) | self.left(of["will"])
        return (
            {rule: self.may_connect(row) for rule, row in of["connect"].items()}
            | {rule: rule in heard for rule in of["publish"] | of["will"]}
            | {rule: self.hears(row) for rule, row in (of["subscribe"] | of["receive"]).items()}
            | {rule: self.heard_live(row) for rule, row in LIVE.items()}
        )


@pytest.fixture(scope="module")
def embedded(config, enrolled, start) -> dict[str, bool]:
    start("broker", config)
    return Door(config.broker_listen, enrolled).effects()


@pytest.fixture(scope="module")
def behind_mosquitto(config, enrolled, start, tmp_path_factory) -> dict[str, bool]:
    try:
        mosquitto.program()
    except ConfigError as error:
        missing(error)
    config = structs.replace(config, broker_listen=f"127.0.0.1:{free_port()}")
    session = connect(config.database_url, "test")
    accounts = registry.accounts(session)
    session.close()
    start(mosquitto_broker(config, tmp_path_factory.mktemp("broker") / "mosquitto", accounts))
    return Door(config.broker_listen, enrolled).effects()


def told(config: Config, slug: str, secret: str, client_id: str | None = None, bearer: str | None = None) -> dict:
    """What EMQX is told when somebody signs in."""
    body = {"username": slug, "password": secret, "clientid": client_id or slug, "peerhost": "127.0.0.1"}
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {bearer or emqx.secret(config)}"}
    request = urllib.request.Request(f"http://{config.listen}/api/v1/mqtt/auth", json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.headers["Content-Type"] == "application/json"
        return json.load(answer)


def permits(rules: list[dict], action: str, topic: str, retain: bool = False) -> bool:
    """As EMQX 5.8 decides (emqx_authz_rule, emqx_topic): the first rule that matches counts; without one it denies."""
    for rule in rules:
        fits = rule["action"] in (action, "all") and rule.get("qos", [1]) == [1]
        if action == "publish" and "retain" in rule:
            fits &= rule["retain"] is retain
        if fits and names(topic.split("/"), rule["topic"].split("/")):
            return rule["permission"] == "allow"
    return False


def names(words: list[str], filter: list[str]) -> bool:
    """A subscription's own wildcards are words like others there; `$` is not reached by a wildcard that comes first."""
    if words[0].startswith("$") and filter[0] in ("+", "#"):
        return False
    for place, level in enumerate(filter):
        if level == "#":
            return True
        if place == len(words) or level not in ("+", words[place]):
            return False
    return len(words) == len(filter)


@pytest.fixture(scope="module")
def behind_emqx(config, enrolled, embedded, start) -> dict[str, bool]:
    start("api", config)
    answers = {
        name: told(config, identity.slug, enrolled.secrets[identity.slug]) for name, identity in IDENTITIES.items()
    }

    def effect(row: dict) -> bool:
        answer, action = answers[row["who"]], row.get("action", "publish")
        if action == "connect" or answer["result"] != "allow":
            return answer["result"] == "allow"
        assert answer["is_superuser"] is False
        asked = {"will": "publish", "receive": "subscribe"}.get(action, action)
        topic = unshared(row["topic"]) if asked == "subscribe" else row["topic"]  # it looks at the filter inside
        return permits(answer["acl"], asked, topic)

    return {rule: effect(row) for rule, row in (ROWS | LIVE).items()}


BROKERS = {"embedded": "embedded", "mosquitto": "behind_mosquitto", "emqx": "behind_emqx"}


@pytest.mark.parametrize("rule", [*ROWS, *LIVE])
@pytest.mark.parametrize("broker", BROKERS)
def test_what_the_policy_says_is_so(broker: str, rule: str, request) -> None:
    row = ROWS.get(rule) or LIVE[rule]
    excepted = broker in row.get("not", {})
    assert request.getfixturevalue(BROKERS[broker])[rule] is (row["expected"] is not excepted), row.get("not")
