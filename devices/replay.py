"""Plays a recorded drive as if it happened now."""

from bisect import bisect_right

from rentguy.messages import Position

from .position import position
from .route import Place
from .trace import Fix, Sample, backwards, samples, thawed


class Replay:
    """The drive from `begins` (Unix seconds) on, `speed` times as fast; a loop drives there and back for ever.

    Going back instead of starting over keeps the vehicle from leaping across the town. At another speed than it was
    recorded, the vehicle is that much faster too.
    """

    def __init__(self, fixes: list[Fix], begins: float, *, speed: float = 1.0, loop: bool = False) -> None:
        if speed <= 0:
            raise ValueError(f"expected a speed above 0, got {speed}")
        drive = thawed(fixes)
        self._samples = samples(drive)
        if loop:
            turn = drive[-1].seconds + 1
            self._samples += [Sample(turn + seconds, place) for seconds, place in samples(backwards(drive))]
        self._times = [sample.seconds for sample in self._samples]
        self._begins, self._speed, self._loop = begins, speed, loop
        self._said = -1
        self.period = self._times[-1] + 1
        self.interval_s = max(1.0 / speed, 0.1)

    def at(self, now: float) -> Place:
        """Where the vehicle is: at the last fix that is due."""
        return self._place(self._due(now)[0])

    def messages(self, now: float) -> list[Position]:
        """The last fix that is due, once, at its own time shifted to now."""
        index, due = self._due(now)
        if index == self._said:
            return []
        self._said = index
        return [position(due, self._place(index))]

    def ended(self, now: float) -> bool:
        return not self._loop and (now - self._begins) * self._speed >= self._times[-1] and self._said >= 0

    def _due(self, now: float) -> tuple[int, float]:
        """The index of the last fix that is due, and when it was."""
        played = max((now - self._begins) * self._speed, 0.0)
        rounds, elapsed = divmod(played, self.period) if self._loop else (0, played)
        index = max(bisect_right(self._times, elapsed) - 1, 0)
        return index, self._begins + (rounds * self.period + self._times[index]) / self._speed

    def _place(self, index: int) -> Place:
        place = self._samples[index].place
        return place._replace(speed=place.speed * self._speed)
