"""What the broker itself says of a source that the registry has sent away."""

from datetime import UTC, datetime

from rentguy.decoding import decode, encode
from rentguy.messages import Presence
from rentguy.topics import ROOT, parse

from .message import Message
from .policy import Permissions
from .retained import Retained


def no_longer_online(slug: str, permissions: Permissions | None, retained: Retained) -> list[Message]:
    """That it is offline, for each topic where it last said otherwise and has no business any more.

    A will does the same for who has one. `permissions` are what it may now; None when it is not connected.
    """
    offline = encode(Presence(online=False, at=datetime.now(UTC)))
    return [
        Message(topic, offline, 1, True)
        for topic in list(retained.matching(f"{ROOT}/+/presence/{slug}"))
        if not (permissions and permissions.may("publish", topic) and permissions.live(topic))
        and _online(topic, retained.get(topic))
    ]


def _online(topic: str, message: Message | None) -> bool:
    said = decode(parse(topic), message.payload)
    return bool(said) and isinstance(said[0], Presence) and said[0].online
