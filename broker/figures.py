"""What an operator can ask of the broker: figures for Prometheus, whether it is well, and who uses it most."""

import time
from collections.abc import Callable, Iterator

import msgspec
from prometheus_client.core import REGISTRY, CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from .broker import Broker
from .usage import COUNTED

STUCK_S = 5.0  # without a beat of the loop

GAUGES: dict[str, tuple[str, Callable[[Broker], int]]] = {
    "connections": ("Open connections", lambda broker: len(broker.connections)),
    "strangers": ("Open connections that haven't signed in", lambda broker: len(broker.strangers)),
    "sessions": ("Sessions, connected or away", lambda broker: len(broker.router.sessions)),
    "sessions_away": (
        "Sessions without a connection",
        lambda broker: sum(not each.connection for each in _all(broker)),
    ),
    "filters": ("Subscriptions", lambda broker: sum(len(each.filters) for each in _all(broker))),
    "waiting": (
        "Messages that wait in sessions",
        lambda broker: sum(each.outgoing.waiting for each in _all(broker)),
    ),
    "inflight": (
        "Messages sent, not acknowledged",
        lambda broker: sum(len(each.outgoing.inflight) for each in _all(broker)),
    ),
    "queued_bytes": ("Bytes of both", lambda broker: sum(each.outgoing.bytes for each in _all(broker))),
    "retained": ("Retained messages", lambda broker: len(broker.router.retained)),
}
COUNTERS: dict[str, tuple[str, Callable[[Broker], int]]] = {
    "signed_in": ("Connections that signed in", lambda broker: _sum(broker, "connects")),
    "messages_in": ("Messages that clients published", lambda broker: _sum(broker, "messages_in")),
    "messages_out": ("Messages sent to clients", lambda broker: _sum(broker, "messages_out")),
    "bytes_in": ("Bytes received", lambda broker: _sum(broker, "bytes_in")),
    "bytes_out": ("Bytes sent", lambda broker: _sum(broker, "bytes_out")),
    "refused": ("Publishes that were refused", lambda broker: _sum(broker, "refused")),
    "dropped": (
        "Messages dropped from full queues of devices",
        lambda broker: broker.router.dropped + sum(each.dropped for each in _all(broker)),
    ),
    "commits": ("Batches of the journal on the disk", lambda broker: broker.journal.commits),
}


class Figures(Collector):
    """Read when somebody asks, on their thread; the broker only counts."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker

    def register(self) -> None:
        REGISTRY.register(self)

    def collect(self) -> Iterator[Metric]:
        for name, (text, value) in GAUGES.items():
            yield GaugeMetricFamily(f"rentguy_broker_{name}", text, value=value(self._broker))
        for name, (text, value) in COUNTERS.items():
            yield CounterMetricFamily(f"rentguy_broker_{name}", text, value=value(self._broker))

    def summary(self) -> str:
        """The gauges in a line, for a person."""
        return " ".join(f"{name}={value(self._broker)}" for name, (_, value) in GAUGES.items())

    def sources(self) -> bytes:
        """JSON: what each source has used since the start, most bytes first; "?" is who didn't sign in."""
        used = sorted(list(self._broker.usage.items()), key=lambda each: -each[1].bytes_in - each[1].bytes_out)
        return msgspec.json.encode(
            [{"source": slug, **{name: getattr(usage, name) for name in COUNTED}} for slug, usage in used]
        )


def trouble(broker: Broker, known: bool) -> str | None:
    """Why the broker isn't ready; None when it is."""
    if not known:
        return "no registry yet"
    return broker.journal.trouble or ("the disk is behind" if broker.journal.behind else None)


def stuck(broker: Broker) -> str | None:
    """Why the broker isn't alive; None when it is."""
    silent = time.monotonic() - broker.beat
    return f"the loop has been stuck for {silent:.0f} s" if silent > STUCK_S else None


def _all(broker: Broker) -> list:
    return list(broker.router.sessions.values())


def _sum(broker: Broker, name: str) -> int:
    return sum(getattr(usage, name) for usage in list(broker.usage.values()))
