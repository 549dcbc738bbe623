"""EMQX 5.8 as the broker: it asks us at each sign-in (HTTP authentication), and the answer carries what one may do.

It checks what is published and subscribed, never what is delivered; what it was told holds until the client signs in
again.
"""

from math import ceil, inf

from rentguy.access import Identity, grants, live
from rentguy.config import Config, address
from rentguy.credentials import service_secret
from rentguy.topics import KINDS, parse

NAME = "_emqx"  # whose derived secret EMQX presents to us
PATH = "/api/v1/mqtt/auth"
MOST_INFLIGHT = 65_535
SETTINGS = """\
# who may sign in, and what they may do then: asked of the api, which has to be there
authentication = [
  {{
    mechanism = password_based
    backend = http
    method = post
    url = "{url}"
    headers {{
      "content-type" = "application/json"
      authorization = "Bearer {secret}"
    }}
    body {{
      username = "${{username}}"
      password = "${{password}}"
      clientid = "${{clientid}}"
      peerhost = "${{peerhost}}"
    }}
    request_timeout = 5s
  }}
]
# the answer's rules and no others: EMQX comes with a file that allows more
authorization {{
  sources = []
  no_match = deny
  deny_action = ignore
  cache.enable = false
}}
mqtt {{
  # 32 would make ingest, which acknowledges in batches, crawl
  max_inflight = {inflight}
  # of 1,000 the rest would be lost
  max_mqueue_len = infinity
  # more than ours, so that what is too large becomes a reject instead of vanishing
  max_packet_size = 1MB
  # 2h would forget what ingest hasn't fetched yet
  session_expiry_interval = {session_s}s
}}
"""
LISTENER = """\
listeners.{kind}.default {{
  bind = "{listen}"
{tls}}}
"""
TLS = """\
  ssl_options {{
    certfile = "{certificate}"
    keyfile = "{key}"
  }}
"""
LISTENERS = {
    "tcp": "broker_listen",
    "ws": "broker_ws_listen",
    "ssl": "broker_tls_listen",
    "wss": "broker_wss_listen",
}


def secret(config: Config) -> str:
    """What EMQX shows us, so that nobody else can try secrets here."""
    return service_secret(config.required("secret_key"), NAME)


def settings(config: Config, api: str) -> str:
    """EMQX's configuration (HOCON) with `api`, the address where it reaches ours."""
    text = SETTINGS.format(
        url=f"{api}{PATH}",
        secret=secret(config),
        inflight=min(max(config.inflight, config.batch_messages), MOST_INFLIGHT),
        session_s=int(config.session_days * 86_400),
    )
    for kind, name in LISTENERS.items():
        listen = getattr(config, name)
        if not listen:
            text += f"listeners.{kind}.default.enable = false\n"
            continue
        address(listen)
        secure = kind in ("ssl", "wss")
        certificate = (
            {"certificate": config.required("tls_certificate"), "key": config.required("tls_key")} if secure else {}
        )
        text += LISTENER.format(kind=kind, listen=listen, tls=TLS.format(**certificate) if secure else "")
    return text


def rules(identity: Identity) -> list[dict]:
    """What `identity` may do, as EMQX's rules: the first that matches counts, the last denies.

    Since it checks no delivery, a phone's position is refused where others than services must not hear it; its backlog
    comes with the next shift. What isn't retained as a kind may not be retained at all.
    """
    published = [topic for topic in grants(identity, "publish") if not _must_stay_unheard(identity, topic)]
    return [
        *(_allow("publish", topic, **_unretained(topic)) for topic in published),
        *(_allow("subscribe", filter) for filter in grants(identity, "subscribe")),
        {"permission": "deny", "action": "all", "topic": "#"},
    ]


def answer(identity: Identity, next_change: float = inf) -> dict:
    """What EMQX hears of somebody who may sign in; `expire_at` (Unix seconds) is when it has to ask again."""
    expiry = {} if next_change == inf else {"expire_at": ceil(next_change)}  # a moment in the past would be refused
    return {"result": "allow", "is_superuser": False, **expiry, "acl": rules(identity)}


def _allow(action: str, topic: str, **conditions: bool) -> dict:
    return {"permission": "allow", "action": action, "topic": topic, **conditions}


def _unretained(filter: str) -> dict[str, bool]:
    kind = KINDS.get(filter.split("/")[2])
    return {"retain": False} if kind and not kind.retained else {}


def _must_stay_unheard(identity: Identity, topic: str) -> bool:
    if identity.kind != "device":
        return False
    what = parse(topic)
    return identity.roles.get(what.project) == "phone" and what.kind == "position" and not live(identity, what)
