"""Who may do what: one pure function over one table, default deny.

Asked for connect, publish, subscribe, will and delivery by the brokers, the API and `/ws`; by the API also whether one
may `manage` (see or change) what the registry has of somebody or something, and for what is one's `own`. What those are
about is written like a topic: `rentguy/{project}/{member, shift, device, assignment, …}/{slug}`.
"""

from typing import Literal, NamedTuple

from msgspec import Struct

from rentguy.topics import NO_PROJECT, ROOT, UPTIME, Topic, contains, unshared

Action = Literal["connect", "publish", "subscribe", "will", "receive", "manage", "own"]
SCOPES = {
    "read": ("subscribe", "receive"),
    "publish": ("publish",),
    "manage": ("manage",),
}  # what an API token may be for


class Identity(Struct, frozen=True):
    """Who is asking, and what the registry says of them at this moment.

    `roles` maps a project to the role there: a person's; for what is assigned to it "device", "integration", or "phone"
    (a device with an owner, whose position is a person's);
    `on_shift` holds the projects where a person's position is welcome, if only as a backlog, `sharing` those where the
    shift runs at this moment; `ended` those of a device whose assignment has ended, while their door is still open.
    `scopes` are those of the API token it comes with; None when it comes as itself, with all its rights.
    """

    slug: str
    kind: Literal["device", "integration", "person", "service"]
    roles: dict[str, str] = {}
    on_shift: frozenset[str] = frozenset()
    sharing: frozenset[str] = frozenset()
    ended: frozenset[str] = frozenset()
    admin: bool = False
    enabled: bool = True
    scopes: frozenset[str] | None = None

    def role_in(self, project: str) -> str | None:
        return "admin" if self.admin else self.roles.get(project)


class Rule(NamedTuple):
    """`roles` may do `actions` on these filters, below ROOT or in $SYS; {p} is a project of theirs, {me} their slug."""

    roles: str
    actions: str
    filters: tuple[str, ...]


HEARD = ("{p}/#", f"{NO_PROJECT}/equipment/+")
RULES = (
    Rule("device", "publish", ("{p}/position/{me}",)),
    Rule("device phone", "publish", ("{p}/scan/{me}", "{p}/presence/{me}")),
    Rule("device phone", "will", ("{p}/presence/{me}",)),
    Rule("device phone", "subscribe receive", ("{p}/receipt/{me}", "{p}/command/{me}", f"{NO_PROJECT}/config/{{me}}")),
    Rule("integration", "subscribe receive", ("{p}/#",)),
    Rule("viewer crew dispatcher admin", "subscribe receive", HEARD),
    Rule("viewer crew dispatcher admin", "publish", ("{p}/read/{me}",)),
    Rule("crew dispatcher admin", "publish", ("{p}/chat/{me}", "{p}/typing/{me}", "{p}/scan/{me}")),
    Rule("on_shift", "publish", ("{p}/position/{me}",)),
    Rule("dispatcher admin", "publish", ("{p}/command/+",)),
    Rule("viewer crew", "manage", ("{p}/shift/{me}",)),  # a viewer's may still run
    Rule("dispatcher", "manage", ("{p}/shift/+", "{p}/member/+", "{p}/device/+", "{p}/assignment/+")),
    Rule("dispatcher", "manage", (f"{NO_PROJECT}/assignment/+",)),  # a spare device is for whoever needs it
    Rule("admin", "manage", ("#",)),
    Rule("person", "own", (f"{NO_PROJECT}/account/{{me}}",)),
    Rule("_ingest", "subscribe receive", ("#", UPTIME)),
    Rule("_ingest", "publish", tuple(f"+/{kind}/+" for kind in ("receipt", "equipment", "visit", "alert", "config"))),
    Rule("_ingest", "publish", ("+/presence/+",)),
    Rule("_api", "subscribe receive", ("#",)),
    Rule("_api", "publish", tuple(f"+/{kind}/+" for kind in ("chat", "typing", "read", "scan", "position", "command"))),
    Rule("_api", "publish", ("+/presence/+",)),
    Rule("_gateway", "publish", ("+/position/+", "+/scan/+", "+/presence/+")),
)


def allowed(identity: Identity, action: Action, topic_or_filter: str = "") -> bool:
    """Whether `identity` may do this. A filter is allowed when one grant contains all that it would receive."""
    if not identity.enabled:
        return False
    if action == "connect":
        return identity.kind != "person"  # people come through /ws and REST
    if not within(identity.scopes, action):
        return False
    wanted = unshared(topic_or_filter) if identity.kind == "service" else topic_or_filter
    return any(contains(grant, wanted) for grant in grants(identity, action))


def live(identity: Identity, topic: Topic) -> bool:
    """Whether what `identity` publishes there may be heard at once, or by services only.

    After an assignment or a shift its door stays open for a backlog, which ingest sorts by its times; nobody else is to
    hear it.
    """
    if topic.project in identity.ended:
        return False
    return topic.kind != "position" or topic.project not in identity.on_shift - identity.sharing


def grants(identity: Identity, action: Action) -> list[str]:
    """The filters `identity` is granted for `action`, as MQTT writes them."""
    if not identity.enabled or not within(identity.scopes, action):
        return []
    return [
        filter if filter.startswith("$") else f"{ROOT}/{filter.format(p=project, me=identity.slug)}"
        for project, role in _standings(identity)
        for rule in RULES
        if role in rule.roles.split() and action in rule.actions.split()
        for filter in rule.filters
    ]


def within(scopes: frozenset[str] | None, action: str) -> bool:
    """Whether a token of these scopes is for such an action; what is one's own is for no token."""
    return scopes is None or any(action in SCOPES[scope] for scope in scopes)


def _standings(identity: Identity) -> list[tuple[str, str]]:
    """The (project, role) pairs an identity acts in."""
    if identity.kind == "service":
        return [("+", identity.slug)]
    standings = [("+", "admin")] if identity.admin else list(identity.roles.items())
    if identity.kind == "device" and not standings:
        standings = [(NO_PROJECT, "device")]  # it may still hear where it belongs
    if identity.kind == "person":
        standings = [*standings, (NO_PROJECT, "person")]
    return standings + [(project, "on_shift") for project in identity.on_shift]
