"""Errors that carry their evidence; a class's docstring is its default text."""


class RentGuyError(Exception):
    """something went wrong"""

    def __init__(self, text: str | None = None) -> None:
        super().__init__(text or self.__doc__)


class TopicError(RentGuyError):
    """the topic is outside rentguy/{project}/{kind}/{source}"""


class MessageError(RentGuyError):
    """the message can't be understood

    `index` is the element's place in its array (0 for a single object), `seq` and `id` what could still be read of its
    identity, so that a receipt can name it.
    """

    def __init__(self, text: str, *, index: int = 0, seq: int | None = None, id: str | None = None) -> None:
        super().__init__(text)
        self.index, self.seq, self.id = index, seq, id


class ConfigError(RentGuyError):
    """a setting is missing or wrong"""


class RegistryError(RentGuyError):
    """the registry can't take this change"""


class BrokerGone(RentGuyError):
    """the broker can't be reached"""
