"""What is taken away is gone from live sockets at once, whichever process serves them."""

from datetime import UTC, datetime
from hashlib import sha256
from hmac import new as hmac
from secrets import token_hex
from time import time
from types import SimpleNamespace
from uuid import uuid4

import jwt
import pytest
from msgspec.structs import replace

from api.browser import Browser
from api.hub import Hub
from api.sessions import Standing
from rentguy.access import Identity
from tests import house as houses
from tests.services import free_port, wait_until
from tests.visitors import Person, Window

database, config, start, embedded, lowlands, house = map(pytest.fixture(scope="module"), houses.PARTS)
PASSWORD = "a quite long password"
AT_ONCE_S = 10.0  # the hub looks by itself every 30 s
SIGNED_OUT = 1008


@pytest.fixture(scope="module")
def other(house, start):
    """The settings of a second api process of the same house."""
    second = replace(house, listen=f"127.0.0.1:{free_port()}")
    start("api", second)
    return second


@pytest.fixture
def root(house, lowlands):
    return Person(house, "root", lowlands.password)


@pytest.fixture
def joris(house, root):
    """Crew of `lowlands`, of a test's own."""
    slug = f"u-{token_hex(4)}"
    assert root.request("POST", "/users", {"slug": slug, "password": PASSWORD}).status == 201
    assert root.request("PUT", f"/projects/lowlands/members/{slug}", {"role": "crew"}).status == 200
    return Person(house, slug, PASSWORD)


def token(joris: Person, *scopes: str) -> dict:
    return joris.request("POST", "/me/tokens", {"name": "program", "scopes": [*scopes]}).body


def program(config, joris: Person, token: str) -> Person:
    """The same person, as a program with a token."""
    same = Person(config, joris.slug, PASSWORD)
    same.token = token
    return same


ENDS = {
    "logged out": lambda root, joris: joris.request("POST", "/auth/logout"),
    "logged out everywhere": lambda root, joris: joris.request("POST", "/auth/logout-everywhere"),
    "changed the password": lambda root, joris: joris.request("PUT", "/me/password", {"old": PASSWORD, "new": "x" * 8}),
    "password changed": lambda root, joris: root.request("PATCH", f"/users/{joris.slug}", {"password": "x" * 8}),
    "signed out": lambda root, joris: root.request("POST", f"/users/{joris.slug}/sign-out"),
    "disabled": lambda root, joris: root.request("PATCH", f"/users/{joris.slug}", {"enabled": False}),
}


@pytest.mark.parametrize("how", ENDS)
@pytest.mark.parametrize("elsewhere", [False, True], ids=["same process", "another process"])
def test_a_session_that_has_ended_ends_its_sockets(house, other, root, joris, how, elsewhere):
    # Given a socket of a session, at one process or another, and somebody else's
    address = other.listen if elsewhere else house.listen
    with Window(address, {"Authorization": f"Bearer {joris.token}"}) as window, root.open("lowlands") as theirs:
        window.join("lowlands")
        # When the session is ended at the first
        assert ENDS[how](root, joris).status in (200, 204)
        # Then its socket is closed, and the other isn't
        wait_until(lambda: window.closed, AT_ONCE_S)
        assert window.closed == SIGNED_OUT
        theirs.send({"ping": True, "ref": how})
        wait_until(lambda: {"ref": how} in theirs.heard("$/pong"))


def test_a_look_that_took_longer_takes_back_nothing(config, monkeypatch):
    """Two looks at one session may be under way at once: what the later one has found stays."""
    hub, now = Hub(config, None), Identity("joris", "person")
    before, asked = replace(now, roles={"lowlands": "crew"}), []
    browser = Browser(SimpleNamespace(sock=None, input_buffer=[]), before, None)

    def standing(database, session) -> Standing:
        asked.append(session)
        if len(asked) == 1:  # while the first is being answered, the second is asked for and answered
            hub.recheck(browser)
        return Standing(before if len(asked) == 1 else now, 1, "Joris")

    monkeypatch.setattr("api.hub.standing", standing)
    hub.recheck(browser)
    assert (len(asked), browser.identity) == (2, now)


def test_one_session_ends_and_the_others_go_on(house, joris):
    second = Person(house, joris.slug, PASSWORD)
    with joris.open("lowlands") as first, second.open("lowlands") as other:
        assert joris.request("POST", "/auth/logout").status == 204
        wait_until(lambda: first.closed)
        other.send({"ping": True})
        wait_until(lambda: other.heard("$/pong"))
        assert other.closed is None


def test_a_revoked_token_ends_its_sockets_at_every_process(house, other, joris):
    made = token(joris, "read")
    first, second = program(house, joris, made["token"]), program(other, joris, made["token"])
    with first.open("lowlands") as here, second.open("lowlands") as there, joris.open("lowlands") as own:
        assert joris.request("DELETE", f"/me/tokens/{made['id']}").status == 204
        wait_until(lambda: here.closed and there.closed, AT_ONCE_S)
        assert (here.closed, there.closed, own.closed) == (SIGNED_OUT, SIGNED_OUT, None)


def test_a_token_ends_its_sockets_when_its_time_is_up(house, joris, rows):
    # Given a token for three more seconds
    made = token(joris, "read")
    ends = time() + 3
    rows("UPDATE tokens SET expires_at = to_timestamp(%s) WHERE id = %s", ends, made["id"])
    with program(house, joris, made["token"]).open("lowlands") as window:
        # Then it is for these, and no longer
        wait_until(lambda: window.closed)
        assert (window.closed, 0 <= time() - ends < AT_ONCE_S) == (SIGNED_OUT, True)


def test_a_session_ends_its_sockets_when_its_time_is_up(house, joris):
    now = time()
    claims = {"sub": joris.slug, "iat": now, "exp": int(now) + 4, "jti": str(uuid4())}
    key = hmac(house.secret_key.encode(), b"sessions", sha256).digest()
    joris.token = jwt.encode(claims, key, "HS256")
    with joris.open("lowlands") as window:
        wait_until(lambda: window.closed)
        assert (window.closed, 0 <= time() - claims["exp"] < AT_ONCE_S) == (SIGNED_OUT, True)


def test_who_is_taken_out_of_a_project_leaves_it_at_every_process(house, other, root, joris, lowlands):
    anouk = Person(house, "anouk", lowlands.password)
    headers = {"Authorization": f"Bearer {joris.token}"}
    with joris.open("lowlands") as here, Window(other.listen, headers) as there, anouk.open("lowlands") as window:
        there.join("lowlands")
        # When they are taken out
        assert root.request("DELETE", f"/projects/lowlands/members/{joris.slug}").status == 204
        # Then they are told so, and their sockets live on
        for each in (here, there):
            told = lambda each=each: [error.get("project") for error in each.heard("$/error")]  # noqa: E731
            wait_until(lambda told=told: "lowlands" in told(), AT_ONCE_S)
        # and hear nothing more of it
        said = {"id": str(uuid4()), "at": datetime.now(UTC).isoformat(), "body": "among us"}
        window.publish("rentguy/lowlands/chat/anouk", said)
        wait_until(lambda: said["id"] in [each["id"] for each in window.heard("rentguy/lowlands/chat/anouk")])
        for each in (here, there):
            each.send({"ping": True})
            wait_until(lambda each=each: each.heard("$/pong"))
            assert said["id"] not in [heard["id"] for heard in each.heard("rentguy/lowlands/chat/anouk")]


def test_who_has_become_a_viewer_says_nothing_more(house, root, joris):
    topic = f"rentguy/lowlands/chat/{joris.slug}"
    with joris.open("lowlands") as window:
        say = lambda: window.publish(  # noqa: E731
            topic, {"id": str(uuid4()), "at": datetime.now(UTC).isoformat(), "body": "hello"}
        )
        ref = say()
        wait_until(lambda: {"ref": ref} in window.heard("$/ack"))
        # When they become a viewer
        assert root.request("PUT", f"/projects/lowlands/members/{joris.slug}", {"role": "viewer"}).status == 200
        # Then they are refused, and still hear
        refused = lambda: [each for each in window.heard("$/error") if "may not publish" in each["detail"]]  # noqa: E731
        wait_until(lambda: say() and refused(), AT_ONCE_S, every=0.1)
        assert window.closed is None
