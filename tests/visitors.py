"""Those who use an installation in tests, over its public doors only: a device on MQTT, a person on REST and `/ws`."""

import json
import threading
import urllib.error
import urllib.request
from typing import NamedTuple

from simple_websocket import Client as WebSocket
from simple_websocket import ConnectionClosed

from rentguy.config import Config
from rentguy.decoding import encode
from rentguy.mqtt import Client
from rentguy.topics import build
from tests.services import wait_until


class Device:
    """A device signed in over MQTT, known to the broker as what it is; `heard` keeps what it was told."""

    def __init__(self, config: Config, slug: str, secret: str, project: str = "lowlands") -> None:
        self.slug, self.project, self.heard = slug, project, []
        self.acknowledged = 0
        self._client = wait_until(lambda: self._sign_in(config, secret), timeout=30.0)

    def _sign_in(self, config: Config, secret: str) -> Client | None:
        """None when it is refused, or one of its filters: the broker may not have heard yet what it was assigned to."""
        client = Client(config.mqtt_url, self.slug, secret, on_message=self.heard.append)
        for topic in (build(self.project, "receipt", self.slug), build("-", "config", self.slug)):
            client.subscribe(topic)
        client.start()
        if client.hearing.wait(5):
            return client
        client.stop()
        return None

    def publish(self, kind: str, payload: object, project: str | None = None) -> None:
        body = payload if isinstance(payload, bytes) else encode(payload)
        topic = build(project or self.project, kind, self.slug)
        wait_until(lambda: self._client.publish(topic, body, self._count))

    def told(self, kind: str) -> list[dict]:
        """The payloads heard on one kind of topic."""
        return [json.loads(each.payload) for each in self.heard if f"/{kind}/" in each.topic and each.payload]

    def stop(self) -> None:
        self._client.stop()

    def _count(self) -> None:
        self.acknowledged += 1

    def __enter__(self) -> "Device":
        return self

    def __exit__(self, *error) -> None:
        self.stop()


class Answer(NamedTuple):
    """What REST answered."""

    status: int
    body: object
    headers: dict


class Person:
    """A person signed in over REST."""

    def __init__(self, config: Config, slug: str, password: str) -> None:
        self.slug, self._address = slug, config.listen
        self.token = ""
        answer = self.request("POST", "/auth/login", {"username": slug, "password": password})
        assert answer.status == 200, answer
        self.token = answer.body["access_token"]

    def request(self, method: str, path: str, body: object = None, root: str = "/api/v1", **headers: str) -> Answer:
        data = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"http://{self._address}{root}{path}", data, method=method)
        request.add_header("Content-Type", "application/json")
        for name, value in (self._bearer() | headers).items():
            request.add_header(name, value)
        try:
            with urllib.request.urlopen(request, timeout=10) as response:
                return _answer(response.status, response.read(), response.headers)
        except urllib.error.HTTPError as error:
            return _answer(error.code, error.read(), error.headers)

    def _bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    def get(self, path: str) -> object:
        answer = self.request("GET", path)
        assert answer.status == 200, answer
        return answer.body

    def open(self, *projects: str) -> "Window":
        """A websocket that has joined some projects."""
        window = Window(self._address, {"Authorization": f"Bearer {self.token}"})
        for project in projects:
            window.join(project)
        return window


class Window:
    """An open `/ws`: `envelopes` keeps all that came, in order."""

    def __init__(self, address: str, headers: dict[str, str]) -> None:
        self.envelopes: list[dict] = []
        self._refs = 0
        self._socket = WebSocket(f"ws://{address}/ws", headers=headers)
        self.closed: int | None = None
        self._reader = threading.Thread(target=self._read, name="window", daemon=True)
        self._reader.start()

    def join(self, project: str) -> None:
        self.send({"join": project})
        wait_until(lambda: {"project": project} in self.heard("$/joined"), timeout=20.0)

    def send(self, frame: object) -> None:
        self._socket.send(frame if isinstance(frame, str | bytes) else json.dumps(frame))

    def publish(self, topic: str, payload: object) -> int:
        """Ask for a publish; its `ref`."""
        self._refs += 1
        self.send({"publish": {"topic": topic, "payload": payload}, "ref": self._refs})
        return self._refs

    def heard(self, topic: str) -> list:
        """The payloads that came under a topic."""
        return [each["payload"] for each in list(self.envelopes) if each["topic"] == topic]

    def close(self) -> None:
        if self._socket.connected:
            self._socket.close()

    def _read(self) -> None:
        try:
            while True:
                self.envelopes += json.loads(self._socket.receive())
        except ConnectionClosed as closed:
            self.closed = closed.reason

    def __enter__(self) -> "Window":
        return self

    def __exit__(self, *error) -> None:
        self.close()


def _answer(status: int, body: bytes, headers) -> Answer:
    return Answer(status, json.loads(body) if "json" in headers.get("Content-Type", "") else body, dict(headers))
