"""Every setting, read from the environment once, or from the files it names, and passed down."""

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec import Struct, structs

from rentguy.errors import ConfigError

PREFIX = "RENTGUY_"
FILE = "_FILE"
MOST_OF_A_FILE = 64 * 1024
SECRET = ("secret_key", "demo_password", "emqx_api_secret")
PASSWORD = re.compile(r"(://[^/@\s]*:)[^/\s]*(@)|(password=)[^&\s]+")  # in a URL, or in its query


class Config(Struct, frozen=True, kw_only=True):
    """The settings of every process; each is `RENTGUY_` and its name in capitals, or with `_FILE` the file it is in.

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
    tls_client_ca: str = ""
    listen: str = "127.0.0.1:8721"
    broker_health_listen: str = ""
    ingest_health_listen: str = ""
    proxies: int = 0
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
    emqx_api_url: str = "http://127.0.0.1:18083"
    emqx_api_key: str = ""
    emqx_api_secret: str = ""
    cookie_secure: bool = False
    log_level: str = "INFO"

    @classmethod
    def of(cls, environment: Mapping[str, str] = os.environ) -> "Config":
        """The settings of an environment; a variable that isn't empty comes before the file of the same setting.

        Raises ConfigError that names the variable and what came, but for what may be a secret, as all from a file may.
        """
        values = {}
        for field in structs.fields(cls):
            variable = PREFIX + field.name.upper()
            if not environment.get(variable) and (path := environment.get(variable + FILE)):
                values[field.name] = _read(variable + FILE, _content(variable + FILE, path), field.type, secret=True)
            elif variable in environment:
                values[field.name] = _read(variable, environment[variable], field.type, field.name in SECRET)
        return cls(**values)

    def required(self, name: str) -> str:
        """A setting that has no default. Raises ConfigError when it is empty."""
        if not (value := getattr(self, name)):
            raise ConfigError(f"{PREFIX}{name.upper()} is not set")
        return value

    def environment(self) -> dict[str, str]:
        """What a child process needs to have the same settings."""
        return {PREFIX + name.upper(): _written(value) for name, value in structs.asdict(self).items()}

    def __rich_repr__(self) -> Iterator[tuple[str, object]]:
        """What may be shown: all but secrets, and passwords in URLs."""
        for name, value in structs.asdict(self).items():
            yield name, _shown(name, value)

    def __repr__(self) -> str:
        return f"Config({', '.join(f'{name}={value!r}' for name, value in self.__rich_repr__())})"

    @property
    def data(self) -> Path:
        return Path(self.data_dir).absolute()


def files(environment: Mapping[str, str] = os.environ) -> list[str]:
    """The files that an environment names for its settings."""
    variables = (PREFIX + field.name.upper() for field in structs.fields(Config))
    return [path for variable in variables if (path := environment.get(variable + FILE))]


def address(listen: str) -> tuple[str, int]:
    """`host:port` taken apart. Raises ConfigError."""
    host, _, port = listen.rpartition(":")
    if not host or not port.isdecimal() or int(port) > 65535:
        raise ConfigError(f"expected host:port, got {listen!r}")
    return host.strip("[]"), int(port)


def _content(variable: str, path: str) -> str:
    """A file's text without the line end that editors add."""
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read(MOST_OF_A_FILE)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no UTF-8 text"
        raise ConfigError(f"{variable}: {path!r} can't be read: {reason}") from None
    return text.removesuffix("\n").removesuffix("\r")


def _shown(name: str, value: object) -> object:
    if name in SECRET and value:
        return "…"
    return PASSWORD.sub(r"\1\3…\2", value) if isinstance(value, str) else value


def _read(variable: str, text: str, type: type, secret: bool) -> object:
    got = "something else" if secret else repr(text)
    if type is bool:
        if text.lower() not in ("0", "1", "true", "false", "yes", "no"):
            raise ConfigError(f"{variable}: expected 1 or 0, got {got}")
        return text.lower() in ("1", "true", "yes")
    try:
        return type(text)
    except ValueError:
        raise ConfigError(f"{variable}: expected {type.__name__}, got {got}") from None


def _written(value: object) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value)
