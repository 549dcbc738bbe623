"""What can't be used ends in `rejects`, once, with its reason, and nothing else suffers from it."""

import random
import string
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from ingest import decode as decoding
from ingest import receipts
from ingest import store as storing
from ingest.decode import entries
from ingest.entry import Received
from rentguy import db, rejects
from rentguy.credentials import service_secret
from rentguy.decoding import encode
from rentguy.mqtt import Client, Incoming
from tests.services import wait_until
from tests.visitors import Device

TRUCK = "rentguy/lowlands/position/truck-04"
PHONE = "rentguy/lowlands/position/anouk-phone"
NOW = datetime.now(UTC)
BAD = {"at": NOW.isoformat(), "lat": 95, "lon": 11.5}
GOOD = {**BAD, "lat": 48.17}


@pytest.fixture
def store(database, lowlands) -> Callable[..., None]:
    """`store((topic, payload), …, at=…)`: one batch, decoded and stored as ingest does."""

    def store(*messages: tuple[str, object], at: datetime = NOW) -> list:
        batch = [Received(Incoming(topic, encode(payload), False, 1, 1), at) for topic, payload in messages]
        found = entries(batch)
        with closing(db.connect(database, "test")) as session:
            storing.store(session, found)
        return found

    return store


def test_a_message_that_comes_again_is_the_same_reject(embedded, start, config, lowlands, rows):
    start("ingest", config)
    with Device(config, "truck-04", lowlands.secrets["truck-04"]) as truck:
        # When a truck sends a broken message three times, beside an array with broken elements twice, and the same in
        # another order
        for payload in (BAD, [BAD, GOOD, BAD], BAD, [BAD, GOOD, BAD], BAD, [GOOD, BAD, BAD]):
            truck.publish("position", payload)
        wait_until(lambda: rows("SELECT sum(times) FROM rejects") == [(9,)])
    # Then each failure of each message is one row, and the bytes of each message are there once
    assert sorted(rows("SELECT left(reason, 3), times, payload IS NOT NULL FROM rejects")) == [
        ("[0]", 2, True),
        ("[0]", 3, True),
        ("[1]", 1, True),
        ("[2]", 1, False),
        ("[2]", 2, False),
    ]
    assert rows("SELECT bool_and(last_at >= received_at), count(DISTINCT digest) FROM rejects") == [(True, 3)]


def test_twins_and_redeliveries_are_counted_with_the_first_and_the_last_time(store, rows):
    later = NOW + timedelta(minutes=3)
    store((TRUCK, BAD), (TRUCK, BAD))
    store((TRUCK, BAD), at=later)
    query = "SELECT times, received_at, last_at, convert_from(payload, 'UTF8') FROM rejects"
    assert rows(query) == [(3, NOW, later, encode(BAD).decode())]


def test_bytes_are_kept_once_however_a_batch_is_halved(store, rows):
    rows("ALTER TABLE positions ADD CONSTRAINT nowhere CHECK (ST_X(geom) < 10)")
    store((TRUCK, [{**GOOD, "at": (NOW + timedelta(seconds=n)).isoformat()} for n in range(5)]))
    assert rows("SELECT count(*), count(payload) FROM rejects") == [(5, 1)]


def test_dropped_fixes_of_a_person_are_one_row_a_day_and_tell_nothing_of_where(store, rows):
    # When a phone sends a backlog from before its shift, again and again, and something broken
    off_shift = [{**GOOD, "at": (NOW - timedelta(hours=5, seconds=n)).isoformat()} for n in range(3)]
    for at in (NOW, NOW, NOW + timedelta(days=1)):
        store((PHONE, off_shift), (PHONE, {**BAD, "lat": "48.1"}), at=at)
    # Then a day's are one row, which anybody could make who knows the topic, the reason and the day
    reason = "a person's position outside their shift is not kept"
    assert sorted(rows("SELECT times, reason FROM rejects WHERE reason = %s", reason)) == [(3, reason), (6, reason)]
    kept = rows("SELECT digest, payload FROM rejects WHERE reason <> %s ORDER BY received_at", reason)
    broken = "lat: Expected `float`, got `str`"
    days = [rejects.without_payload(None, PHONE, broken, NOW + timedelta(days=n)).digest for n in (0, 1)]
    assert [(bytes(digest), payload) for digest, payload in kept] == [(day, None) for day in days]


def test_whose_position_it_is_may_be_unknown_and_then_nothing_of_it_is_kept(store, rows, monkeypatch):
    def broken(cursor, entries) -> None:
        raise ValueError("no")

    monkeypatch.setattr(storing, "STEPS", (broken,))
    store((PHONE, GOOD))
    assert rows("SELECT payload, reason FROM rejects") == [(None, "it can't be stored: no")]


def test_what_breaks_decoding_is_a_reject_and_the_others_go_on(store, rows, monkeypatch):
    decode = decoding.decode

    def stumble(topic, payload):
        if b"stumble" in payload:
            raise ZeroDivisionError("stumbled")
        return decode(topic, payload)

    monkeypatch.setattr(decoding, "decode", stumble)
    poison = {**GOOD, "x": "stumble"}
    store((TRUCK, GOOD), (TRUCK, poison), (PHONE, poison), ("rentguy/lowlands/position/truck-05", GOOD))
    assert rows("SELECT count(*) FROM positions") == [(2,)]
    assert set(rows("SELECT topic, convert_from(payload, 'UTF8'), reason FROM rejects")) == {
        (TRUCK, encode(poison).decode(), "[0] it can't be decoded: stumbled"),
        (PHONE, None, "it can't be decoded: stumbled"),
    }


def test_what_is_too_much_for_postgresql_is_the_messages_own_trouble(store, rows):
    """An index that has no room for a text is no database that is away: waiting would stop the stream for ever."""
    rows("CREATE INDEX ON messages (body)")
    bodies = ["".join(random.choices(string.printable[:90], k=4000)), "hello"]
    store(*(("rentguy/lowlands/chat/anouk", {"id": str(uuid4()), "at": NOW.isoformat(), "body": b}) for b in bodies))
    assert rows("SELECT body FROM messages") == [("hello",)]
    ((reason,),) = rows("SELECT reason FROM rejects")
    assert reason.startswith("[0] it can't be stored: index row size")


def test_whatever_a_reason_or_a_topic_says_can_be_kept(database, rows):
    texts = ["a\0b", "half \ud800", "".join(random.choices("äöü€😀", k=4000)), "x" * 9000]
    with closing(db.connect(database, "test")) as session, session, session.cursor() as cursor:
        for text in texts:
            rejects.add(cursor, [rejects.Reject("who?", text, b"x", text, NOW, rejects.digest(text, b"x"))])
            rejects.add(cursor, [rejects.without_payload(None, text, text, NOW)])
    assert rows("SELECT count(*), max(length(topic)) FROM rejects") == [(8, 1000)]


class OneRefuses:
    """Publishes all but to one topic."""

    def __init__(self, refused: str) -> None:
        self.refused, self.published = refused, []

    def publish(self, topic: str, payload: bytes) -> None:
        if topic == self.refused:
            raise ValueError("no")
        self.published.append(topic)


def test_a_receipt_that_cannot_be_published_harms_no_other(store):
    sources = ("truck-04", "truck-04", "truck-05", "anouk-phone")
    found = store(*((f"rentguy/lowlands/position/{source}", {**GOOD, "seq": 1}) for source in sources))
    found[0].seq = "no number"
    client = OneRefuses("rentguy/lowlands/receipt/truck-05")
    receipts.answer(client, found)
    assert client.published == ["rentguy/lowlands/receipt/anouk-phone"]


def test_a_poisoned_topic_in_the_outbox_holds_up_no_other(embedded, start, config, lowlands, rows, run):
    heard = {}
    secret = service_secret(config.secret_key, "_api")
    api = Client(config.mqtt_url, "_api", secret, on_message=lambda each: heard.update({each.topic: each.payload}))
    api.subscribe("rentguy/+/equipment/+")
    api.start()
    wait_until(api.hearing.is_set)
    # Given an outbox with what nobody can publish between what can be
    good = ["rentguy/lowlands/equipment/foh-07", "rentguy/-/equipment/dim-03"]
    large = "rentguy/lowlands/equipment/amp-12"
    rows("UPDATE items SET name = repeat('x', 300000) WHERE code = 'amp-12'")
    owed = [good[0], "nonsense", "rentguy/lowlands/chat/anouk", large, large, good[1]]
    rows("TRUNCATE outbox")
    rows("INSERT INTO outbox (topic) SELECT unnest(%s)", owed)
    # When ingest publishes
    start("ingest", config)
    # Then the good are heard, and each of the others is one reject with its reason
    wait_until(lambda: rows("SELECT count(*) FROM outbox") == [(0,)] and heard.keys() >= {*good})
    assert large not in heard
    reasons = {
        topic: (reason, length) for topic, reason, length in rows("SELECT topic, reason, length(payload) FROM rejects")
    }
    assert set(reasons) == {"nonsense", "rentguy/lowlands/chat/anouk", large}
    assert reasons["rentguy/lowlands/chat/anouk"] == ("it can't be published: kind: 'chat' has no state", None)
    assert reasons["nonsense"][0].startswith("it can't be published: 'nonsense' is not rentguy/")
    assert reasons[large][0].startswith("it can't be published: expected at most 262144 bytes, got 300")
    assert reasons[large][1] > 300_000
    # When it is owed again before it is put right, it is the same reject
    rows("INSERT INTO outbox (topic) VALUES (%s)", large)
    wait_until(lambda: max(rows("SELECT times FROM rejects")) == (2,))
    # and once it is put right, it can be retried
    rows("UPDATE items SET name = 'Amp rack 12' WHERE code = 'amp-12'")
    assert "owed to MQTT again" in run("rejects", "retry", "--reason", "at most 262144").stdout
    wait_until(lambda: large in heard)
    assert rows("SELECT count(*) FROM rejects WHERE topic = %s", large) == [(0,)]
    api.stop()
