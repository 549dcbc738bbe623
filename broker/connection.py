"""One network connection: identity fixed at CONNECT, then one packet after the other.

Whatever breaks the protocol or the policy ends the connection [MQTT-4.8.0-1]; ended without DISCONNECT, its will is
published [MQTT-3.1.2-8].
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from rentguy.log import pairs

from . import packets
from .framing import MAX_BODY, Framer, ProtocolError, TooLarge
from .handlers import ANSWERS, CONNECT, PUBLISH, UNHINDERED, Forbidden, handle
from .links import Link
from .packets import Connect, Will
from .policy import Permissions
from .session import Session
from .watch import Watch

if TYPE_CHECKING:
    from .broker import Broker

logger = logging.getLogger(__name__)

PATIENCE_S = 60.0  # for a full queue to have room, and for the disk
ENDED_S = 1.0  # between two looks whether a connection that waits has ended
TURN_S, LOOK = 0.02, 16  # until others have their turn; after so many packets we look at the clock
STRANGER = "?"  # the name of who hasn't signed in


class Connection:
    """`run` serves it; `end` ends it from outside, at once and only the first time.

    `session` and `will` are there from CONNECT on. `usage` counts for the source, before that for all strangers.
    """

    def __init__(self, broker: "Broker", link: Link) -> None:
        self.link = link
        self.ended = False
        self.session: Session | None = None
        self.will: Will | None = None
        self.broker, self.router, self.journal = broker, broker.router, broker.journal
        self.usage = broker.used_by(STRANGER)
        self.usage.connections += 1
        self._framer = Framer()
        self._watch = Watch(asyncio.get_running_loop().time())
        self._counted = 0  # of the bytes sent
        self._present = False

    @property
    def name(self) -> str:
        return self.session.client_id if self.session else STRANGER

    @property
    def slug(self) -> str:
        return self.session.permissions.identity.slug if self.session else STRANGER

    async def run(self) -> None:
        try:
            await self._serve()
            self.end("the client has gone", logging.INFO if self.session else logging.DEBUG)
        except TooLarge as error:
            if self.session and error.first in PUBLISH:
                self._refuse("", str(error))
            else:
                self.end(str(error), logging.WARNING)
        except Forbidden as error:
            self._refuse(error.topic, str(error))
        except ProtocolError as error:
            self.end(str(error), logging.WARNING)
        except TimeoutError:
            self.end("a queue is full or the disk is behind, for too long", logging.WARNING)
        except Exception:
            logger.exception("connection failed %s", pairs(client=self.name))
        finally:
            self.end("stopped")
            await self.link.closed()
            self.journal.forget(self.link)

    def welcome(self, session: Session, request: Connect, present: bool) -> None:
        """The client is who it says: from now on this is its connection, which `_greet` opens."""
        self.session, self.will, self._present = session, request.will, present
        session.attach(self)
        if self.will:
            self.journal.keep("wills", (self.name,), self.slug, *self.will)
        self.broker.strangers.pop(self, None)
        self.usage.connections -= 1
        self.usage = self.broker.used_by(self.slug)
        self.usage.connections += 1
        self.usage.connects += 1
        self._watch.keep_alive = request.keep_alive
        self._framer.limit = MAX_BODY

    def end(self, reason: str, level: int = logging.INFO) -> None:
        """Publish the will, leave the session, close. What has been warned of before isn't worth another warning."""
        if self.ended:
            return
        self.ended = True
        if level == logging.WARNING and not self.usage.is_news(reason):
            level = logging.DEBUG
        logger.log(level, "connection ended %s", pairs(client=self.name, peer=self.link.peer, reason=reason))
        self.broker.strangers.pop(self, None)
        self.usage.connections -= 1
        self.link.close()
        if self.session is not None:
            self.session.detach()
            if will := self.take_will():
                self.broker.publish_will(will, self.session.permissions)
            self.router.leave(self.session)

    def take_will(self) -> Will | None:
        """The will, which from now on is neither ours nor the journal's [MQTT-3.1.2-10]."""
        will, self.will = self.will, None
        if will:
            self.journal.drop("wills", self.name)
        return will

    def check(self, now: float) -> None:
        """End it when its time is up; called every half second."""
        self._count(b"")
        if reason := self._watch.overdue(self.link, now):
            self.end(reason, logging.WARNING)

    def may_go_on(self, permissions: Permissions) -> bool:
        """Whether all that it holds is still allowed. Else it must come back, which also tells the client."""
        will = self.will is None or permissions.may("will", self.will.topic)
        return will and all(permissions.may("subscribe", filter) for filter in self.session.filters)

    async def _serve(self) -> None:
        while not self.ended and (data := await self._read()):
            whole, asked = await self._take(data)
            self._count(data)
            self._watch.partial(self._framer.incomplete, whole > 0, asyncio.get_running_loop().time())
            if whole and not self.ended:  # half a packet is no sign of life
                await self._breathe(asked)

    async def _take(self, data: bytes) -> tuple[int, int]:
        """Handle the packets that are whole now; how many they were, and how many of them the brake counts."""
        whole = asked = 0
        begun = asyncio.get_running_loop().time()
        for first, body in self._framer.feed(data):
            if first not in UNHINDERED and self._held_back(first):
                change = self.journal.change if self.journal.behind else self.router.change
                await self._until(lambda first=first: not self._held_back(first), change)
            if self.ended:
                break
            await self._greet(body) if first == CONNECT else handle(self, first, body)
            whole += 1
            asked += first not in ANSWERS
            if not whole % LOOK and asyncio.get_running_loop().time() > begun + TURN_S:
                await asyncio.sleep(0)
                begun = asyncio.get_running_loop().time()
        return whole, asked

    async def _read(self) -> bytes:
        self._watch.reading = True
        try:
            return await self.link.read()
        finally:
            self._watch.reading = False

    async def _greet(self, body: bytes) -> None:
        """CONNACK comes first, and not before what CONNECT has changed is on the disk [MQTT-3.2.0-1]."""
        records = self.journal.records
        handle(self, CONNECT, body)
        if self.journal.records != records:
            batch = self.journal.last()
            await self._until(lambda: self.journal.has(batch), self.journal.change)
        if not self.ended:
            self.link.write(packets.connack(0, self._present))  # [MQTT-3.2.2-2]
            logger.info("connected %s", pairs(client=self.name, peer=self.link.peer, resumed=self._present))
            self.session.begin()

    def _held_back(self, first: int) -> bool:
        """While a service's queue is full publishers wait, while the disk is behind everybody who would record more:
        nothing is lost, and TCP holds them back."""
        publishes = first in PUBLISH
        full = publishes and self.session is not None and self.router.holds_back(self.session)
        records = publishes or self.session is None or self.session.persistent
        return full or (records and self.journal.behind)

    async def _until(self, fact: Callable[[], bool], change: Callable[[], Awaitable[None]]) -> None:
        """Look at each change whether it is so, or this connection has ended. Raises TimeoutError after PATIENCE_S."""
        until = asyncio.get_running_loop().time() + PATIENCE_S
        while not (self.ended or fact()):
            if asyncio.get_running_loop().time() > until:
                raise TimeoutError
            with suppress(TimeoutError):
                async with asyncio.timeout(ENDED_S):
                    await change()

    async def _breathe(self, asked: int) -> None:
        """Let others have their turn; wait for the brake, and for a client that doesn't read its answers."""
        await asyncio.sleep(self.broker.brake(self.session, asked) if self.session else 0.0)
        if self.link.busy:
            await self.link.room()  # `check` ends it when nothing moves
        self._watch.heard(asyncio.get_running_loop().time())

    def _count(self, received: bytes) -> None:
        self.usage.bytes_in += len(received)
        self.usage.bytes_out += self.link.sent - self._counted
        self._counted = self.link.sent

    def _refuse(self, topic: str, reason: str) -> None:
        """End it for a publish that isn't accepted, and leave a reject."""
        self.broker.reject(self.session, topic, reason)
        self.end(f"refused publish to {topic[:200]!r}: {reason}", logging.WARNING)
