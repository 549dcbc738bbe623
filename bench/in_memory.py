"""`python -m bench.in_memory`: our broker without its journal, for services only, until SIGTERM.

The one place in `bench` that imports a room: what is compared here runs as no process of its own.
"""

import asyncio
import signal

from broker.broker import Broker
from broker.registry import Registry
from rentguy import log
from rentguy.config import Config


async def serve(config: Config) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    broker = Broker(config, Registry(config.required("secret_key")))
    await broker.start()
    await stop.wait()
    await broker.stop()


if __name__ == "__main__":
    config = Config.of()
    log.setup("broker", config.log_level)
    asyncio.run(serve(config))
