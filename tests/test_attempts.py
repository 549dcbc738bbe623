"""Who may try to sign in, after others have failed."""

import pytest

from rentguy import attempts
from rentguy.attempts import Attempts, network
from rentguy.limits import Limit


class Clock:
    now = 1e6

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tried(clock) -> Attempts:
    return Attempts(Limit(burst=5, per_s=1, clock=clock), Limit(burst=2, per_s=0.1, clock=clock))


@pytest.mark.parametrize(
    ("address", "whom"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::", "2001:db8:1:3::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::1", "::/64"),
        ("?", "?"),
        ("x" * 300, "x" * 80),
    ],
)
def test_whom_an_address_stands_for(address, whom):
    assert network(address) == whom


def test_nobody_is_locked_out_from_elsewhere(tried):
    # Given somebody who guesses dana's password
    for _ in range(2):
        tried.failed("dana", "192.0.2.1")
    # Then from there dana isn't let in for a while, from everywhere else she is
    assert tried.wait("dana", "192.0.2.1") == 10
    assert tried.wait("dana", "192.0.2.2") == 0
    # and others are, from there too
    assert tried.wait("anouk", "192.0.2.1") == 0


def test_who_guesses_many_names_is_stopped_by_the_address(tried, clock):
    # Given anouk, who has signed in from there, and somebody there who tries one name after the other
    tried.succeeded("anouk", "2001:db8::1")
    for number in range(5):
        tried.failed(f"name-{number}", f"2001:db8::{number}")
    # Then a stranger has to wait, and anouk doesn't
    assert tried.wait("vera", "2001:db8::7") == 1
    assert tried.wait("anouk", "2001:db8::7") == 0
    # until she fails too often herself
    for _ in range(2):
        tried.failed("anouk", "2001:db8::7")
    assert tried.wait("anouk", "2001:db8::7") == 10
    # and time heals
    clock.now += 10
    assert tried.wait("anouk", "2001:db8::7") == tried.wait("vera", "2001:db8::7") == 0


def test_signing_in_rightly_costs_nothing(tried):
    for _ in range(1000):
        tried.succeeded("dana", "192.0.2.1")
    assert tried.wait("dana", "192.0.2.1") == 0


def test_what_is_remembered_is_bounded(tried, monkeypatch):
    monkeypatch.setattr(attempts, "MOST", 3)
    for number in range(10):
        tried.succeeded(f"name-{number}", "192.0.2.1")
    assert [name for name, _ in tried._right] == ["name-7", "name-8", "name-9"]
    tried.failed("x" * 100_000, "192.0.2.1")
    assert max(len(name) for name, _ in tried._each._full_at) == 80
