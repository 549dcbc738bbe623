"""`python -m broker`: serve until SIGTERM or SIGINT."""

import asyncio
import logging
import resource
import signal
import sys

from rentguy import log
from rentguy.config import Config
from rentguy.errors import ConfigError

from .broker import Broker
from .registry import Follower, Registry
from .rejects import Rejects

logger = logging.getLogger(__name__)


async def serve(config: Config) -> None:
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    registry = Registry(config.required("secret_key"))
    rejects = Rejects(config.required("database_url"))
    broker = Broker(config, registry, rejects)
    await broker.start()
    follower = Follower(registry, config.database_url, loop).start()
    rejects.start()
    await stop.wait()
    await broker.stop()
    follower.stop()
    rejects.stop()
    logger.info("stopped")


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
