"""The one grammar of topics: `rentguy/{project}/{kind}/{source}`.

Built, parsed, matched and compared here only. `web/src/contract/topics.ts` is the twin; `tests/cases/topics.json` tests
both.
"""

import re
from typing import NamedTuple

from rentguy.errors import TopicError

ROOT = "rentguy"
NO_PROJECT = "-"
SERVICES = ("_ingest", "_api", "_gateway")
SLUG = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}\Z")


class Kind(NamedTuple):
    """How one kind of message travels, and whether ingest stores it."""

    qos: int
    retained: bool
    stored: bool = False


KINDS = {
    "position": Kind(1, False, stored=True),
    "scan": Kind(1, False, stored=True),
    "presence": Kind(1, True, stored=True),
    "chat": Kind(1, False, stored=True),
    "typing": Kind(0, False),
    "read": Kind(1, True, stored=True),
    "receipt": Kind(1, False),
    "equipment": Kind(1, True),
    "visit": Kind(1, False),
    "alert": Kind(1, True),
    "command": Kind(1, False),
    "config": Kind(1, True),
}

STORER = "_ingest"  # whose session at the broker holds what isn't stored yet
UPTIME = "$SYS/broker/uptime"  # "123 seconds", every 10 s: Mosquitto's, mosquitto(8)
STORED = tuple(f"{ROOT}/+/{name}/+" for name, kind in KINDS.items() if kind.stored)


class Topic(NamedTuple):
    """A topic taken apart. `source` is whom or what it is about: a source's slug, an item's code, an alert's id."""

    project: str
    kind: str
    source: str

    def __str__(self) -> str:
        return f"{ROOT}/{self.project}/{self.kind}/{self.source}"


def is_slug(text: str) -> bool:
    return SLUG.match(text) is not None


def slug(text: str) -> str:
    """What a person typed as a slug, folded to lower case. Raises TopicError naming the text."""
    folded = text.strip().lower()
    if not is_slug(folded):
        raise TopicError(f"{text!r} is no slug: [a-z0-9] first, then [a-z0-9._-], 63 characters at most")
    return folded


def build(project: str, kind: str, source: str) -> str:
    """The topic's text. Raises TopicError for a part outside the grammar."""
    return str(parse(f"{ROOT}/{project}/{kind}/{source}"))


def parse(text: str) -> Topic:
    """A topic's parts. Raises TopicError that names the part which is wrong."""
    levels = text.split("/")
    if len(levels) != 4 or levels[0] != ROOT:
        raise TopicError(f"{text[:200]!r} is not {ROOT}/{{project}}/{{kind}}/{{source}}")
    _, project, kind, source = levels
    if project != NO_PROJECT and not is_slug(project):
        raise TopicError(f"project: {project[:80]!r} is neither a slug nor {NO_PROJECT!r}")
    if kind not in KINDS:
        raise TopicError(f"kind: {kind[:80]!r} is none of {', '.join(KINDS)}")
    if not is_slug(source) and source not in SERVICES:
        raise TopicError(f"source: {source[:80]!r} is no slug")
    return Topic(project, kind, source)


def is_filter(text: str) -> bool:
    """Whether MQTT 3.1.1 allows it as a topic filter (4.7.1): `#` last and alone, `+` alone in its level."""
    levels = text.split("/")
    return (
        bool(text)
        and "\0" not in text
        and all(level in ("+", "#") or not set(level) & {"+", "#"} for level in levels)
        and "#" not in levels[:-1]
    )


def matches(filter: str, topic: str) -> bool:
    """Whether a subscription to `filter` receives what is published to `topic`."""
    return "+" not in topic and "#" not in topic and contains(filter, topic)


def contains(outer: str, inner: str) -> bool:
    """Whether every topic that `inner` (a filter or a topic) receives is received by `outer` too."""
    if inner.startswith("$") and outer[:1] in ("+", "#"):
        return False  # 4.7.2: wildcards first in a filter don't reach $SYS and its like
    theirs = ("+/#" if inner == "#" else inner).split("/")  # a topic has at least one level, so the two are equal
    ours = outer.split("/")
    for place, level in enumerate(ours):
        if level == "#":
            return True
        if place >= len(theirs) or theirs[place] == "#" or level not in ("+", theirs[place]):
            return False
    return len(theirs) == len(ours)


def unshared(filter: str) -> str:
    """The filter inside a shared subscription `$share/{group}/{filter}`, any other filter as it is."""
    if not filter.startswith("$share/"):
        return filter
    _, _, rest = filter.partition("/")
    _, _, inner = rest.partition("/")
    return inner
