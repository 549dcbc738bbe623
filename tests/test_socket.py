"""`/ws`: joining, being refused, misunderstanding, and coming back."""

import json
import threading
import urllib.error
import urllib.request
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha256
from hmac import new as hmac
from uuid import uuid4

import jwt
import pytest
from simple_websocket import Client as WebSocket
from simple_websocket import ConnectionClosed
from simple_websocket import ConnectionError as Refused

from api.browser import MOST_QUEUED, Browser
from rentguy import enrolment, orm
from rentguy.access import Identity
from rentguy.models import Membership, User
from tests import house as houses
from tests.services import wait_until
from tests.visitors import Person, Window

database, config, start, embedded, lowlands, house = map(pytest.fixture(scope="module"), houses.PARTS)


def now() -> str:
    return datetime.now(UTC).isoformat()


def test_strangers_get_no_socket(house):
    for headers in ({}, {"Authorization": "Bearer nonsense"}):
        with pytest.raises(Refused, match="401"):
            WebSocket(f"ws://{house.listen}/ws", headers=headers)


def test_a_cookie_of_another_origin_gets_no_socket(house, lowlands):
    body = json.dumps({"username": "dana", "password": lowlands.password}).encode()
    with urllib.request.urlopen(urllib.request.Request(f"http://{house.listen}/api/v1/auth/login", body)) as response:
        cookie = response.headers["Set-Cookie"].split(";")[0]
    host = house.listen.split(":")[0]  # this client leaves the port out of its Host header
    Window(house.listen, {"Cookie": cookie, "Origin": f"http://{host}"}).close()
    with pytest.raises(Refused, match="403"):
        Window(house.listen, {"Cookie": cookie, "Origin": "https://evil.example"})


def test_what_is_not_understood_is_answered_and_the_socket_lives_on(anouk):
    chat = "rentguy/lowlands/chat/anouk"
    with anouk.open("lowlands") as window:
        frames = [
            ("{", "truncated"),
            (b"\xff\xfe", "malformed"),
            (b'{"join": "\xff"}', "can't decode byte 0xff"),
            ("[]", "Expected `object`, got `array`"),
            ('{"dance": 1}', "expected"),
            ('{"join": "pukkel"}', "no project 'pukkel'"),
            ('{"join": "../etc"}', "no project '../etc'"),
            ('{"join": "#"}', "no project '#'"),
            ('{"publish": {"topic": "rentguy/lowlands/chat/dana", "payload": {}}}', "may not publish 'chat' as 'dana'"),
            (
                '{"publish": {"topic": "rentguy/lowlands/equipment/foh-07", "payload": {}}}',
                "may not publish 'equipment'",
            ),
            ('{"publish": {"topic": "$SYS/x", "payload": {}}}', "is not rentguy/"),
            ('{"publish": {"topic": "' + chat + '", "payload": {"id": 7}}}', "id: Expected `uuid`, got `int`"),
            ('{"publish": {"topic": "' + chat + '", "payload": "' + "x" * 270_000 + '"}}', "at most 262144 bytes"),
        ]
        for frame, detail in frames:
            window.send(frame)
            wait_until(lambda detail=detail: [each for each in window.heard("$/error") if detail in each["detail"]])
        assert len(window.heard("$/error")) == len(frames)
        assert [each["project"] for each in window.heard("$/error") if "project" in each] == ["pukkel", "../etc", "#"]
        # and an understood one still works
        window.send({"ping": True, "ref": 7})
        wait_until(lambda: window.heard("$/pong") == [{"ref": 7}])
        window.publish(chat, {"id": str(uuid4()), "at": now(), "body": "still here"})
        assert wait_until(lambda: "still here" in [each["body"] for each in window.heard(chat)])


def test_even_an_admin_joins_one_project_at_a_time(house, lowlands):
    with Person(house, "root", lowlands.password).open("pukkel") as window:
        for project in ("+", "a+b", "-", "nonsense"):
            window.send({"join": project})
            expected = f"there is no project {project!r} that you belong to"
            wait_until(lambda expected=expected: expected in [each["detail"] for each in window.heard("$/error")])
        window.join("lowlands")
        assert window.heard("$/joined") == [{"project": "pukkel"}, {"project": "lowlands"}]


def test_viewers_listen_and_do_not_speak(house, lowlands):
    vera = Person(house, "vera", lowlands.password)
    with vera.open("lowlands") as window:
        window.publish("rentguy/lowlands/chat/vera", {"id": str(uuid4()), "at": now(), "body": "hi"})
        wait_until(lambda: window.heard("$/error"))
        ref = window.publish("rentguy/lowlands/read/vera", {"id": str(uuid4()), "at": now()})
        wait_until(lambda: {"ref": ref} in window.heard("$/ack"))


def test_after_leaving_nothing_comes(house, anouk, lowlands):
    with anouk.open("lowlands") as left, anouk.open("lowlands") as stayed:
        left.send({"leave": "lowlands"})
        left.send("{")  # answered after the leaving was
        wait_until(lambda: left.heard("$/error"))
        id = str(uuid4())
        stayed.publish("rentguy/lowlands/chat/anouk", {"id": id, "at": now(), "body": "hello?"})
        said = lambda window: [each["id"] for each in window.heard("rentguy/lowlands/chat/anouk")]  # noqa: E731
        wait_until(lambda: id in said(stayed))
        left.send("{")
        wait_until(lambda: len(left.heard("$/error")) == 2)
        assert id not in said(left)


def test_chat_of_a_lying_clock_goes_out_as_of_now(house, anouk):
    topic = "rentguy/lowlands/chat/anouk"
    with anouk.open("lowlands") as window:
        id = str(uuid4())
        window.publish(topic, {"id": id, "at": "2036-01-01T00:00:00Z", "body": "from the future"})
        (said,) = wait_until(lambda: [each for each in window.heard(topic) if each["id"] == id])
        assert abs(datetime.fromisoformat(said["at"]).timestamp() - datetime.now(UTC).timestamp()) < 60


def test_a_second_window_changes_nothing_for_the_first(house, anouk):
    with anouk.open("lowlands") as window:
        id = str(uuid4())
        topic = "rentguy/lowlands/read/anouk"
        window.publish(topic, {"id": id, "at": now()})
        wait_until(lambda: window.heard(topic))
        with anouk.open("lowlands"):
            window.publish(topic, {"id": str(uuid4()), "at": now()})
            wait_until(lambda: window.heard(topic)[-1]["id"] != id)
            assert len([each for each in window.heard(topic) if each["id"] == id]) == 1


def test_who_asks_faster_than_we_answer_is_sent_away(house, anouk):
    with anouk.open() as window:
        with suppress(ConnectionClosed, OSError):
            for _ in range(20_000):
                window.send({"join": "lowlands"})
        wait_until(lambda: window.closed == 1013)


class Unread:
    """A socket whose other end reads nothing."""

    def __init__(self) -> None:
        self.sock, self.input_buffer, self.connected, self.event = None, [], True, threading.Event()
        self.closed: int | None = None

    def close(self, code: int) -> None:
        self.closed, self.connected = code, False


@pytest.mark.parametrize(("frames", "code"), [([MOST_QUEUED + 1], 1000), ([MOST_QUEUED + 1, 1], 1013)])
def test_a_long_snapshot_may_wait_and_nothing_behind_it(frames, code):
    ws = Unread()
    browser = Browser(ws, Identity("vera", "person"), {})
    for length in frames:
        browser.push(bytes(length))
    browser.close(1000)
    browser.write()
    assert ws.closed == code


def test_people_are_present_while_they_have_the_project_open(house, lowlands):
    vera, root = (Person(house, slug, lowlands.password) for slug in ("vera", "root"))
    with root.open("lowlands") as watching:
        said = lambda: [each["online"] for each in watching.heard("rentguy/lowlands/presence/vera")]  # noqa: E731
        with vera.open("lowlands"):
            wait_until(lambda: said()[-1:] == [True])
            with vera.open("lowlands"):
                pass  # a second window that closes changes nothing
            stored = lambda: [  # noqa: E731
                each["payload"]["online"]
                for each in root.get("/projects/lowlands/snapshot")
                if each["topic"] == "rentguy/lowlands/presence/vera"
            ]
            wait_until(lambda: stored() == [True])
            assert said()[-1] is True
        wait_until(lambda: said()[-1] is False and stored() == [False])


def test_logging_out_ends_the_live_connection(anouk):
    with anouk.open("lowlands") as window:
        assert anouk.request("POST", "/auth/logout").status == 204
        wait_until(lambda: window.closed == 1008)


def test_a_session_that_has_ended_loses_its_socket(house, lowlands, registry):
    for slug, change in (
        ("sjef", lambda session, account: enrolment.set_password(session, "sjef", "another password")),
        ("thijs", lambda session, account: setattr(account, "enabled", False)),
    ):
        with registry() as session:
            enrolment.add_user(session, slug, slug.title(), lowlands.password)
        with Person(house, slug, lowlands.password).open() as window:  # in no room
            window.send("{")
            wait_until(lambda window=window: window.heard("$/error"))
            with registry() as session:
                change(session, session.get_one(User, enrolment.find_person(session, slug).id))
                orm.notify(session, "registry")
            wait_until(lambda window=window: window.closed == 1008)


def test_a_socket_ends_with_its_token(house, registry):
    key = hmac(house.secret_key.encode(), b"sessions", sha256).digest()
    iat = int(datetime.now(UTC).timestamp())
    token = jwt.encode({"sub": "vera", "iat": iat, "exp": iat + 3, "jti": str(uuid4())}, key, "HS256")
    with Window(house.listen, {"Authorization": f"Bearer {token}"}) as window:
        window.join("lowlands")

        def ended() -> bool:
            with registry() as session:
                orm.notify(session, "registry")
            return window.closed == 1008

        wait_until(ended, every=0.5)


def test_who_is_no_longer_a_member_hears_no_more(house, lowlands, registry):
    with registry() as session:
        enrolment.add_user(session, "joris", "Joris Kok", lowlands.password)
        enrolment.add_member(session, "lowlands", "joris", "crew")
    with Person(house, "joris", lowlands.password).open("lowlands") as window:
        with registry() as session:
            session.query(Membership).filter_by(source_id=enrolment.find_person(session, "joris").id).delete()
            orm.notify(session, "registry")
        [told] = wait_until(lambda: window.heard("$/error"))
        assert told == {"project": "lowlands", "detail": "you no longer belong to 'lowlands'"}
