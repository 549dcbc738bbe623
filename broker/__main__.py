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
from .saved import Saved

logger = logging.getLogger(__name__)


FIRST_S = 3.0  # for the registry, before devices are let in: refused ones may not try again soon
SAVED_S = 0.5  # when there is a saved one: enough for a database that is there, so that nobody is judged by old news


async def serve(config: Config) -> None:
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    registry = Registry(config.required("secret_key"))
    rejects = Rejects(config.required("database_url")).start()
    saved = Saved(config.data / "broker" / "registry.json")
    follower = Follower(registry, config.database_url, loop, saved).start()
    if not await _either(follower.known, stop, SAVED_S if follower.remembered else FIRST_S):
        who = "devices sign in as they were saved" if follower.remembered else "only services can sign in"
        logger.warning("the registry is not known yet, %s", who)
    broker = Broker(config, registry, rejects)
    await broker.start()
    if config.broker_health_listen:
        health.serve(config.broker_health_listen, lambda: None if follower.ready else "no registry yet")
    await stop.wait()
    await broker.stop()
    follower.stop()
    rejects.stop()
    logger.info("stopped")


async def _either(one: asyncio.Event, other: asyncio.Event, timeout: float) -> bool:
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
