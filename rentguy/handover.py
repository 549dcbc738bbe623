"""What somebody who sets up a device is handed over with its secret: where to find the broker, and lines to paste."""

import json
from base64 import b64encode
from shlex import quote
from urllib.parse import quote as escaped
from urllib.parse import urlsplit

from msgspec import Struct

from rentguy.config import Config
from rentguy.topics import ROOT, build

PORTS = {"mqtt": 1883, "mqtts": 8883, "ws": 80, "wss": 443}
TLS = ("mqtts", "wss")
FIX = '{\\"at\\": $(date +%s), \\"lat\\": 52.4372, \\"lon\\": 5.753}'  # in double quotes: a field in Biddinghuizen
AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt"  # Debian's; of an authority of one's own, its certificate
TO_COME = "PROJECT"  # in place of the project that it doesn't work for yet


class Handover(Struct, frozen=True):
    """A device's secret and settings; of an integration, which only hears, `mosquitto_pub` is a mosquitto_sub line."""

    slug: str
    secret: str
    mqtt_url: str
    topic: str | None
    mosquitto_pub: str
    owntracks: str


def of(config: Config, slug: str, kind: str, project: str | None, secret: str) -> Handover:
    """What is handed over of a device; `topic` is that of its position, None while it works for nothing."""
    url = config.mqtt_public_url or config.mqtt_url
    topic = build(project, "position", slug) if project else None
    written = topic or f"{ROOT}/{TO_COME}/position/{slug}"
    hears = kind == "integration"
    line = _heard(url, slug, secret, project or TO_COME) if hears else _published(url, slug, secret, written)
    return Handover(slug, secret, url, topic, line, _owntracks(url, slug, secret, written))


def _published(url: str, slug: str, secret: str, topic: str) -> str:
    return f'mosquitto_pub {_signed_in(url, slug, secret)} -q 1 -t {quote(topic)} -m "{FIX}"'


def _heard(url: str, slug: str, secret: str, project: str) -> str:
    return f"mosquitto_sub {_signed_in(url, slug, secret)} -v -t {quote(f'{ROOT}/{project}/#')}"


def _signed_in(url: str, slug: str, secret: str) -> str:
    scheme, host, port = _parts(url)
    options = ["-h", host, "-p", str(port), *(["--cafile", AUTHORITIES] if scheme in TLS else [])]
    return " ".join(map(quote, [*options, "-i", slug, "-u", slug, "-P", secret]))


def _owntracks(url: str, slug: str, secret: str, topic: str) -> str:
    """A link that OwnTracks opens: its configuration (owntracks.org/booklet/tech/json, "configuration") in base64."""
    scheme, host, port = _parts(url)
    configuration = {
        "_type": "configuration",
        "mode": 0,  # MQTT
        "host": host,
        "port": port,
        "tls": scheme in TLS,
        "ws": scheme in ("ws", "wss"),
        "auth": True,
        "username": slug,
        "password": secret,
        "clientId": slug,
        "deviceId": slug,
        "tid": slug[-2:],
        "pubTopicBase": topic,
        "pubRetain": False,
        "sub": False,
    }
    inline = b64encode(json.dumps(configuration).encode()).decode()
    return f"owntracks:///config?inline={escaped(inline, safe='')}"


def _parts(url: str) -> tuple[str, str, int]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "127.0.0.1", parts.port or PORTS.get(parts.scheme, 1883)
