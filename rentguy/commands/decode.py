"""`rentguy decode`: what the platform makes of a message."""

import sys
from collections.abc import Iterator
from datetime import datetime, timedelta

import msgspec

from rentguy.decoding import decode as decoded
from rentguy.decoding import encode
from rentguy.errors import MessageError, TopicError
from rentguy.fixes import Flag, flags, trusted
from rentguy.messages import Message, Position, Time, utc
from rentguy.topics import parse

MICROSECOND = timedelta(microseconds=1)


class Line(msgspec.Struct):
    """A message as it came: `payload` is JSON, or a string for bytes that are none."""

    topic: str
    payload: msgspec.Raw
    received_at: Time | None = None


def decode() -> None:
    """Read JSON lines {topic, payload, received_at} from stdin; print canonical messages, or the reasons why not.

    One line for each element of a payload: {topic, index, type, message}, with {recorded_at, flags} when it is known
    when the message was received; or {topic, index, error}.
    """
    for line in sys.stdin.buffer:
        if line.strip():
            for answer in explain(line):
                print(encode(answer).decode(), flush=True)


def explain(line: bytes) -> Iterator[dict[str, object]]:
    """What became of each element of one message."""
    try:
        message = msgspec.json.decode(line, type=Line)
        received = None if message.received_at is None else utc(message.received_at)
    except (msgspec.MsgspecError, ValueError) as error:
        yield {"error": f"expected {{topic, payload, received_at}}: {error}"}
        return
    yield from understood(message.topic, _bytes(message.payload), received)


def understood(text: str, payload: bytes, received: datetime | None) -> Iterator[dict[str, object]]:
    """Each element of a payload under a topic, as a message or with the reason why not."""
    try:
        topic = parse(text)
    except TopicError as error:
        yield {"topic": text, "error": str(error)}
        return
    for index, element in enumerate(decoded(topic, payload)):
        if isinstance(element, MessageError):
            yield {"topic": text, "index": element.index, "error": str(element)}
        else:
            known = {"topic": text, "index": index, "type": type(element).__name__, "message": element}
            yield known | _recorded(element, received, index)


def _recorded(message: Message, received: datetime | None, index: int) -> dict[str, object]:
    """The time a message is recorded at, and what is odd about it, when it was received then and for the first time."""
    at = getattr(message, "at", None)
    if received is None or at is None:
        return {}
    odd = flags(message, at, None) if isinstance(message, Position) else Flag(0)
    if not trusted(at, received):
        at, odd = received + index * MICROSECOND, odd | Flag.CLOCK
    return {"recorded_at": at, "flags": [flag.name.lower() for flag in odd]}


def _bytes(payload: msgspec.Raw) -> bytes:
    raw = bytes(payload)
    return msgspec.json.decode(raw, type=str).encode() if raw.startswith(b'"') else raw
