"""Who knocks too often: at sign-in, REST, `/ws` and with frames. Others come in meanwhile, and nobody is locked out."""

import json
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from msgspec.structs import replace
from simple_websocket import ConnectionClosed
from simple_websocket import ConnectionError as Refused

from api.limits import FRAMES, HANDSHAKES, PERSISTENT, SOCKETS, WRONG, WRONG_EACH
from rentguy.config import Config
from tests import house as houses
from tests.services import wait_until
from tests.visitors import Person, Window

database, _config, start, embedded, lowlands, house = map(pytest.fixture(scope="module"), houses.PARTS)


@pytest.fixture(scope="module")
def config(database: str, tmp_path_factory: pytest.TempPathFactory) -> Config:
    """An api behind one proxy, so that tests can come from anywhere."""
    return replace(houses.config(database, tmp_path_factory), proxies=1)


def ask(house: Config, path: str, body: object = None, method: str = "", **headers: str) -> tuple[int, dict, object]:
    """Status, headers and body of an answer."""
    data = None if body is None else json.dumps(body).encode()
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(f"http://{house.listen}{path}", data, names, method=method or None)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except urllib.error.HTTPError as error:
        return error.code, dict(error.headers), json.load(error)


def sign_in(house: Config, name: str, password: str, whence: str) -> tuple[int, dict]:
    status, headers, _ = ask(
        house, "/api/v1/auth/login", {"username": name, "password": password}, X_Forwarded_For=whence
    )
    return status, headers


def test_nobody_locks_dana_out_but_where_they_are(house, lowlands):
    # Given somebody who guesses, and says to have been sent by ever new addresses
    for number in range(WRONG_EACH[0]):
        assert sign_in(house, "dana", "guess", f"10.0.0.{number}, 2001:db8:1:1::{number}")[0] == 401
    # Then from there nothing is verified any more, be it right
    status, headers = sign_in(house, " DANA ", lowlands.password, "2001:db8:1:1::ffff")
    assert status == 429 and 0 < int(headers["Retry-After"]) <= 30
    # and from elsewhere dana comes in as ever, and from there others do
    assert sign_in(house, "dana", lowlands.password, "2001:db8:1:2::1")[0] == 200
    assert sign_in(house, "anouk", lowlands.password, "2001:db8:1:1::1")[0] == 200


def test_who_tries_many_names_is_stopped_and_who_was_right_there_is_not(house, lowlands):
    whence = "198.51.100.7"
    assert sign_in(house, "dana", lowlands.password, whence)[0] == 200
    with ThreadPoolExecutor(8) as pool:
        guesses = pool.map(lambda number: sign_in(house, f"name-{number}", "guess", whence)[0], range(WRONG[0] + 20))
        assert set(guesses) == {401, 429}
    # Others are stopped there too; between a guess too many and theirs an attempt may have been granted, but not always
    others = ("vera", "anouk", "root")
    assert 429 in [sign_in(house, other, lowlands.password, whence)[0] for other in others if _once_more(house, whence)]
    assert sign_in(house, "dana", lowlands.password, whence)[0] == 200


def _once_more(house: Config, whence: str) -> bool:
    """Guesses until it is too many."""
    return wait_until(lambda: sign_in(house, "nobody", "guess", whence)[0] == 429)


def test_handshakes_of_an_address_are_bounded(house, lowlands):
    def knock(_) -> tuple[int, dict, dict]:
        return ask(house, "/ws", X_Forwarded_For="198.51.100.8")

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(knock, range(2 * HANDSHAKES[0])))
    assert {status for status, _, _ in answers} == {401, 429}
    refused = [(body["title"], int(headers["Retry-After"])) for status, headers, body in answers if status == 429]
    assert {title for title, _ in refused} == {"Too Many Requests"} and all(wait_s >= 1 for _, wait_s in refused)
    with Person(house, "vera", lowlands.password).open("lowlands"):
        pass


def test_a_person_has_so_many_sockets_and_no_more(house, lowlands):
    vera, dana = (Person(house, name, lowlands.password) for name in ("vera", "dana"))
    windows = [vera.open() for _ in range(SOCKETS)]
    try:
        with pytest.raises(Refused, match="429"):
            vera.open()
        dana.open("lowlands").close()
        windows.pop().close()
        windows.append(wait_until(vera.open))
    finally:
        for window in windows:
            window.close()


def test_who_sends_too_many_frames_is_told_and_at_last_sent_away(house, lowlands):
    dana, root = (Person(house, name, lowlands.password) for name in ("dana", "root"))
    with dana.open("lowlands") as window, root.open("lowlands") as other:
        # Given more at once than one may send
        sent = FRAMES[0] + PERSISTENT[0] // 2
        for number in range(sent):
            window.send({"ping": True, "ref": number})
        told = wait_until(lambda: window.heard("$/error"))[0]
        # Then it is told which wasn't dealt with, and when to try again
        assert told["again"] is True and told["retry_s"] == 1 and told["ref"] >= FRAMES[0] - 2
        wait_until(lambda: len(window.heard("$/pong")) + len(window.heard("$/error")) == sent)
        # and so are its other windows, but nobody else
        window.send({"ping": True, "ref": "again"})
        other.send({"ping": True, "ref": "mine"})
        wait_until(lambda: other.heard("$/pong") == [{"ref": "mine"}])
        # When it goes on regardless, then it is sent away
        with suppress(ConnectionClosed, OSError):
            while True:
                window.send({"ping": True})
        wait_until(lambda: window.closed == 1013)
        assert other.heard("$/error") == []


def cookie(house: Config, password: str, **headers: str) -> tuple[int, str]:
    status, answered, _ = ask(
        house, "/api/v1/auth/login", {"username": "root", "password": password}, X_Forwarded_For="192.0.2.9", **headers
    )
    return status, answered.get("Set-Cookie", "").partition(";")[0]


ORIGINS = [
    ({}, 403),
    ({"Origin": "http://{listen}"}, 200),
    ({"Sec_Fetch_Site": "same-origin"}, 200),
    ({"Sec_Fetch_Site": "none"}, 403),
    ({"Sec_Fetch_Site": "same-site"}, 403),
    ({"Sec_Fetch_Site": "cross-site"}, 403),
    ({"Origin": "null"}, 403),
    ({"Origin": "https://evil.example"}, 403),
    ({"Origin": "https://evil.example", "Sec_Fetch_Site": "same-origin"}, 403),
    ({"Origin": "https://{listen}.evil.example"}, 403),
    ({"Origin": "http://["}, 403),
]


def test_a_cookie_changes_something_only_from_our_own_pages(house, lowlands):
    status, session = cookie(house, lowlands.password)
    assert status == 200
    for given, expected in ORIGINS:
        headers = {name: value.format(listen=house.listen) for name, value in given.items()}
        path = "/api/v1/inventory/items/foh-07/status"
        assert ask(house, path, {"status": "damaged"}, "PATCH", Cookie=session, **headers)[0] == expected, given
        handshake = ask(house, "/ws", Cookie=session, **headers)[0]
        assert handshake == (400 if expected == 200 else expected), given  # past the door it is no handshake
        if expected == 403:
            assert ask(house, "/api/v1/auth/logout", {}, Cookie=session, **headers)[0] == 403, given
        assert ask(house, "/api/v1/me", Cookie=session, **headers)[0] == 200, given  # reading is the browser's affair
    with pytest.raises(Refused, match="403"):
        Window(house.listen, {"Cookie": session})


def test_a_page_of_elsewhere_signs_nobody_in(house, lowlands):
    assert cookie(house, lowlands.password, Origin="https://evil.example") == (403, "")
    assert cookie(house, lowlands.password, Origin=f"http://{house.listen}")[0] == 200
