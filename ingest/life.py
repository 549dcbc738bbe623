"""The present life of a broker that says in `$SYS` how long it is up, as Mosquitto does.

What was said of who is connected holds for one life: a broker that is killed takes the wills along. Ours publishes them
when its next life begins, and says nothing here.
"""

import logging
import re
import threading
from collections import deque
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from rentguy.log import pairs

logger = logging.getLogger(__name__)

UPTIME = re.compile(rb"(\d{1,12}) seconds")
SURE = 3  # readings, about 10 s apart, that agree; in that while devices come back
COUNTED = timedelta(seconds=1)  # whole seconds, from a whole second
MARGIN = 1.5 * COUNTED
SAME = 5 * COUNTED


class Life:
    """Hears on one thread and is asked on another; `file` remembers the life that was dealt with last."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._known: datetime | None = None
        self._lock = threading.Lock()
        self._losses: deque[datetime] = deque(maxlen=10)
        self._readings: deque[datetime] = deque(maxlen=SURE)
        self._fresh = False

    def lost(self, at: datetime) -> None:
        """The connection; behind the next one may be a new life."""
        with self._lock:
            self._losses.append(at)
            self._readings.clear()

    def heard(self, payload: bytes, at: datetime) -> None:
        """A reading of `$SYS/broker/uptime`, other than a retained one, whose age nobody knows."""
        if not (match := UPTIME.fullmatch(payload)):
            return
        with self._lock, suppress(OverflowError):
            self._readings.append(at - timedelta(seconds=int(match[1])))
            self._fresh = True

    def take(self) -> datetime | None:
        """What was heard before this is of a former life; None until that is sure, and until there is another reading.

        Readings that were on their way for long don't agree. A connection that was lost before the life began, ended
        with the former one: nothing can have been heard in between.
        """
        with self._lock:
            if not self._fresh or len(self._readings) < SURE or max(self._readings) - min(self._readings) > 2 * COUNTED:
                return None
            self._fresh = False
            began = min(self._readings)
            return max([began - MARGIN, *(loss for loss in self._losses if loss < began + COUNTED)])

    def is_new(self, began: datetime) -> bool:
        """Whether it is another life than the last that `remember` was told of, by this process or one before."""
        try:
            known = self._known or datetime.fromisoformat(self._file.read_text())
            return abs(known - began) > SAME
        except (OSError, ValueError, TypeError):
            return True

    def remember(self, began: datetime) -> None:
        self._known = began
        try:
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._file.write_text(began.isoformat())
        except OSError as error:  # the next process publishes all once more
            logger.warning("which life of the broker this is can't be remembered %s", pairs(reason=error))
