"""The present life of a broker that says in `$SYS` how long it is up, as Mosquitto does.

What was said of who is connected holds for one life: a broker that is killed takes the wills along. Ours publishes them
when its next life begins, and says nothing here.
"""

import re
import threading
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

UPTIME = re.compile(rb"(\d{1,12}) seconds")
SURE = 3  # readings, 10 s apart: one may be late, and devices need a while to come back
COUNTED = timedelta(seconds=1)  # whole seconds, from a whole second
MARGIN = 1.5 * COUNTED
SAME = timedelta(seconds=5)


class Life:
    """Hears on one thread and is asked on another; `file` remembers the life that was dealt with last."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._lost: datetime | None = None
        self._began: datetime | None = None
        self._readings = 0
        self._asked = False

    def lost(self, at: datetime) -> None:
        """The connection; behind the next one may be a new life."""
        with self._lock:
            self._lost, self._began, self._readings = at, None, 0

    def heard(self, payload: bytes, at: datetime) -> None:
        """A reading of `$SYS/broker/uptime`, other than a retained one, whose age nobody knows."""
        if not (match := UPTIME.fullmatch(payload)):
            return
        with self._lock, suppress(OverflowError):
            began = at - timedelta(seconds=int(match[1]))
            self._began = min(began, self._began or began)
            self._readings += 1
            self._asked = False

    def began(self) -> datetime | None:
        """When at the latest, once that is sure; None until then, and until there is another reading.

        What we have heard before we lost a broker that began after that is of a former life for certain.
        """
        with self._lock:
            if self._readings < SURE or self._asked:
                return None
            self._asked = True
            surely = self._began - MARGIN
            return max(surely, self._lost) if self._lost and self._lost < self._began + COUNTED else surely

    def is_new(self, began: datetime) -> bool:
        """Whether it is another life than the last that `remember` was told of."""
        try:
            return abs(datetime.fromisoformat(self._file.read_text()) - began) > SAME
        except (OSError, ValueError, TypeError):
            return True

    def remember(self, began: datetime) -> None:
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._file.write_text(began.isoformat())
