"""A simulated person talks in the chat of the real house."""

import itertools
from random import Random

import pytest

from devices.chat import ChatError, Session
from devices.conversation import Conversation
from devices.roster import Line
from tests.services import wait_until
from tests.visitors import Person


@pytest.fixture
def house(embedded, start, config, lowlands):
    """Broker, ingest and api, running; the address of the last."""
    start("ingest", config)
    start("api", config)
    return f"http://{config.listen}"


def bodies(config, lowlands) -> list[str]:
    chat = Person(config, "dana", lowlands.password).get("/projects/lowlands/chat")
    return [message["body"] for message in chat]


def test_person_signs_in_and_is_heard(house, config, lowlands):
    # Given a member of the crew
    anouk = Session(house, "anouk", lowlands.password, "lowlands")
    # When she talks, and her connection breaks in between
    anouk.say("Truck 04 is loaded.")
    anouk._socket.sock.shutdown(2)
    anouk.say("Doors are shut.")
    anouk.listen()
    # Then both are in the history, once
    wait_until(lambda: sorted(bodies(config, lowlands)) == ["Doors are shut.", "Truck 04 is loaded."])
    anouk.leave()
    anouk.leave()


def test_who_may_not_talk_or_sign_in_hears_why(house, lowlands):
    vera = Session(house, "vera", lowlands.password, "lowlands")
    with pytest.raises(ChatError, match="vera was refused: you may not publish 'chat'"):
        vera.say("hello?")
    vera.leave()
    with pytest.raises(ChatError, match="anouk can't join lowlands: HTTP Error 401"):
        Session(house, "anouk", "guessed", "lowlands").enter()


def test_chat_that_is_not_there_is_an_error_of_the_chat():
    with pytest.raises(ChatError, match="anouk can't join lowlands"):
        Session("http://127.0.0.1:1", "anouk", "secret", "lowlands").say("hello?")


def test_conversation_goes_on_when_one_of_them_is_refused(house, config, lowlands):
    sessions = {slug: Session(house, slug, lowlands.password, "lowlands") for slug in ("vera", "anouk")}
    lines = (Line(by, f"line {number}") for number in itertools.count() for by in sessions)
    talk = Conversation(lines, sessions, (0.6, 0.7), Random(1)).start()
    wait_until(lambda: {"line 0", "line 1"} <= set(bodies(config, lowlands)))
    talk.stop()
    assert not talk._thread.is_alive()
