"""What one identity may do here: `rentguy.access` and the grammar of topics, answers remembered."""

from collections.abc import Callable

from rentguy import access
from rentguy.access import Action, Identity
from rentguy.errors import TopicError
from rentguy.topics import KINDS, is_filter, parse, unshared

REMEMBERED = 20_000
MAX_FILTER = 1024  # characters
MAX_LEVELS = 16  # topics have four; each level of a filter takes memory
Allows = Callable[[Identity, Action, str], bool]


def allows(identity: Identity, action: Action, topic: str) -> bool:
    """Whether the platform's rules allow it; what is published must be a topic of ours."""
    if action in ("publish", "will"):
        try:
            parse(topic)
        except TopicError:
            return False
    return access.allowed(identity, action, topic)


def keeps(topic: str) -> bool:
    """Whether a message to this topic may be retained: not when its kind isn't."""
    try:
        return KINDS[parse(topic).kind].retained
    except TopicError:
        return True  # another grammar allowed it


class Permissions:
    """The answers for one identity as the registry had it; a changed identity gets new Permissions."""

    def __init__(self, identity: Identity, allows: Allows = allows) -> None:
        self.identity = identity
        self._allows = allows
        self._all_live = identity.on_shift == identity.sharing and not identity.ended  # so it is for nearly everyone
        self._known: dict[tuple[Action, str], bool] = {}

    @property
    def service(self) -> bool:
        return self.identity.kind == "service"

    def may(self, action: Action, topic: str = "") -> bool:
        key = (action, topic)
        if (answer := self._known.get(key)) is None:
            answer = self._ask(action, topic)
            if answer and action in ("publish", "receive"):  # what is refused isn't worth the memory
                if len(self._known) >= REMEMBERED:
                    self._known.clear()
                self._known[key] = answer
        return answer

    def live(self, topic: str) -> bool:
        """Whether others than services may hear at once what this identity publishes there."""
        return self._all_live or access.live(self.identity, parse(topic))

    def refusal(self, topic: str) -> str:
        """Why the identity may not publish to a topic; empty when it may."""
        if self.may("publish", topic):
            return ""
        try:
            parse(topic)
        except TopicError as error:
            return str(error)
        return f"{self.identity.slug} may not publish here"

    def _ask(self, action: Action, topic: str) -> bool:
        if action in ("publish", "will") and (topic[:1] in ("", "$") or "+" in topic or "#" in topic):
            return False  # [MQTT-3.3.2-2] [MQTT-4.7.3-1]; `$` is the server's own (4.7.2)
        if action == "subscribe" and not (
            len(topic) <= MAX_FILTER and topic.count("/") < MAX_LEVELS and _well_formed(topic)
        ):
            return False
        return self._allows(self.identity, action, topic)


def _well_formed(filter: str) -> bool:
    """By 4.7.1; of a shared one the group too, which is a level without wildcards."""
    if not filter.startswith("$share/"):
        return is_filter(filter)
    group = filter.split("/", 2)[1]
    return bool(group) and not set(group) & {"+", "#"} and is_filter(unshared(filter))
