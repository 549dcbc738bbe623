"""Sign-ins that fail at the broker, of an address: whoever signed in rightly from there isn't hurt."""

import pytest

from tests.brokers import House, house
from tests.services import wait_until

BUSY, WRONG = 3, 4


@pytest.fixture
def inn(monkeypatch):
    monkeypatch.setattr("broker.broker.WRONG", (5, 0.5))
    with house() as running:
        yield running


def guess(inn: House, name: str, secret: str = "guess") -> int:
    with inn.client() as client:
        code = client.connect(name, password=secret)[1]
        if code:
            assert client.closed()
    return code


def test_who_guesses_is_no_longer_verified(inn: House, monkeypatch) -> None:
    asked = []
    sign_in = inn.registry.sign_in
    monkeypatch.setattr(inn.registry, "sign_in", lambda *claim: (asked.append(claim[0]), sign_in(*claim))[1])
    # Given a fleet that has come in, and somebody at the same address who guesses
    with inn.client("truck-1"), inn.client("wall"):
        asked.clear()
        assert [guess(inn, f"name-{number}") for number in range(7)] == [WRONG] * 5 + [BUSY] * 2
        assert asked == [f"name-{number}" for number in range(5)]
        # Then who hasn't been here before is turned away, whoever that is and whatever they know
        assert [guess(inn, "truck-2"), guess(inn, "truck-2", "secret of truck-2")] == [BUSY] * 2
        assert len(asked) == 5
    # and the fleet comes and goes, as do our services, which nobody can keep out
    with inn.client("truck-1"), inn.client("wall"):
        assert [guess(inn, "_ingest") for _ in range(7)] == [WRONG] * 7
        with inn.client("_ingest"):
            pass
    # When some time has passed, then there is room again for one
    inn.skip(2)
    assert guess(inn, "truck-2", "secret of truck-2") == 0
    assert [guess(inn, "nobody"), guess(inn, "nobody")] == [WRONG, BUSY]
    wait_until(lambda: not inn.call(lambda: list(inn.broker.strangers)))


def test_a_fleet_that_comes_back_all_at_once_is_let_in(inn: House) -> None:
    for _ in range(20):
        with inn.client("truck-1", client_id="truck-1"), inn.client("truck-2"), inn.client("phone-1"):
            pass
