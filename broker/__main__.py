"""`python -m broker`: serve until SIGTERM or SIGINT; SIGHUP reads the certificate again."""

import asyncio
import gc
import logging
import resource
import signal
import sys

from rentguy import health, log
from rentguy.config import Config
from rentguy.errors import RentGuyError
from rentguy.saved import Saved
from rentguy.topics import STORED, STORER

from .broker import Broker
from .figures import Figures, stuck, trouble
from .journal import JournalLost
from .registry import Follower, Registry
from .rejects import Rejects
from .restore import open_journal

logger = logging.getLogger(__name__)


FIRST_S = 3.0  # for the registry, before devices are let in: refused ones may not try again soon
SAVED_S = 0.5  # the same when a saved one can do until then
RARELY = 20_000, 5, 5  # each lost connection leaves a small cycle; a look among all queues and clients takes 0.2 s


async def serve(config: Config) -> None:
    """Raises ConfigError when the broker can't start, JournalLost when it can't go on."""
    stop = _signals(signal.SIGTERM, signal.SIGINT)
    registry = Registry(config.required("secret_key"))
    rejects = Rejects(config.required("database_url")).start()
    journal, kept = open_journal(config.data)
    try:
        await journal.start()
        follower = await _follow(config, registry, stop)
        broker = Broker(config, registry, rejects, journal=journal)
        broker.restore(kept)
        broker.expect(STORER, STORED)
        await broker.start()
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, broker.doors.renew)
        _be_asked(config, broker, registry)
        await _either(journal.lost, stop, None)
        await broker.stop()
        follower.stop()
    finally:
        await journal.stop()
    rejects.stop()
    if journal.lost.is_set() and not stop.is_set():
        raise JournalLost
    logger.info("stopped")


def _signals(*numbers: signal.Signals) -> asyncio.Event:
    """Set at the first of these signals."""
    come = asyncio.Event()
    for number in numbers:
        asyncio.get_running_loop().add_signal_handler(number, come.set)
    return come


async def _follow(config: Config, registry: Registry, stop: asyncio.Event) -> Follower:
    """Keep the registry as the database has it, and give that a moment to answer."""
    saved = Saved(config.data / "broker" / "registry.json")
    follower = Follower(registry, config.database_url, asyncio.get_running_loop(), saved).start()
    if not await _either(follower.known, stop, SAVED_S if follower.remembered else FIRST_S):
        who = "devices sign in as they were saved" if follower.remembered else "only services can sign in"
        logger.warning("the registry is not known yet, %s", who)
    return follower


def _be_asked(config: Config, broker: Broker, registry: Registry) -> None:
    if config.broker_health_listen:
        figures = Figures(broker)
        figures.register()
        health.serve(
            config.broker_health_listen,
            lambda: trouble(broker, registry.known),
            stuck=lambda: stuck(broker),
            figures=figures.summary,
            pages={"/sources": figures.sources},
        )


async def _either(one: asyncio.Event, other: asyncio.Event, timeout: float | None) -> bool:
    """Whether one of the two has come in time."""
    waits = [asyncio.create_task(event.wait()) for event in (one, other)]
    done, pending = await asyncio.wait(waits, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
    for task in pending:
        task.cancel()
    return bool(done)


def main() -> int:
    try:
        config = Config.of()
        log.setup("broker", config.log_level)
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # a connection is a file
        gc.set_threshold(*RARELY)
        asyncio.run(serve(config))
    except (RentGuyError, OSError) as error:
        print(f"broker: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
