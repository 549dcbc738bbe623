"""`python -m broker`: serve until SIGTERM or SIGINT."""

import asyncio
import logging
import resource
import signal
import sys

from rentguy import health, log
from rentguy.config import Config
from rentguy.errors import ConfigError

from .broker import Broker
from .registry import Follower, Registry
from .rejects import Rejects
from .restore import open_journal

logger = logging.getLogger(__name__)


FIRST_S = 3.0  # for the registry, before devices are let in: refused ones may not try again soon


async def serve(config: Config) -> None:
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    journal, kept = open_journal(config.data)
    await journal.start()
    registry = Registry(config.required("secret_key"))
    rejects = Rejects(config.required("database_url")).start()
    follower = Follower(registry, config.database_url, loop).start()
    if not await _either(follower.known, stop, FIRST_S):
        logger.warning("the registry is not known yet, only services can sign in")
    broker = Broker(config, registry, rejects, journal=journal)
    broker.restore(kept)
    await broker.start()
    if config.broker_health_listen:
        health.serve(config.broker_health_listen, lambda: None if follower.known.is_set() else "no registry yet")
    await _either(journal.lost, stop, None)
    await broker.stop()
    await journal.stop()
    follower.stop()
    rejects.stop()
    if journal.lost.is_set() and not stop.is_set():
        raise ConfigError("the journal's keeper has ended")
    logger.info("stopped")


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
        asyncio.run(serve(config))
    except (ConfigError, OSError) as error:
        print(f"broker: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
