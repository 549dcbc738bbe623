"""A vehicle with a GPS unit on the dashboard."""

from random import Random

from rentguy.messages import Position

from .motion import Motion
from .noise import Noise
from .position import position

NOISE_M = 1.8


class Tracker:
    """Reports where its vehicle is, about right, with the battery full while the engine runs."""

    def __init__(self, motion: Motion, random: Random, interval_s: float = 1.0) -> None:
        self.motion, self.interval_s = motion, interval_s
        self._noise = Noise(random, NOISE_M)
        self._battery = random.uniform(70, 100)
        self._last: float | None = None

    def messages(self, now: float) -> list[Position]:
        place = self.motion.at(now)
        self._charge(now, running=place.speed > 0)
        seen = place._replace(point=self._noise.on(place.point, now))
        return [position(now, seen, accuracy=self._noise.radius(), battery=self._battery)]

    def _charge(self, now: float, *, running: bool) -> None:
        """A percent in a minute while driving, a percent lost in ten while standing."""
        minutes = (now - (self._last or now)) / 60
        self._last = now
        self._battery = min(100.0, max(5.0, self._battery + (minutes if running else -minutes / 10)))
