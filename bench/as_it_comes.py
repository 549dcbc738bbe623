"""`python -m bench.as_it_comes`: amqtt's own broker with its default plugins, anonymous, until SIGTERM.

It differs from its defaults in the address alone, which would be every interface.
"""

import asyncio
import signal

from amqtt.broker import Broker
from amqtt.contexts import BrokerConfig, ListenerConfig

from rentguy.config import Config


async def serve(listen: str) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    broker = Broker(BrokerConfig(listeners={"default": ListenerConfig(bind=listen)}))
    await broker.start()
    await stop.wait()
    await broker.shutdown()


if __name__ == "__main__":
    asyncio.run(serve(Config.of().broker_listen))
