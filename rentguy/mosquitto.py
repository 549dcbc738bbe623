"""Mosquitto as the broker: its configuration, passwords and access list, rendered from ours.

Its defaults would defeat us; each line that differs says why.
"""

import getpass
import os
import shutil
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from rentguy.access import Identity, grants, live
from rentguy.config import Config, address
from rentguy.credentials import service_hash, service_secret
from rentguy.errors import ConfigError
from rentguy.registry import Account
from rentguy.topics import SERVICES, parse

CONFIGURATION = """\
allow_anonymous false
password_file {directory}/passwords
acl_file {directory}/access
user {user}
pid_file {directory}/mosquitto.pid

persistence true
persistence_location {directory}/
autosave_interval 60

# 20 would make ingest, which acknowledges in batches, crawl
max_inflight_messages {inflight}
# of 1,000 the rest would be lost; bytes are the bound (with 0, 2.0.11 now and then ends the connection of the refused)
max_queued_messages 10000000
max_queued_bytes {queued_bytes}
memory_limit {memory}
# more than ours, so that what is too large becomes a reject instead of vanishing
message_size_limit {message}
set_tcp_nodelay true
# how ingest learns of a restart, which it needs to know for presence
sys_interval 10

log_dest stderr
log_type error
log_type warning
log_type notice
"""
LISTENER = """
listener {port} {host}
protocol {protocol}
# else any device could take over another's session
use_username_as_clientid true
"""
TLS = """\
certfile {certificate}
keyfile {key}
"""
CERTIFIED = """\
# who comes in here is whom their certificate names, and has no need of a secret: services stay away
cafile {authority}
require_certificate true
use_identity_as_username true
"""
LISTENERS = {  # by their settings
    "broker_listen": ("mqtt", False),
    "broker_ws_listen": ("websockets", False),
    "broker_tls_listen": ("mqtt", True),
    "broker_wss_listen": ("websockets", True),
}
QUEUED_BYTES = 1 << 30
MEMORY = 2 << 30
MESSAGE = 1 << 20


def write(config: Config, directory: Path, accounts: Mapping[str, Account]) -> bool:
    """Put `mosquitto.conf`, `passwords` and `access` into `directory`, those that are others; whether one was.

    SIGHUP makes a running Mosquitto read the last two.
    """
    services = service_accounts(config.required("secret_key"))
    everyone = [*services, *accounts.values()]
    files = {
        "mosquitto.conf": configuration(config, directory),
        "passwords": passwords(everyone),
        "access": access(account.identity for account in everyone),
    }
    return any([_replaced(directory / name, text) for name, text in files.items()])


def configuration(config: Config, directory: Path) -> str:
    text = CONFIGURATION.format(
        directory=directory,
        user=getpass.getuser(),
        inflight=max(config.inflight, config.batch_messages),
        queued_bytes=QUEUED_BYTES,
        memory=MEMORY,
        message=MESSAGE,
    )
    for name, (protocol, secure) in LISTENERS.items():
        if listen := getattr(config, name):
            host, port = address(listen)
            text += LISTENER.format(host=host, port=port, protocol=protocol)
            text += _secured(config) if secure else ""
    return text


def _secured(config: Config) -> str:
    text = TLS.format(certificate=config.required("tls_certificate"), key=config.required("tls_key"))
    return text + (CERTIFIED.format(authority=config.tls_client_ca) if config.tls_client_ca else "")


def passwords(accounts: Iterable[Account]) -> str:
    """Who can sign in; one that is disabled can't."""
    return "".join(
        f"{account.identity.slug}:{account.secret_hash}\n" for account in accounts if account.identity.enabled
    )


def access(identities: Iterable[Identity]) -> str:
    """Who may do what, as `rentguy.access` has it. Mosquitto knows no difference between hearing and subscribing.

    Whether a message may be heard at once it can't judge: what may not is denied to integrations by its topic. Only a
    presence isn't, or they would not hear from the platform that a device has gone.
    """
    everyone = list(identities)
    hidden: dict[str, list[str]] = defaultdict(list)
    for identity in everyone:
        for topic in grants(identity, "publish") if identity.kind == "device" else ():
            what = parse(topic)
            if what.kind != "presence" and not live(identity, what):
                hidden[what.project].append(topic)
    return "".join(_user(identity, hidden) for identity in everyone)


def service_accounts(secret_key: str) -> list[Account]:
    return [
        Account(Identity(service, "service"), service_hash(service_secret(secret_key, service))) for service in SERVICES
    ]


def program() -> str:
    """Where Mosquitto is. Raises ConfigError that says what to install."""
    if found := shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"):
        return found
    raise ConfigError("Mosquitto is not installed: on Debian, apt-get install mosquitto")


def _user(identity: Identity, hidden: Mapping[str, list[str]]) -> str:
    lines = [f"topic write {filter}\n" for filter in grants(identity, "publish")]
    lines += [f"topic read {filter}\n" for filter in grants(identity, "receive")]
    if identity.kind == "integration" and identity.enabled:
        lines += [f"topic deny {topic}\n" for project in identity.roles for topic in hidden.get(project, ())]
    return f"user {identity.slug}\n{''.join(dict.fromkeys(lines))}\n"


def _replaced(file: Path, text: str) -> bool:
    """Written whole or not at all, for us alone; False when it says so already."""
    if file.exists() and file.read_text() == text:
        return False
    fresh = file.with_suffix(".new")
    fresh.touch(0o600)
    fresh.write_text(text)
    fresh.replace(file)
    return True
