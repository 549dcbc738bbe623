"""A paho client as every process needs it: will, jittered reconnect, resubscribe, acknowledgements by callback."""

import logging
import random
import threading
from collections.abc import Callable
from time import monotonic
from typing import NamedTuple
from urllib.parse import urlsplit

import paho.mqtt.client as paho

from rentguy.decoding import MAX_PAYLOAD
from rentguy.errors import MessageError
from rentguy.log import pairs
from rentguy.topics import KINDS, parse

logger = logging.getLogger(__name__)

KEEPALIVE_S = 30
SLOWEST_RETRY_S = 15.0
STEADY_S = 10.0  # a connection that ends sooner counts as a failure, or one that is always refused would hammer
LAST_ANSWERS_S = 2.0
INFLIGHT = 1000
UNSENT = 10_000  # a full queue makes `publish` answer False


class Incoming(NamedTuple):
    """A message as it came; `mid` and `connection` say where its acknowledgement must go."""

    topic: str
    payload: bytes
    retained: bool
    mid: int
    connection: int


class Client:
    """Signs in as `username`; `stop` ends it. Callbacks run on the client's own thread and must not wait for it.

    With `persistent` the broker keeps the session while it is away; with `manual_ack` each message is acknowledged
    only when `ack` is called for it.
    """

    def __init__(
        self,
        url: str,
        username: str,
        password: str,
        *,
        client_id: str = "",
        persistent: bool = False,
        manual_ack: bool = False,
        will: tuple[str, bytes] | None = None,
        on_message: Callable[[Incoming], None] = lambda message: None,
        on_connect: Callable[[bool], None] = lambda session_present: None,
        on_disconnect: Callable[[], None] = lambda: None,
    ) -> None:
        parts = urlsplit(url)
        self.connected = threading.Event()
        self.hearing = threading.Event()  # connected, and the broker has agreed to every filter asked for till then
        self._on_message, self._on_connect, self._on_disconnect = on_message, on_connect, on_disconnect
        self._filters: dict[str, int] = {}
        self._lock = threading.Lock()
        self._answers = threading.Condition(self._lock)
        self._connection = 0  # odd while connected; both edges count, so an old number never fits again
        self._failures = 0
        self._since = 0.0
        self._waiting: dict[int, Callable[[], None]] = {}  # what to call when the broker has answered a mid
        self._early: dict[int, bool] = {}  # answered before anybody could say whom to call: whether it was agreed to
        self._address = (parts.hostname or "127.0.0.1", parts.port or 1883)
        self._where = f"{self._address[0]}:{self._address[1]}"
        self._paho = paho.Client(
            paho.CallbackAPIVersion.VERSION2,
            client_id=client_id or username,
            clean_session=not persistent,
            manual_ack=manual_ack,
            transport="websockets" if parts.scheme in ("ws", "wss") else "tcp",
        )
        self._paho.username_pw_set(username, password)
        if parts.scheme in ("mqtts", "wss"):
            self._paho.tls_set()
        if will:
            kind = KINDS[parse(will[0]).kind]
            self._paho.will_set(will[0], will[1], kind.qos, kind.retained)
        self._set_up()

    def _set_up(self) -> None:
        self._paho.max_inflight_messages_set(INFLIGHT)
        self._paho.max_queued_messages_set(UNSENT)
        self._paho.on_connect = self._connect
        self._paho.on_connect_fail = self._failed
        self._paho.on_disconnect = self._disconnect
        self._paho.on_message = self._message
        self._paho.on_publish = lambda client, userdata, mid, reason, properties: self._answered(mid, True)
        self._paho.on_subscribe = self._subscribed

    def start(self) -> "Client":
        """Connect, and keep connecting, on a thread of its own; returns at once."""
        self._jitter()
        self._paho.connect_async(*self._address, keepalive=KEEPALIVE_S)
        self._paho.loop_start()
        return self

    def stop(self) -> None:
        """Send what is queued, wait for what is unanswered, say good-bye (no will), and end the thread.

        A broker that has answered a publish has read every acknowledgement before it; with a socket closed too early
        they might be lost on the way.
        """
        with self._answers:
            self._answers.wait_for(lambda: not (self._waiting and self.connected.is_set()), LAST_ANSWERS_S)
        self._paho.disconnect()
        self._paho.loop_stop()

    def subscribe(self, filter: str, qos: int = 1, on_done: Callable[[], None] | None = None) -> bool:
        """Hear `filter` from now on, also after every reconnect; `on_done` is called once the broker has agreed.

        False when the broker is away: it is asked after connecting, and `on_done` isn't called.
        """
        with self._lock:
            self._filters[filter] = qos
            connected = self.connected.is_set()
        if not connected:
            return False
        rc, mid = self._paho.subscribe(filter, qos)
        if rc != paho.MQTT_ERR_SUCCESS:
            return False
        self._await(mid, on_done)
        return True

    def unsubscribe(self, filter: str) -> None:
        with self._lock:
            self._filters.pop(filter, None)
        if self.connected.is_set():
            self._paho.unsubscribe(filter)

    def publish(self, topic: str, payload: bytes, on_ack: Callable[[], None] | None = None) -> bool:
        """Publish as the topic's kind travels; `on_ack` is called once the broker has it.

        False when the broker is away or too much is unsent: nothing was taken. Raises MessageError for a payload that
        no broker of ours would take: sent again and again, it would end every connection.
        """
        kind = KINDS[parse(topic).kind]
        if len(payload) > MAX_PAYLOAD:
            raise MessageError(f"expected at most {MAX_PAYLOAD} bytes, got {len(payload)}")
        if not self.connected.is_set():
            return False
        info = self._paho.publish(topic, payload, kind.qos, kind.retained)
        if info.rc == paho.MQTT_ERR_QUEUE_SIZE or (info.rc != paho.MQTT_ERR_SUCCESS and kind.qos == 0):
            return False  # any other at QoS 1 was taken, and leaves when the connection is back
        self._await(info.mid, on_ack)
        return True

    def ack(self, message: Incoming) -> bool:
        """Acknowledge on the connection the message came on; on a later one it would name another message."""
        if not message.mid:
            return True  # QoS 0
        with self._lock:
            if message.connection != self._connection:
                return False
            return self._paho.ack(message.mid, 1) == paho.MQTT_ERR_SUCCESS

    def _await(self, mid: int, then: Callable[[], None] | None) -> None:
        """Call `then` once `mid` is answered. Every mid that will be answered comes here, or `_early` would keep it."""
        then = then or (lambda: None)
        with self._lock:
            agreed = self._early.pop(mid, None)
            if agreed is None:
                self._waiting[mid] = then
        if agreed:
            then()

    def _answered(self, mid: int, agreed: bool) -> None:
        with self._lock:
            then = self._waiting.pop(mid, None)
            if then is None:
                self._early[mid] = agreed
                return
            self._answers.notify_all()
        if agreed:
            _guarded(then)

    def _subscribed(self, client, userdata, mid, reasons, properties) -> None:
        refused = sum(reason.is_failure for reason in reasons)
        if refused:
            logger.warning("broker refused filters %s", pairs(filters=refused, of=len(reasons)))
        self._answered(mid, not refused)

    def _connect(self, client, userdata, flags, reason, properties) -> None:
        if reason.is_failure:
            logger.warning("broker refused the connection %s", pairs(reason=reason))
            self._jitter()
            return
        with self._lock:
            self._connection += 1
            filters = list(self._filters.items())
            self.connected.set()  # a filter added from here on is asked for by who adds it
        self._since = monotonic()
        if filters:
            self._await(self._paho.subscribe(filters)[1], self._agreed)
        else:
            self._agreed()
        _guarded(self._on_connect, flags.session_present)

    def _agreed(self) -> None:
        self.hearing.set()
        logger.info("connected to the broker %s", pairs(address=self._where))

    def _disconnect(self, client, userdata, flags, reason, properties) -> None:
        if self.connected.is_set() and monotonic() - self._since > STEADY_S:
            self._failures = 0
        self._jitter()
        if not self.connected.is_set():
            return
        self.connected.clear()
        self.hearing.clear()
        with self._answers:
            self._connection += 1
            self._answers.notify_all()
        logger.info("connection to the broker ended %s", pairs(reason=reason))
        _guarded(self._on_disconnect)

    def _failed(self, client, userdata) -> None:
        if self._failures == 1:
            logger.warning("broker can't be reached, trying again %s", pairs(address=self._where))
        self._jitter()

    def _jitter(self) -> None:
        """Spread the next attempt, so that a fleet doesn't come back all at once."""
        self._failures += 1
        longest = min(SLOWEST_RETRY_S, 0.5 * 2 ** min(self._failures, 6))
        delay = random.uniform(longest / 2, longest)
        self._paho.reconnect_delay_set(delay, delay)

    def _message(self, client, userdata, message) -> None:
        try:
            topic = message.topic
        except UnicodeDecodeError:
            topic = ""  # outside the grammar in any case
        _guarded(self._on_message, Incoming(topic, message.payload, message.retain, message.mid, self._connection))


def _guarded(callback: Callable, *arguments: object) -> None:
    """An exception would end the client's thread, and nobody would hear of it."""
    try:
        callback(*arguments)
    except Exception:
        logger.exception("a callback of the MQTT client failed")
