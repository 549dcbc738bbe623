"""`/ws`: what a browser asks. A frame that isn't understood gets `$/error`, and the socket lives on."""

import logging
import threading
from datetime import UTC, datetime
from math import ceil

import msgspec
from flask import Flask, current_app, request
from flask_sock import Sock
from msgspec import Raw, Struct

from rentguy.access import allowed
from rentguy.decoding import decode
from rentguy.errors import MessageError, RentGuyError
from rentguy.fixes import trusted
from rentguy.log import pairs
from rentguy.messages import Message, Position
from rentguy.topics import Topic, parse

from . import statements as sql
from .auth import database, hears, signed_in, this_session
from .browser import TOO_SLOW, Browser
from .hub import Hub
from .limits import SOCKETS, address, limits, too_many
from .problems import Problem

logger = logging.getLogger(__name__)
Ref = str | int | None
PING_S = 25
MOST_BYTES = 512 * 1024
FULL_S = 10  # until a socket of somebody who has too many may have been closed


class TooFast(RentGuyError):
    """it came too soon after others; `retry_s` says when it may be sent again"""

    def __init__(self, wait_s: float) -> None:
        super().__init__(f"too much at once; try again in {ceil(wait_s)} s")
        self.retry_s = ceil(wait_s)


class Publish(Struct, frozen=True):
    topic: str
    payload: Raw


class Asked(Struct, frozen=True):
    """One frame of a browser: one of the four."""

    join: str | None = None
    leave: str | None = None
    publish: Publish | None = None
    ping: bool = False
    ref: Ref = None


_asked = msgspec.json.Decoder(Asked).decode
sock = Sock()


def install(app: Flask) -> None:
    app.config["SOCK_SERVER_OPTIONS"] = {"ping_interval": PING_S, "max_message_size": MOST_BYTES}
    app.before_request(_at_the_door)
    sock.init_app(app)


def _at_the_door() -> None:
    """Who isn't signed in, or has too many sockets, gets an answer instead of a handshake."""
    if request.path != "/ws":
        return
    if wait_s := limits().handshakes.take(address()):
        too_many("too many sockets are opened at once from here", wait_s)
    identity, _ = signed_in()
    if current_app.extensions["hub"].sockets(identity.slug) >= SOCKETS:
        too_many(f"{SOCKETS} sockets are open already: close a tab", FULL_S)


@sock.route("/ws")
def serve(ws) -> None:
    identity, _ = signed_in()
    hub: Hub = current_app.extensions["hub"]
    browser = Browser(ws, identity, this_session())
    writer = threading.Thread(target=browser.write, name=f"writer {identity.slug}", daemon=True)
    writer.start()
    try:
        hub.welcome(browser)
        while ws.connected:
            if (frame := ws.receive(timeout=PING_S)) is not None:
                _answer(hub, browser, frame)
    finally:
        hub.forget(browser)


def _answer(hub: Hub, browser: Browser, frame: str | bytes) -> None:
    ref = None
    try:
        wait_s = limits().frames.take(browser.identity.slug)
        asked = _asked(frame)
        ref = asked.ref
        if wait_s:
            raise TooFast(wait_s)
        _do(hub, browser, asked)
    except TooFast as error:
        browser.tell("$/error", {"ref": ref, "detail": str(error), "again": True, "retry_s": error.retry_s})
        if limits().persistent.take(browser.identity.slug):
            browser.close(TOO_SLOW)
    except (msgspec.MsgspecError, UnicodeDecodeError, RentGuyError, Problem, RecursionError) as error:
        browser.tell("$/error", {"ref": ref, "detail": str(error)})
    except Exception:
        logger.exception("a frame could not be answered %s", pairs(browser=browser.identity.slug))
        browser.tell("$/error", {"ref": ref, "detail": "something went wrong here; it has been logged, try again"})


def _do(hub: Hub, browser: Browser, asked: Asked) -> None:
    match asked:
        case Asked(join=str(project)):
            if not hears(browser.identity, project) or not database().row(sql.PROJECT, {"project": project}):
                detail = f"there is no project {project[:80]!r} that you belong to"
                browser.tell("$/error", {"ref": asked.ref, "project": project, "detail": detail})
                return
            if wait_s := limits().joins.take(browser.identity.slug):
                raise TooFast(wait_s)
            hub.join(browser, project)
        case Asked(leave=str(project)):
            hub.leave(browser, project)
        case Asked(publish=Publish() as publish):
            _publish(hub, browser, publish, asked.ref)
        case Asked(ping=True):
            browser.tell("$/pong", {"ref": asked.ref})
        case _:
            raise RentGuyError('expected {"join"}, {"leave"}, {"publish"} or {"ping"}')


def _publish(hub: Hub, browser: Browser, publish: Publish, ref: Ref) -> None:
    topic, payload = parse(publish.topic), bytes(publish.payload)
    if not _may_publish(hub, browser, topic):
        raise RentGuyError(f"you may not publish {topic.kind!r} as {topic.source!r} in {topic.project!r}")
    messages = decode(topic, payload)
    for message in messages:
        if isinstance(message, MessageError):
            raise message
    _require_shift(topic, messages)
    if not hub.publish(publish.topic, payload, lambda: browser.tell("$/ack", {"ref": ref})):
        browser.tell("$/error", {"ref": ref, "detail": "the broker is away; try again in a moment", "again": True})


def _may_publish(hub: Hub, browser: Browser, topic: Topic) -> bool:
    """Whether one may, as was known last; for a position as is known now, since shifts begin by the clock."""
    if topic.kind == "position" and not allowed(browser.identity, "publish", str(topic)):
        hub.recheck(browser)
    return allowed(browser.identity, "publish", str(topic))


def _require_shift(topic: Topic, messages: list[Message]) -> None:
    """The door stays open for backlogs after a shift, but what was outside one goes to nobody, on MQTT either."""
    now = datetime.now(UTC)
    times = [each.at if trusted(each.at, now) else now for each in messages if isinstance(each, Position)]
    values = {"times": times, "project": topic.project, "person": topic.source}
    if times and database().row(sql.OFF_SHIFT, values):
        raise RentGuyError("your position is only shared while you are on shift")
