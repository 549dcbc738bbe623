"""`python -m api`: gunicorn with one gevent worker, until SIGTERM."""

from gevent import monkey

monkey.patch_all()  # before anything else looks at sockets or threads

import logging  # noqa: E402
import sys  # noqa: E402

import gevent  # noqa: E402
import psycopg2  # noqa: E402
from gevent.socket import wait_read, wait_write  # noqa: E402
from gunicorn.app.base import BaseApplication  # noqa: E402
from psycopg2 import extensions  # noqa: E402

from rentguy import log  # noqa: E402
from rentguy.config import Config  # noqa: E402
from rentguy.errors import ConfigError  # noqa: E402

from .app import create  # noqa: E402

logger = logging.getLogger(__name__)
GRACE_S = 3
DATABASE_S = 10


def wait(connection: extensions.connection) -> None:
    """Let other greenlets run while PostgreSQL works; psycopg2 closes a connection whose wait fails."""
    with gevent.Timeout(DATABASE_S, psycopg2.OperationalError(f"the database said nothing for {DATABASE_S} s")):
        while (state := connection.poll()) != extensions.POLL_OK:
            match state:
                case extensions.POLL_READ:
                    wait_read(connection.fileno())
                case extensions.POLL_WRITE:
                    wait_write(connection.fileno())


class Server(BaseApplication):
    """Gunicorn, with our settings and no configuration file."""

    def __init__(self, config: Config) -> None:
        self._config = config
        super().__init__()

    def load_config(self) -> None:
        settings = {
            "bind": self._config.listen,
            "worker_class": "gevent",
            "workers": 1,
            "graceful_timeout": GRACE_S,
            "timeout": 60,
            "keepalive": 30,
            "control_socket_disable": True,
            "loglevel": "warning",
            "post_worker_init": _watch,
            "worker_exit": _end,
        }
        for name, value in settings.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self):
        """Called in the worker: connections and threads must not be inherited."""
        extensions.set_wait_callback(wait)
        self.app = create(self._config)
        return self.app


def _watch(worker) -> None:
    gevent.spawn(_let_go, worker)


def _let_go(worker) -> None:
    """When the worker is told to end, end the sockets first: they would never end by themselves."""
    while worker.alive:
        gevent.sleep(0.1)
    worker.app.app.extensions["hub"].stop()


def _end(arbiter, worker) -> None:
    logger.info("stopped")


def main() -> int:
    log.setup("api")
    try:
        config = Config.of()
        log.setup("api", config.log_level)
        config.required("database_url"), config.required("secret_key")
    except ConfigError as error:
        logger.error("%s", error)
        return 2
    Server(config).run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
