"""What users notice when a part dies, and when it is back."""

import os
import signal
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from uuid import uuid4

from rentguy import db
from tests.services import wait_until
from tests.visitors import Person


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
        refusals = lambda: [each for each in window.heard("$/error") if "broker is away" in each["detail"]]  # noqa: E731
        wait_until(refusals)
        assert refusals()[0]["again"]
        # When it is back
        embedded.start()
        # Then the same socket hears of it
        heard = lambda: [each["status"] for each in window.heard("rentguy/lowlands/equipment/foh-07")]  # noqa: E731
        wait_until(lambda: "damaged" in heard(), 30)


def test_a_snapshot_that_failed_comes_when_the_database_is_back(embedded, start, config, lowlands, rows):
    api = start("api", config)
    anouk = Person(config, "anouk", lowlands.password)
    with anouk.open("lowlands") as window:
        # Given a table that can't be read while the broker returns
        rows("ALTER TABLE presence RENAME TO away")
        embedded.kill()
        embedded.start()
        wait_until(lambda: api.said("a snapshot failed"), 30)
        rows("ALTER TABLE away RENAME TO presence")
        wait_until(lambda: len(window.heard("$/joined")) == 2, 30)


def status(listen: str, person: Person, path: str) -> int:
    """What is answered, for somebody patient."""
    request = urllib.request.Request(
        f"http://{listen}/api/v1{path}", headers={"Authorization": f"Bearer {person.token}"}
    )
    try:
        return urllib.request.urlopen(request, timeout=30).status
    except urllib.error.HTTPError as error:
        return error.code


def test_a_request_whose_connection_dies_or_hangs_is_told_to_come_again(house, lowlands, rows):
    dana = Person(house, "dana", lowlands.password)
    backends = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    locked = db.connect(house.database_url, "test")
    locked.cursor().execute("LOCK TABLE messages")
    for end in ("terminated", "stopped"):
        # Given a request that waits in the middle of its query
        with ThreadPoolExecutor(1) as pool:
            asked = pool.submit(status, house.listen, dana, "/projects/lowlands/chat")
            waiting = f"{backends} AND wait_event_type = 'Lock'"
            ((pid,),) = wait_until(lambda query=waiting: rows(query))
            # When its backend is ended, or answers no more
            if end == "terminated":
                rows("SELECT pg_terminate_backend(%s)", pid)
            else:
                os.kill(pid, signal.SIGSTOP)
            try:
                answer = asked.result(30)
            finally:
                if end == "stopped":
                    os.kill(pid, signal.SIGCONT)
        # Then it is told, and others are served
        assert answer == 503, end
        assert dana.get("/me")["slug"] == "dana"
    locked.close()


def test_health_says_when_the_broker_is_away(house, embedded, config):
    def ready() -> int:
        try:
            return urllib.request.urlopen(f"http://{config.listen}/readyz").status
        except urllib.error.HTTPError as error:
            return error.code

    wait_until(lambda: ready() == 200)
    embedded.kill()
    wait_until(lambda: ready() == 503)
