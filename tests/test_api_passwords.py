"""Passwords are verified a few at once, and a name that nobody has costs what a known one does."""

import threading
from collections.abc import Iterator

import gevent
import pytest
from flask import Flask

from api import limits, passwords, problems
from rentguy import credentials


@pytest.fixture
def app(monkeypatch) -> Iterator[Flask]:
    """What knows of limits, and answers `/api/mine` for dana, `/api/any` for nobody."""
    app = Flask("test")
    problems.install(app)
    limits.install(app)
    app.get("/api/mine")(lambda: (limits.count("dana"), "ok")[1])
    app.get("/api/any", endpoint="any")(lambda: "ok")
    app.get("/asset", endpoint="asset")(lambda: "ok")
    yield app


class Counted:
    """A hasher that notes what it verified."""

    def __init__(self, hasher) -> None:
        self._hasher, self.verified = hasher, []

    def hash(self, password: str) -> str:
        return self._hasher.hash(password)

    def verify(self, hashed: str, password: str) -> bool:
        self.verified.append(hashed)
        return self._hasher.verify(hashed, password)


def test_known_and_unknown_cost_the_same_verification(app, monkeypatch, password):
    credentials._nobodys()
    hasher = Counted(credentials._passwords)
    monkeypatch.setattr(credentials, "_passwords", hasher)
    right, hashed = password
    with app.test_request_context("/"):
        answers = [
            passwords.is_right("dana", right, hashed),
            passwords.is_right("dana", "guess", hashed),
            passwords.is_right("nobody", right, None),
        ]
    assert answers == [True, False, False]
    # each a whole one, of the same price
    assert len(hasher.verified) == 3
    assert len({each.rsplit("$", 2)[0] for each in hasher.verified}) == 1


def test_a_few_at_once_and_the_others_wait(app, monkeypatch):
    lock, now, most = threading.Lock(), [0], [0]
    go_on = threading.Event()

    def verify(password: str, hashed: str | None) -> bool:
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        go_on.wait(5)
        with lock:
            now[0] -= 1
        return True

    monkeypatch.setattr(passwords, "verify_password", verify)
    monkeypatch.setattr(passwords, "WAITING", 3)

    def sign_in(number: int) -> object:
        with app.test_request_context("/"):
            try:
                return passwords.is_right(f"name-{number}", "", None)
            except problems.Problem as problem:
                return problem.status, problem.headers

    # Given more than there is room for
    asked = [gevent.spawn(sign_in, number) for number in range(limits.VERIFIED + 3 + 2)]
    with gevent.Timeout(5):
        gevent.wait(asked, count=2)
        while now[0] < limits.VERIFIED:
            gevent.sleep(0.001)
    go_on.set()
    gevent.joinall(asked, timeout=5, raise_error=True)
    # Then a few are verified at once, some wait, and the others are told when to come again
    assert [each.value for each in asked] == [True] * (limits.VERIFIED + 3) + [(503, {"Retry-After": "10"})] * 2
    assert most == [limits.VERIFIED]
    assert passwords._waiting == 0


def test_who_waits_too_long_is_told_when_to_come_again(app, monkeypatch):
    monkeypatch.setattr(passwords, "WAITING_S", 0.01)
    with passwords._Place(), passwords._Place(), pytest.raises(problems.Problem) as refused:
        passwords._Place().__enter__()
    assert (refused.value.status, refused.value.headers) == (503, {"Retry-After": "1"})
    with passwords._Place():  # which are free again
        pass


def test_requests_are_a_persons_or_an_addresss(app, monkeypatch):
    app.extensions["limits"].requests = limits.Limit(3, 0.1)
    app.extensions["limits"].strangers = limits.Limit(2, 0.1)
    client = app.test_client()
    # Given a person in a loop
    assert [client.get("/api/mine").status_code for _ in range(5)] == [200] * 3 + [429] * 2
    assert client.get("/api/mine").headers["Retry-After"] == "10"
    # Then their address is still free, until nobody knows who asks
    assert [client.get("/api/any").status_code for _ in range(3)] == [200, 200, 429]
    # and files are for everybody, from elsewhere all is
    assert client.get("/asset").status_code == 200
    assert client.get("/api/any", environ_base={"REMOTE_ADDR": "192.0.2.2"}).status_code == 200
