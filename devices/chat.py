"""A person on the crew: signs in over REST and talks in the project's chat through the websocket."""

import json
import logging
import time
from contextlib import suppress
from functools import partial
from itertools import count
from threading import Thread
from urllib.request import Request, urlopen
from uuid import uuid4

import simple_websocket
from msgspec import to_builtins
from wsproto.utilities import ProtocolError

from rentguy.errors import RentGuyError
from rentguy.log import pairs
from rentguy.messages import ChatMessage, Pin
from rentguy.topics import build

logger = logging.getLogger(__name__)

LOGIN_S = 10.0
ACK_S = 5.0
BROKEN = (OSError, simple_websocket.ConnectionClosed, simple_websocket.ConnectionError, ProtocolError)


class ChatError(RentGuyError):
    """the chat can't be reached"""


class Session:
    """One person's place in one project's chat; `say` signs in when it has to."""

    def __init__(self, api_url: str, person: str, password: str, project: str) -> None:
        self.person, self._project, self._password = person, project, password
        self._api = api_url.rstrip("/")
        self._topic = build(project, "chat", person)
        self._refs = count(1)
        self._socket: simple_websocket.Client | None = None

    @property
    def entered(self) -> bool:
        return self._socket is not None

    def enter(self) -> None:
        """Sign in and join the project. Raises ChatError."""
        self.leave()
        try:
            self._socket = simple_websocket.Client.connect(
                self._api.replace("http", "ws", 1) + "/ws",
                headers={"Authorization": f"Bearer {self._token()}"},
                thread_class=partial(Thread, daemon=True, name=f"{self.person}-ws"),
            )
            self._socket.send(json.dumps({"join": self._project}))
        except (*BROKEN, KeyError, ValueError) as error:
            raise ChatError(f"{self.person} can't join {self._project}: {error or type(error).__name__}") from error

    def leave(self) -> None:
        socket, self._socket = self._socket, None
        if socket is not None:
            with suppress(*BROKEN):
                socket.close()

    def say(self, body: str, pin: Pin | None = None) -> None:
        """Publish a message and wait until it is acknowledged, once more on a new connection. Raises ChatError."""
        message = ChatMessage(id=uuid4(), at=time.time(), body=body, pin=pin)
        try:
            self._publish(message)
        except ChatError:
            self.enter()
            self._publish(message)  # with the same id: said twice, it is still one message

    def listen(self) -> None:
        """Read away what has come; what others say is of no use to a simulator."""
        try:
            while self._socket is not None and self._socket.receive(timeout=0) is not None:
                pass
        except BROKEN:
            logger.info("chat connection ended %s", pairs(person=self.person))
            self._socket = None

    def _token(self) -> str:
        body = json.dumps({"username": self.person, "password": self._password}).encode()
        headers = {"Content-Type": "application/json"}
        with urlopen(Request(f"{self._api}/api/v1/auth/login", body, headers), timeout=LOGIN_S) as answer:
            return json.load(answer)["access_token"]

    def _publish(self, message: ChatMessage) -> None:
        if self._socket is None:
            raise ChatError(f"{self.person} is not in {self._project}")
        ref = next(self._refs)
        try:
            frame = {"publish": {"topic": self._topic, "payload": to_builtins(message)}, "ref": ref}
            self._socket.send(json.dumps(frame))
            self._await(ref)
        except BROKEN as error:
            raise ChatError(f"{self.person}'s connection ended before the acknowledgement") from error

    def _await(self, ref: int) -> None:
        """Return once the message is acknowledged. Raises ChatError when it was refused or nothing is heard."""
        deadline = time.monotonic() + ACK_S
        while (left := deadline - time.monotonic()) > 0:
            for topic, payload in _own(self._socket.receive(timeout=left)):
                if payload.get("ref") == ref:
                    if topic == "$/error":
                        raise ChatError(f"{self.person} was refused: {payload.get('detail')}")
                    return
        raise ChatError(f"{self.person} heard no acknowledgement within {ACK_S} s")


def _own(frame: str | bytes | None) -> list[tuple[str, dict]]:
    """What a frame says to this socket alone, as topics and payloads; most frames say nothing of the kind."""
    text = frame.decode() if isinstance(frame, bytes) else frame or ""
    if '"$/' not in text:
        return []
    return [(each["topic"], each["payload"]) for each in json.loads(text) if each["topic"].startswith("$/")]
