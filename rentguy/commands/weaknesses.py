"""What is in order on one's own machine and a danger beyond it: settings that somebody else could make use of."""

from collections.abc import Callable, Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import select

from rentguy import config as settings
from rentguy.commands import demo
from rentguy.commands.installation import transaction
from rentguy.config import Config, address
from rentguy.errors import ConfigError
from rentguy.models import Source, User

SHORTEST_KEY, FEWEST_KINDS = 32, 10  # characters, and different ones among them
OTHERS = 0o077


class Weakness(NamedTuple):
    """`found` answers what shows it, empty when all is well; `remedy` is what to do."""

    name: str
    found: Callable[[Config], str]
    remedy: str


def weaknesses(config: Config) -> Iterator[tuple[str, str]]:
    """The name of each that is there, and what to do about it."""
    for name, found, remedy in WEAKNESSES:
        if seen := found(config):
            yield name, f"{seen}: {remedy}"


def _guessable_key(config: Config) -> str:
    key = config.secret_key
    weak = key and (len(key) < SHORTEST_KEY or len(set(key)) < FEWEST_KINDS)
    return "RENTGUY_SECRET_KEY is short or repeats itself" if weak else ""


def _open_cookies(config: Config) -> str:
    open_ = not config.cookie_secure and _beyond(config.listen)
    return f"cookies travel unencrypted, and {config.listen} is open to others" if open_ else ""


def _clear_mqtt(config: Config) -> str:
    clear = [listen for listen in (config.broker_listen, config.broker_ws_listen) if _beyond(listen)]
    return f"secrets of devices travel in the clear to {' and '.join(clear)}" if clear else ""


def _demo_password(config: Config) -> str:
    known = config.demo_password and _any_beyond(config)
    return "RENTGUY_DEMO_PASSWORD is set where others can come in" if known else ""


def _demo_people(config: Config) -> str:
    people = _enabled(config, demo.people()) if _any_beyond(config) else []
    return f"people of the demo can sign in: {', '.join(people)}" if people else ""


def _enabled(config: Config, slugs: list[str]) -> list[str]:
    wanted = select(Source.slug).join(User, User.source_id == Source.id).where(User.enabled, Source.slug.in_(slugs))
    try:
        with transaction(config) as session:
            return sorted(session.scalars(wanted))
    except ConfigError:
        return []  # another finding


def _all_is_logged(config: Config) -> str:
    return "RENTGUY_LOG_LEVEL is DEBUG" if config.log_level.upper() == "DEBUG" else ""


def _readable_secrets(config: Config) -> str:
    kept = (config.data / "secret-key", config.data / "demo-secrets.json", config.tls_key)
    files = {Path(file) for file in (*kept, *settings.files()) if file}
    readable = sorted(str(file) for file in files if file.is_file() and file.stat().st_mode & OTHERS)
    return f"others can read {', '.join(readable)}" if readable else ""


def _unbraked(config: Config) -> str:
    return "RENTGUY_DEVICE_RATE is 0" if config.device_rate == 0 else ""


def _any_beyond(config: Config) -> bool:
    doors = (config.listen, config.broker_listen, config.broker_ws_listen)
    return any(map(_beyond, (*doors, config.broker_tls_listen, config.broker_wss_listen)))


def _beyond(listen: str) -> bool:
    """Whether others than this machine reach it."""
    if not listen:
        return False
    host, _ = address(listen)
    try:
        return not ip_address(host).is_loopback
    except ValueError:
        return host != "localhost"


WEAKNESSES = (
    Weakness("secret key", _guessable_key, "make another with `openssl rand -hex 32`"),
    Weakness("cookies", _open_cookies, "put HTTPS in front and set RENTGUY_COOKIE_SECURE=1"),
    Weakness("mqtt", _clear_mqtt, "use RENTGUY_BROKER_TLS_LISTEN, and keep the others on 127.0.0.1"),
    Weakness("demo password", _demo_password, "unset it, and start with `rentguy up --no-demo`"),
    Weakness("demo people", _demo_people, "give each another password with `rentguy user password`, or disable them"),
    Weakness("log level", _all_is_logged, "it says who did what when; set INFO"),
    Weakness("secret files", _readable_secrets, "`chmod 600` them"),
    Weakness("device rate", _unbraked, "nothing slows a device down that floods; set 500"),
)
