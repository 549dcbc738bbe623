"""When a connection's time is up."""

from .links import Link

CONNECT_S = 10.0  # for the CONNECT to come
STALL_S = 30.0  # in which not one byte could be sent
PACKET_S = 120.0  # from the first byte of a packet to its last, 256 KiB at 2 KiB/s
GRACE = 1.5  # keep-alives [MQTT-3.1.2-24]


class Watch:
    """The clock of one connection, in seconds; `keep_alive` is None until it has signed in, 0 for none.

    The client is only blamed for silence while we are `reading`: not while the brake or a full queue holds it back.
    """

    def __init__(self, now: float) -> None:
        self.keep_alive: int | None = None
        self.reading = False
        self._heard = self._moved = now
        self._gone: int | None = None
        self._begun: float | None = None

    def heard(self, now: float) -> None:
        """Whole packets have come, or we go on reading."""
        self._heard = now

    def partial(self, incomplete: bool, new: bool, now: float) -> None:
        """Whether a part of a packet is there, whose rest has to follow, and whether it has only now begun."""
        if not incomplete:
            self._begun = None
        elif new or self._begun is None:
            self._begun = now

    def overdue(self, link: Link, now: float) -> str:
        """Why the connection must end; empty while it needn't."""
        if self.keep_alive is None:
            return "no CONNECT in time" if self.reading and now > self._heard + CONNECT_S else ""
        gone = link.gone_bytes
        if gone is None or gone != self._gone:
            self._gone, self._moved = gone, now
        if now > self._moved + STALL_S:
            return "reads nothing"
        if self.reading and self._begun is not None and now > self._begun + PACKET_S:
            return "a packet doesn't end"
        silent = self.reading and self.keep_alive and now > self._heard + self.keep_alive * GRACE
        return "keep-alive is over" if silent else ""
