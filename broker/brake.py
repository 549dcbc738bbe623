"""The flood brake: a token bucket that says how long to wait before reading on."""

BURST_S = 10  # a burst of so many seconds' worth is let through at once


class Brake:
    """Lets `rate` packets a second pass after a burst. Nothing is thrown away: TCP holds the sender back.

    A tracker that empties its memory looks like a flood, so it is only slowed down. Rate 0 is no brake.
    """

    def __init__(self, rate: float, now: float) -> None:
        self._rate = rate
        self._tokens = rate * BURST_S
        self._at = now

    def wait(self, packets: int, now: float) -> float:
        """Seconds until the next read, after so many packets at `now` on a clock of seconds."""
        if not self._rate:
            return 0.0
        self._tokens = min(self._rate * BURST_S, self._tokens + (now - self._at) * self._rate) - packets
        self._at = now
        return max(0.0, -self._tokens / self._rate)
