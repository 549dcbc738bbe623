"""How often somebody may do something: a token bucket each."""

from collections.abc import Callable, Hashable
from time import monotonic

MOST = 10_000  # buckets in memory; beyond it the fullest is forgotten, which only helps its owner


class Limit:
    """`burst` at once, and `per_s` more each second. Never waits, so no other greenlet comes between.

    Of a bucket only the moment is kept at which it is full again; a full one needs no memory.
    """

    def __init__(self, burst: int, per_s: float, clock: Callable[[], float] = monotonic) -> None:
        self.burst, self._per_s, self._clock = burst, per_s, clock
        self._full_at: dict[Hashable, float] = {}

    def wait(self, who: Hashable) -> float:
        """The seconds until there is a token; 0 if there is one. Nothing is taken."""
        now = self._clock()
        early = self._full_at.get(who, now) + 1 / self._per_s - now - self.burst / self._per_s
        return early if early > 1e-9 else 0.0

    def take(self, who: Hashable) -> float:
        """Take a token: 0 if there was one, otherwise the seconds until there is, and nothing is taken."""
        if wait_s := self.wait(who):
            return wait_s
        now = self._clock()
        self._full_at[who] = max(self._full_at.get(who, now), now) + 1 / self._per_s
        if len(self._full_at) > MOST:
            self._forget(now)
        return 0.0

    def _forget(self, now: float) -> None:
        self._full_at = {who: at for who, at in self._full_at.items() if at > now}
        if len(self._full_at) > MOST:
            del self._full_at[min(self._full_at, key=self._full_at.__getitem__)]
