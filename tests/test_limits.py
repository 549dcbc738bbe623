"""How often one may: a bucket for each, and a bound on how many buckets there are."""

import pytest

from rentguy import limits
from rentguy.limits import Limit


class Clock:
    """A clock that a test moves."""

    now = 1e6

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


def test_a_burst_then_one_at_a_time(clock):
    limit = Limit(burst=3, per_s=0.5, clock=clock)
    # Given a burst that is used up
    assert [limit.take("dana") for _ in range(4)] == [0, 0, 0, 2.0]
    assert limit.wait("dana") == 2.0
    # Then others have theirs, and being refused costs nothing
    assert limit.take("anouk") == 0
    assert limit.take("dana") == 2.0
    # When half the time has passed, then it is the other half
    clock.now += 1
    assert limit.take("dana") == 1.0
    clock.now += 1
    assert [limit.take("dana") for _ in range(2)] == [0, 2.0]
    # and after a long time there is one burst, no more
    clock.now += 1000
    assert [limit.take("dana") for _ in range(4)] == [0, 0, 0, 2.0]


def test_full_buckets_are_forgotten_then_the_fullest(clock, monkeypatch):
    monkeypatch.setattr(limits, "MOST", 3)
    limit = Limit(burst=2, per_s=1, clock=clock)
    # Given three who have begun, one of whom has used all
    for who in ("dana", "dana", "anouk", "vera"):
        limit.take(who)
    # When a fourth comes, then somebody who has used little is forgotten, who has used all isn't
    limit.take("root")
    assert len(limit._full_at) == 3
    assert limit.take("dana") > 0
    # When their buckets are full again, then nobody needs to be remembered but who comes next
    clock.now += 10
    for who in ("a", "b"):
        limit.take(who)
    assert set(limit._full_at) == {"a", "b"}
