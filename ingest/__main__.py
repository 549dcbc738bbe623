"""`python -m ingest`: receive from the broker, store in PostGIS, publish what is owed, until SIGTERM.

On the side it lets go of positions older than they are kept.
"""

import logging
import signal
import sys
import threading
from datetime import UTC, datetime

from rentguy import health, log
from rentguy.config import Config
from rentguy.credentials import service_secret
from rentguy.errors import ConfigError
from rentguy.mqtt import Client, Incoming
from rentguy.topics import STORED, STORER, UPTIME

from .database import Database
from .entry import Received
from .inbox import Inbox
from .life import Life
from .outbox import Publisher
from .retention import Retention
from .spool import FILE, Spool
from .worker import Worker

logger = logging.getLogger(__name__)
MIB = 1024 * 1024
LAST_S = 5.0
OWED = "ingest/owes-all-retained"
LIFE = "ingest/broker-began"


def run(config: Config, stop: threading.Event) -> None:
    """Everything of this process, wired: receiver thread → inbox → worker (here); outbox and retention have threads."""
    url = config.required("database_url")
    spool = Spool(config.data / FILE, config.spool_mib * MIB)
    inbox, life = Inbox(config.queue_messages), Life(config.data / LIFE)

    def receive(incoming: Incoming) -> None:
        if incoming.topic != UPTIME:
            inbox.put(Received(incoming, datetime.now(UTC)))
        elif not incoming.retained:
            life.heard(incoming.payload, datetime.now(UTC))

    def connected(session_present: bool) -> None:
        if not session_present:
            publisher.broker_lost_its_state()

    client = Client(
        config.mqtt_url,
        STORER,
        service_secret(config.required("secret_key"), STORER),
        persistent=True,
        manual_ack=True,
        on_message=receive,
        on_connect=connected,
        on_disconnect=lambda: life.lost(datetime.now(UTC)),
    )
    publisher = Publisher(client, config.data / OWED, life, spool)
    database = Database(url)
    worker = Worker(inbox, spool, client, database, config.batch_messages, config.batch_seconds)
    _subscribe(client)
    outbox = threading.Thread(target=publisher.run, args=(url, stop), name="outbox", daemon=True)
    retention = threading.Thread(target=Retention(url).run, args=(stop,), name="retention", daemon=True)
    if config.ingest_health_listen:
        figures = lambda: f"messages in the spool: {len(spool)}"  # noqa: E731
        health.serve(config.ingest_health_listen, lambda: _trouble(client, worker), figures=figures)
    client.start()
    outbox.start()
    retention.start()
    try:
        worker.run(stop)
    finally:
        stop.set()
        inbox.close()
        outbox.join(LAST_S)  # a server that hangs may keep it
        retention.join(LAST_S)
        client.stop()
        database.close()
        spool.close()


def _subscribe(client: Client) -> None:
    for filter in STORED:
        client.subscribe(filter)
    client.subscribe(UPTIME, qos=0)  # not to be kept while we are away


def _trouble(client: Client, worker: Worker) -> str | None:
    return worker.trouble or (None if client.hearing.is_set() else "the broker is away")


def main() -> int:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    log.setup("ingest")
    try:
        config = Config.of()
        log.setup("ingest", config.log_level)
        run(config, stop)
    except ConfigError as error:
        logger.error("%s", error)
        return 2
    logger.info("stopped")
    return 0


if __name__ == "__main__":
    sys.exit(main())
