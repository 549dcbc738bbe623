"""Listening to the database: nothing that is said is overheard, whenever it is said."""

import threading
from contextlib import closing

import pytest

from rentguy import db
from tests.services import wait_until

CHANNEL = "registry"
NEVER_S = 600.0  # what is asked without a NOTIFY takes longer than any test


@pytest.fixture
def say(database):
    with closing(db.connect(database, "test")) as session:
        session.autocommit = True

        def say(payload: str) -> None:
            session.cursor().execute("SELECT pg_notify(%s, %s)", (CHANNEL, payload))

        yield say


def test_what_is_said_while_one_asks_is_heard_next(database, say):
    heard, stop = [], threading.Event()

    def ask(session) -> None:
        heard.append([each.payload for each in session.notifies])
        if len(heard) == 2:  # it comes with the answer to a question on this very connection
            say("second")
            session.cursor().execute("SELECT 1")

    thread = threading.Thread(
        target=db.listen, args=(database, "test", [CHANNEL], ask, stop, NEVER_S), name="listen", daemon=True
    )
    thread.start()
    try:
        wait_until(lambda: heard)
        say("first")
        wait_until(lambda: len(heard) == 3)
    finally:
        stop.set()
        thread.join(5)
    assert heard == [[], ["first"], ["second"]]
