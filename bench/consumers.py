"""What the pipeline is compared with, each a process of its own: a subscriber that only counts, and one that stores a
row and commits it for every message."""

import threading
from multiprocessing import Event, Value

import msgspec

from rentguy.db import connect
from rentguy.messages import Position
from rentguy.mqtt import Client

FILTER = "rentguy/+/position/+"
INSERT = """
PREPARE add AS INSERT INTO positions (source_id, recorded_at, project_id, geom, speed, heading, received_at)
SELECT s.id, $2, p.id, ST_SetSRID(ST_MakePoint($3, $4), 4326), $5, $6, now()
  FROM sources s, projects p WHERE s.slug = $1 AND p.slug = 'bench' ON CONFLICT DO NOTHING
"""


def count(url: str, secret: str, ready: Event, counted: Value) -> None:
    """Count what comes until killed."""

    def one(message) -> None:
        counted.value += 1

    _run(url, secret, ready, one)


def row_at_a_time(url: str, secret: str, ready: Event, counted: Value, database: str) -> None:
    """Store each message with a prepared INSERT and a commit of its own, until killed."""
    session = connect(database, "rentguy bench")
    cursor = session.cursor()
    cursor.execute(INSERT)
    session.commit()
    decode = msgspec.json.Decoder(Position).decode

    def one(message) -> None:
        fix = decode(message.payload)
        values = (message.topic.rsplit("/", 1)[1], fix.at, fix.lon, fix.lat, fix.speed, fix.heading)
        cursor.execute("EXECUTE add (%s, %s, %s, %s, %s, %s)", values)
        session.commit()
        counted.value += 1

    _run(url, secret, ready, one)


def _run(url: str, secret: str, ready: Event, one) -> None:
    client = Client(url, "_ingest", secret, on_message=one)
    client.start()
    client.connected.wait(10)
    client.subscribe(FILTER, on_done=ready.set)
    threading.Event().wait()
