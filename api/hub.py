"""The bridge from MQTT to browsers: one client a process, subscribed to a project while anybody watches it."""

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from secrets import token_hex
from time import monotonic, time

from msgspec.structs import replace
from psycopg2.extensions import connection

from rentguy.config import Config
from rentguy.credentials import service_secret
from rentguy.db import listen
from rentguy.decoding import decode, encode
from rentguy.erasure import erased
from rentguy.errors import MessageError, TopicError
from rentguy.fixes import trusted
from rentguy.log import pairs
from rentguy.messages import ChatDelete, ChatEdit, ChatMessage, Position, Presence, Read, Receipt
from rentguy.mqtt import Client, Incoming
from rentguy.registry import CHANNEL
from rentguy.topics import NO_PROJECT, parse

from .auth import hears
from .browser import RESTARTING, SIGNED_OUT, Browser, text_frame
from .database import Database
from .owed import Owed
from .presence import REFRESH_S, People
from .room import Room
from .sessions import Standing, standing, standings
from .snapshot import envelope

logger = logging.getLogger(__name__)
NAME = "_api"
FLUSH_S = 0.1
LINGER_S = 60.0
AGREE_S = 5.0
LOOK_S = 30.0  # shifts begin and end by the clock
EVERYBODYS = f"rentguy/{NO_PROJECT}/equipment/+"


class Hub:
    """Who watches what. Called from many greenlets, none of which is interrupted between two waits."""

    def __init__(self, config: Config, database: Database) -> None:
        self._database = database
        self._rooms: dict[str, Room] = {}
        self._browsers: set[Browser] = set()
        self._looks = count(1)
        self._owed = Owed(database, self._subscribe)
        self._stop = threading.Event()
        self._client = Client(
            config.mqtt_url,
            NAME,
            service_secret(config.required("secret_key"), NAME),
            client_id=f"{NAME}/{token_hex(8)}",
            on_message=self._heard,
            on_connect=self._returned,
        )
        self._client.subscribe(EVERYBODYS)
        self._people = People(self._client.publish)

    def start(self) -> "Hub":
        self._client.start()
        for name, work in (("flush", self._flush), ("registry", self._watch_registry)):
            threading.Thread(target=work, name=name, daemon=True).start()
        return self

    def stop(self) -> None:
        """Send every browser away; it will come back to whoever serves next."""
        self._stop.set()
        for browser in list(self._browsers):
            self.forget(browser)
            browser.close(RESTARTING)
        self._client.stop()

    @property
    def connected(self) -> bool:
        return self._client.connected.is_set()

    def sockets(self, person: str) -> int:
        """How many somebody has open."""
        return sum(browser.identity.slug == person for browser in self._browsers)

    def welcome(self, browser: Browser) -> None:
        """From here until `forget`, the hub answers for this socket; it may have been signed out at the door."""
        self._browsers.add(browser)
        self.recheck(browser)

    def join(self, browser: Browser, project: str) -> None:
        """Subscribe first, then the snapshot, then live: nothing falls between. Raises Problem 503."""
        room = self._rooms.setdefault(project, Room(project))
        with room.opening:  # who comes while the first is still being let in waits here
            if not room.open:
                self._open(room)
            room.browsers.add(browser)
            room.empty_since = None
        if project not in browser.projects:
            browser.projects.add(project)
            self._people.came(project, browser.identity.slug)
        if not self._still_hears(browser, project):
            return
        try:
            browser.push(room.snapshot(self._database))
        except Exception:
            self._owed.add(room)
            raise

    def leave(self, browser: Browser, project: str) -> None:
        if project in browser.projects:
            browser.projects.discard(project)
            self._people.went(project, browser.identity.slug)
        if room := self._rooms.get(project):
            room.browsers.discard(browser)
            if not room.browsers:
                room.empty_since = monotonic()

    def forget(self, browser: Browser) -> None:
        self._browsers.discard(browser)
        for project in list(browser.projects):
            self.leave(browser, project)

    def recheck(self, browser: Browser) -> None:
        """Look now at what a browser may; otherwise that is done after a change, and now and then."""
        look = next(self._looks)
        self._recheck_one(browser, standing(self._database, browser.session), look)

    def publish(self, topic: str, payload: bytes, on_ack: Callable[[], None]) -> bool:
        """Publish for a browser that may; False when the broker is away."""
        return self._client.publish(topic, payload, on_ack)

    def _open(self, room: Room) -> None:
        """Subscribe to a room; if the broker doesn't agree now, what it says from then on begins with a snapshot."""
        room.load(self._database)
        if not self._subscribe(room):
            self._owed.add(room)
        room.open = True

    def _subscribe(self, room: Room) -> bool:
        """Ask for a project and wait; whether the broker has agreed."""
        agreed = threading.Event()
        return self._client.subscribe(room.filter, on_done=agreed.set) and agreed.wait(AGREE_S)

    def _heard(self, incoming: Incoming) -> None:
        logger.debug("heard topic=%s bytes=%d", incoming.topic, len(incoming.payload))
        if incoming.retained:
            return  # it says what was, and so does the snapshot
        try:
            topic = parse(incoming.topic)
        except TopicError:
            return
        now, room = datetime.now(UTC), self._rooms.get(topic.project)
        for index, message in enumerate(decode(topic, incoming.payload) if incoming.payload else [None]):
            match message:
                case MessageError():
                    continue  # ingest keeps it as a reject
                case Receipt() if not message.ids:
                    continue  # a tracker's own business
                case Position():
                    if room:
                        room.moved(topic, message, now, index)
                    continue
                case Presence():
                    message = replace(message, at=now)  # it goes by arrival: a will can't know its time
                case ChatMessage() | ChatEdit() | ChatDelete() | Read() if not trusted(message.at, now):
                    message = replace(message, at=now)
            self._tell(topic.project, text_frame(encode([envelope(incoming.topic, message)])))

    def _tell(self, project: str, frame: bytes) -> None:
        rooms = list(self._rooms.values()) if project == NO_PROJECT else filter(None, [self._rooms.get(project)])
        for browser in {browser for room in rooms for browser in room.browsers}:
            browser.push(frame)

    def _returned(self, session_present: bool) -> None:
        """The broker is back: what was missed meanwhile is in the snapshot."""
        self._owed.add(*self._rooms.values())
        threading.Thread(target=self._people.refresh, name="refresh", daemon=True).start()

    def _flush(self) -> None:
        refreshed = monotonic()
        while not self._stop.wait(FLUSH_S):
            try:
                self._end_sessions()
                if monotonic() - refreshed > REFRESH_S:
                    refreshed = monotonic()
                    self._people.refresh()
                for room in list(self._rooms.values()):
                    self._flush_one(room)
                self._owed.pay(self._rooms.values(), self.connected)
            except Exception:
                logger.exception("a round of flushing failed")

    def _flush_one(self, room: Room) -> None:
        try:
            room.flush()
            if room.empty_since is not None and monotonic() - room.empty_since > LINGER_S and not room.opening.locked():
                del self._rooms[room.project]
                self._owed.forget(room)
                self._client.unsubscribe(room.filter)
        except Exception:
            logger.exception("a room could not be flushed %s", pairs(project=room.project))

    def _watch_registry(self) -> None:
        listen(self._database.url, "rentguy api", [CHANNEL], self._recheck, self._stop, LOOK_S)

    def _recheck(self, session: connection) -> None:
        """After a change of the registry, and now and then: everybody still may hear what they hear."""
        try:
            gone = erased(session.notifies)
            for room in list(self._rooms.values()):
                room.forget(gone)
            asked, look = list(self._browsers), next(self._looks)  # who comes meanwhile is looked at when they come
            worth = standings(self._database, [browser.session for browser in asked])
            for browser in asked:
                self._recheck_one(browser, worth.get(browser.session.id), look)
            for room in list(self._rooms.values()):
                room.load(self._database)
        except Exception:
            logger.exception("the registry could not be read again")

    def _recheck_one(self, browser: Browser, now: Standing | None, look: int) -> None:
        """Unless a later look was faster: the database answers each as it was when it was asked, or later."""
        if look < browser.look:
            return
        browser.look = look
        if now is None:
            browser.close(SIGNED_OUT)
            return
        browser.identity = now.identity
        for project in list(browser.projects):
            self._still_hears(browser, project)

    def _still_hears(self, browser: Browser, project: str) -> bool:
        """Whether a browser may hear what it has joined; if not, it leaves, and is told."""
        if not (hearing := hears(browser.identity, project)):
            self.leave(browser, project)
            browser.tell("$/error", {"project": project, "detail": f"you no longer belong to {project!r}"})
        return hearing

    def _end_sessions(self) -> None:
        """Sessions and tokens whose time is up end by the clock; the registry needn't have changed."""
        now = time()
        for browser in list(self._browsers):
            if browser.session.until <= now:
                browser.close(SIGNED_OUT)
