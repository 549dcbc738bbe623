"""Every setting, read from the environment once and passed down."""

import os
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct, structs

from rentguy.errors import ConfigError

PREFIX = "RENTGUY_"


class Config(Struct, frozen=True, kw_only=True):
    """The settings of every process; each is `RENTGUY_` and its name in capitals.

    Addresses to listen on are `host:port`. `secret_key` has no default: what needs it calls `required("secret_key")`.
    """

    database_url: str = ""
    mqtt_url: str = "mqtt://127.0.0.1:1883"
    mqtt_public_url: str = ""
    broker_listen: str = "127.0.0.1:1883"
    broker_ws_listen: str = ""
    broker_tls_listen: str = ""
    broker_wss_listen: str = ""
    tls_certificate: str = ""
    tls_key: str = ""
    listen: str = "127.0.0.1:8721"
    broker_health_listen: str = ""
    ingest_health_listen: str = ""
    secret_key: str = ""
    data_dir: str = ".data"
    web_dir: str = "web/dist"
    demo_password: str = ""
    device_rate: float = 500.0
    inflight: int = 10_000
    session_days: float = 7.0
    tiles_url: str = "https://tile.openstreetmap.org/{z}/{x}/{y}.png"
    tiles_attribution: str = "© OpenStreetMap contributors"
    batch_messages: int = 5000
    batch_seconds: float = 0.05
    queue_messages: int = 20000
    spool_mib: int = 10_000
    cookie_secure: bool = False
    log_level: str = "INFO"

    @classmethod
    def of(cls, environment: Mapping[str, str] = os.environ) -> "Config":
        """The settings of an environment. Raises ConfigError that names the variable and what came."""
        values = {}
        for field in structs.fields(cls):
            variable = PREFIX + field.name.upper()
            if variable in environment:
                values[field.name] = _read(variable, environment[variable], field.type)
        return cls(**values)

    def required(self, name: str) -> str:
        """A setting that has no default. Raises ConfigError when it is empty."""
        if not (value := getattr(self, name)):
            raise ConfigError(f"{PREFIX}{name.upper()} is not set")
        return value

    def environment(self) -> dict[str, str]:
        """What a child process needs to have the same settings."""
        return {PREFIX + name.upper(): _written(value) for name, value in structs.asdict(self).items()}

    @property
    def data(self) -> Path:
        return Path(self.data_dir).absolute()


def address(listen: str) -> tuple[str, int]:
    """`host:port` taken apart. Raises ConfigError."""
    host, _, port = listen.rpartition(":")
    if not host or not port.isdecimal() or int(port) > 65535:
        raise ConfigError(f"expected host:port, got {listen!r}")
    return host.strip("[]"), int(port)


def _read(variable: str, text: str, type: type) -> object:
    if type is bool:
        if text.lower() not in ("0", "1", "true", "false", "yes", "no"):
            raise ConfigError(f"{variable}: expected 1 or 0, got {text!r}")
        return text.lower() in ("1", "true", "yes")
    try:
        return type(text)
    except ValueError:
        raise ConfigError(f"{variable}: expected {type.__name__}, got {text!r}") from None


def _written(value: object) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value)
