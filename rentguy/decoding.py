"""From the bytes of a payload to messages, and back.

Each element of an array stands for itself, so one bad element never takes the others with it; an error names the field,
the bound and the value that came.
"""

import re
from collections.abc import Callable
from functools import cache

import msgspec
from msgspec import UNSET, Struct, UnsetType

from rentguy.errors import MessageError
from rentguy.messages import ARRAYS, TYPES, ChatDelete, ChatEdit, ChatMessage, Message
from rentguy.topics import KINDS, Topic

MAX_PAYLOAD = 256 * 1024
MAX_ELEMENTS = 500


class _AnyChat(Struct):
    """Enough of a chat payload to tell which of the three it is."""

    body: msgspec.Raw | UnsetType = UNSET
    edit: msgspec.Raw | UnsetType = UNSET
    delete: msgspec.Raw | UnsetType = UNSET

    def type(self) -> type[Message]:
        if self.delete is not UNSET:
            return ChatDelete
        return ChatMessage if self.edit is UNSET else ChatEdit


_WHERE = re.compile(r" - at `\$\.?([^`]*)`")
_array = msgspec.json.Decoder(list[msgspec.Raw]).decode
_any_chat = msgspec.json.Decoder(_AnyChat).decode
_anything = msgspec.json.Decoder().decode
_list_of = {TYPES[kind]: msgspec.json.Decoder(list[TYPES[kind]]).decode for kind in ARRAYS}
encode = msgspec.json.Encoder().encode
plain = msgspec.to_builtins


@cache
def _decoder(type: type[Message]) -> Callable[[bytes], Message]:
    return msgspec.json.Decoder(type).decode


def decode(topic: Topic, payload: bytes) -> list[Message | MessageError]:
    """The messages in a payload, in order; what can't be understood stands in its place as a MessageError.

    An empty payload of a retained kind means "cleared" and gives an empty list. Never raises.
    """
    try:
        if not payload:
            return [] if KINDS[topic.kind].retained else [MessageError("expected JSON, got an empty payload")]
        if len(payload) > MAX_PAYLOAD:
            raise MessageError(f"expected at most {MAX_PAYLOAD} bytes, got {len(payload)}")
        if topic.kind in ARRAYS and payload.lstrip()[:1] == b"[":
            return _elements(TYPES[topic.kind], payload)
        return [_one(_type(topic.kind, payload), payload)]
    except MessageError as error:
        return [error]
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        return [MessageError(f"expected JSON: {error}")]


def read(type: type[Message], raw: bytes) -> Message:
    """One value of a known type. Raises MessageError."""
    message = _one(type, raw)
    if isinstance(message, MessageError):
        raise message
    return message


def _type(kind: str, payload: bytes) -> type[Message]:
    if kind == "chat":
        return _any_chat(payload).type()
    if TYPES[kind] is None:
        raise MessageError(f"kind: {kind!r} has no payload yet")
    return TYPES[kind]


def _elements(type: type[Message], payload: bytes) -> list[Message | MessageError]:
    raws = _array(payload)
    if len(raws) > MAX_ELEMENTS:
        raise MessageError(f"expected at most {MAX_ELEMENTS} elements, got {len(raws)}")
    try:
        return _list_of[type](payload)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return [_one(type, bytes(raw), index) for index, raw in enumerate(raws)]


def _one(type: type[Message], raw: bytes, index: int = 0) -> Message | MessageError:
    try:
        return _decoder(type)(raw)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        return _explained(error, raw, index)


def _explained(error: Exception, raw: bytes, index: int) -> MessageError:
    """The error with the field, the bound and the value that came, and what is known of the message's identity."""
    try:
        fields = _anything(raw.decode(errors="replace"))
    except (msgspec.MsgspecError, RecursionError):
        return MessageError(f"expected JSON: {error}", index=index)
    text = str(error)
    where = _WHERE.search(text)
    field, text = (where[1], text[: where.start()]) if where else ("", text)
    if field and ", got" not in text:
        text += f", got {_at(field, fields)!r:.100}"
    seq, id = (fields.get("seq"), fields.get("id")) if isinstance(fields, dict) else (None, None)
    return MessageError(
        f"{field}: {text}" if field else text,
        index=index,
        seq=seq if type(seq) is int and 0 <= seq < 2**63 else None,
        id=id if isinstance(id, str) and len(id) <= 64 else None,
    )


def _at(path: str, fields: object) -> object:
    for name in path.split("."):
        fields = fields.get(name) if isinstance(fields, dict) else None
    return fields
