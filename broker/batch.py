"""The records that are written together."""

import sys

import msgspec

from .keeper import HEAD
from .links import Link
from .message import Delivery
from .tables import STATEMENTS

encode = msgspec.msgpack.Encoder().encode


class Batch:
    """Records in the making; `frame` is what the keeper reads of them, once they are handed over."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.first = sys.maxsize  # of the deliveries in it; older ones have a row already
        self.owed: list[tuple[int, int, Delivery]] = []  # session, message, and what else holds when it is written
        self.rows: dict[str, list[tuple]] = {name: [] for name in STATEMENTS}
        self.keyed: dict[tuple, tuple | None] = {}
        self.waiting: dict[Link, None] = {}  # links with something that leaves when this is on the disk
        self.bytes = 0
        self.since = 0.0  # when it was handed over

    def frame(self) -> bytes:
        """As the keeper reads it."""
        rows = {name: list(some) for name, some in self.rows.items()}
        rows["owed"] = [
            (each.number, session, message, each.qos, each.retain, each.group, each.mid, each.released)
            for session, message, each in self.owed
        ]
        for (table, *key), row in self.keyed.items():
            rows[f"drop {table}" if row is None else f"keep {table}"].append(tuple(key) if row is None else row)
        body = encode([(name, some) for name, some in rows.items() if some])
        return HEAD.pack(len(body)) + body
