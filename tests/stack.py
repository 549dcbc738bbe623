"""A whole installation under load, whose parts can be killed, stopped and cut off; and what became of its messages."""

import os
import secrets
import signal
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from random import Random
from typing import NamedTuple

import msgspec
import psutil
from msgspec.structs import replace
from sqlalchemy import text
from sqlalchemy.orm import Session

from rentguy import db, enrolment, migrations, orm, registry
from rentguy.cluster import Cluster
from rentguy.config import Config
from tests.load import Plan
from tests.proxy import Proxy
from tests.services import Process, free_port, mosquitto_broker, room, wait_until

PROJECT = "lowlands"
TRACKERS, SCANNERS, PEOPLE = 190, 10, 3
BACKLOG_S, INTERVAL_S = 60.0, 1.0
SETTLED_S, PRESENCE_S = 90, 60  # behind Mosquitto half a minute goes by until a new life of it is sure
EARLIER = "UPDATE assignments SET during = tstzrange(now() - interval '1 hour', NULL)"
STORED = """
SELECT s.slug, count(*), count(DISTINCT number)
  FROM (SELECT source_id AS id, altitude::text AS number, project_id, recorded_at FROM positions UNION ALL
        SELECT source_id, id::text, project_id, recorded_at FROM scans UNION ALL
        SELECT author_id, body, project_id, recorded_at FROM messages) stored
  JOIN sources s USING (id) JOIN projects p ON p.id = project_id
 WHERE p.slug = %s AND recorded_at > to_timestamp(%s)
 GROUP BY 1
"""
OTHERS = """
SELECT slug, online, at, heard_at FROM presence p JOIN sources s ON s.id = p.source_id
 WHERE kind <> 'person' AND online = %s ORDER BY slug
"""


class Figures(NamedTuple):
    """Messages: made; handed to MQTT with all repeats; acknowledged; named by receipts; stored; stored twice."""

    made: int
    sent: int
    acknowledged: int
    received: int
    stored: int
    doubled: int

    def since(self, before: "Figures") -> "Figures":
        return Figures(*(now - then for now, then in zip(self, before, strict=True)))


class Stack:
    """All parts, running; everybody reaches the broker ("embedded" or "mosquitto") through a proxy."""

    def __init__(self, directory: Path, broker: str, password: str) -> None:
        self._directory, self._broker, self._password = directory, broker, password
        self.cluster = Cluster(directory / "postgres", free_port())
        behind, self._before, web, health = (f"127.0.0.1:{free_port()}" for _ in range(4))
        self.proxy = Proxy(self._before, behind)
        self.config = Config(
            broker_listen=behind,
            mqtt_url=f"mqtt://{self._before}",
            listen=web,
            ingest_health_listen=health,
            secret_key=secrets.token_hex(32),
            data_dir=str(directory / "data"),
        )
        self.parts: dict[str, Process] = {}
        self._settled = 0  # so many of each maker are known to be stored

    def start(self) -> "Stack":
        self.cluster.start()
        self.config = replace(self.config, database_url=self.cluster.create("faults"))
        migrations.upgrade(self.config.database_url)
        trackers, scanners, people = self._enrol()
        self.proxy.start()
        self._start("broker", self._make_broker())
        self._start("ingest", room("ingest", replace(self.config, log_level="DEBUG"), self._log("ingest")))
        self._start("api", room("api", self.config, self._log("api")))
        self._plan = Plan(
            str(self._directory),
            self.config.mqtt_url,
            self.config.listen,
            PROJECT,
            trackers,
            scanners,
            people,
            self._password,
            time.time() - BACKLOG_S,
            INTERVAL_S,
        )
        self.tally = self._plan.read()
        file = self._directory / "plan.json"
        file.write_bytes(msgspec.json.encode(self._plan))
        command = [sys.executable, "-m", "tests.load", str(file)]
        devices = Process(command, dict(os.environ), self._log("devices"), ready=lambda: devices.said("load is on"))
        self._start("devices", devices)
        return self

    def stop(self) -> None:
        """Everything ends well at SIGTERM, whatever it went through."""
        failures = []
        for part in reversed(self.parts.values()):
            try:
                part.stop(20)
            except AssertionError as error:
                failures.append(str(error))
        self.proxy.stop()
        self.cluster.stop()
        assert not failures, "\n".join(failures)

    def kill(self, *names: str) -> None:
        """SIGKILL, all at one moment, and back again."""
        for name in names:
            self.parts[name].signal(signal.SIGKILL)
        for name in names:
            self.parts[name].kill()
        for name in names:
            self.parts[name].start()

    def kill_database(self) -> None:
        server = psutil.Process(self.cluster._process.pid)
        for process in (server, *server.children()):
            process.kill()
        self.cluster._process.wait()
        wait_until(self.cluster.start, 30, every=0.2)

    def stop_database(self, seconds: float) -> None:
        self.cluster.stop()
        time.sleep(seconds)
        self.cluster.start()

    def freeze(self, name: str, seconds: float) -> None:
        self.parts[name].signal(signal.SIGSTOP)
        time.sleep(seconds)
        self.parts[name].signal(signal.SIGCONT)

    def cut(self, seconds: float) -> None:
        self.proxy.cut()
        time.sleep(seconds)
        self.proxy.mend()

    def figures(self) -> Figures:
        rows = self._stored(since=0)
        return Figures(
            sum(self.tally[name] for name in self._plan.makers),
            *(self.tally[name] for name in ("sent", "acknowledged", "received")),
            sum(distinct for _, _, distinct in rows),
            sum(count - distinct for _, count, distinct in rows),
        )

    def settled(self) -> Figures:
        """The figures once everything is stored that has been made by now. Fails with who lacks what.

        It looks back to where all was stored the last time, or the looking would be the greatest load of all.
        """
        made = {name: self.tally[name] for name in self._plan.makers}
        since = self._plan.begins + (self._settled + 0.5) * INTERVAL_S
        lacking: dict[str, int] = {}

        def stored() -> bool:
            found = {slug: distinct for slug, _, distinct in self._stored(since)}
            missing = {name: n - self._settled - found.get(name, 0) for name, n in made.items()}
            lacking.clear()
            lacking.update({name: n for name, n in missing.items() if n > 0})
            return not lacking

        try:
            wait_until(stored, SETTLED_S, every=0.5)
        except AssertionError as error:
            logs = "\n".join(f"--- {name}\n{part.tail(15)}" for name, part in self.parts.items())
            raise AssertionError(f"{self.figures()} lacks {lacking}\n{logs}") from error
        self._settled = min(made.values())
        return self.figures()

    def presence(self, online: bool) -> None:
        """Wait until the platform says of every device that it is there, or isn't. Fails with what it heard of one."""
        others: list[tuple] = []

        def all_are() -> bool:
            others[:] = self._ask(OTHERS, not online)
            return not others

        try:
            wait_until(all_are, PRESENCE_S, every=0.2)
        except AssertionError as error:
            said = self.parts["ingest"].log.read_text(errors="replace").splitlines()
            heard = [line for line in said if f"presence/{others[0][0]} " in line or "broker" in line]
            raise AssertionError(f"{len(others)} are not online={online}: {others[:3]} {heard[-12:]}") from error

    def rejects(self) -> list[tuple]:
        return self._ask("SELECT topic, reason FROM rejects LIMIT 10")

    def _stored(self, since: float) -> list[tuple]:
        return self._ask(STORED, PROJECT, since)

    def _ask(self, query: str, *values: object) -> list[tuple]:
        with closing(db.connect(self.config.database_url, "test")) as session, session.cursor() as cursor:
            cursor.execute(query, values)
            return cursor.fetchall()

    def _start(self, name: str, process: Process) -> None:
        self.parts[name] = process
        process.start()

    def _log(self, name: str) -> Path:
        return self._directory / f"{name}.log"

    def _make_broker(self) -> Process:
        if self._broker == "embedded":
            return room("broker", self.config, self._log("broker"))
        with closing(db.connect(self.config.database_url, "test")) as session:
            accounts = registry.accounts(session)
        return mosquitto_broker(self.config, self._directory / "mosquitto", accounts)

    def _enrol(self) -> tuple[dict[str, str], dict[str, str], list[str]]:
        """Trackers and scanners with their secrets, people with the password; all at work for an hour."""
        engine = orm.engine(self.config.database_url)
        people = [f"person-{number}" for number in range(PEOPLE)]
        secret: dict[str, dict[str, str]] = {"tracker": {}, "scanner": {}}
        with Session(engine) as session, session.begin():
            enrolment.add_project(session, PROJECT)
            for person in people:
                enrolment.add_user(session, person, None, self._password)
                enrolment.add_member(session, PROJECT, person, "crew")
            for kind, count in (("tracker", TRACKERS), ("scanner", SCANNERS)):
                for slug in (f"{kind}-{number:03}" for number in range(count)):
                    secret[kind][slug] = enrolment.add_device(session, slug, kind, None, PROJECT)
            for number in range(20):
                enrolment.add_item(session, f"item-{number}", None, [f"TAG-{number}"], PROJECT)
            session.execute(text(EARLIER))
        engine.dispose()
        return secret["tracker"], secret["scanner"], people


Fault = Callable[[Stack], None]
FAULTS: dict[str, Fault] = {
    "SIGKILL broker": lambda stack: stack.kill("broker"),
    "SIGKILL ingest": lambda stack: stack.kill("ingest"),
    "SIGKILL broker and ingest": lambda stack: stack.kill("broker", "ingest"),
    "SIGKILL PostgreSQL": lambda stack: stack.kill_database(),
    "SIGKILL api": lambda stack: stack.kill("api"),
    "SIGKILL devices": lambda stack: stack.kill("devices"),
    "PostgreSQL stopped for 30 s": lambda stack: stack.stop_database(30),
    "ingest SIGSTOPped for 15 s": lambda stack: stack.freeze("ingest", 15),
    "network to the broker cut": lambda stack: stack.cut(5),
}


def suffer(stack: Stack, fault: Fault, random: Random) -> Figures:
    """Let it happen at some moment; the figures from its beginning until all is stored, and all are there again."""
    before = stack.figures()
    time.sleep(random.uniform(0, 1.5))
    fault(stack)
    after = stack.settled()
    stack.presence(online=True)
    return after.since(before)
