"""What a service at work tells Prometheus, on a port of this machine alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sinks.manifest import spool_of, waiting

if TYPE_CHECKING:
    from sinks.commit import Counts

OUTCOMES = ("new", "revised", "unchanged", "rejected")


class PortTaken(Exception):
    """Nothing can be served on that port, and why."""


class Metrics:
    """Counters and gauges of one process. Where `port` is None nothing is loaded or served."""

    def __init__(self, store: Path, port: int | None) -> None:
        self._served = port is not None
        if port is None:
            return
        from prometheus_client import (
            CollectorRegistry,
            Counter,
            Gauge,
            disable_created_metrics,
            start_http_server,
        )

        disable_created_metrics()
        registry = CollectorRegistry()

        def gauge(name: str, what: str) -> Gauge:
            return Gauge(f"newsbeam_{name}", what, registry=registry)

        self._items = Counter(
            "newsbeam_items", "Items read, by what became of them.", ["outcome"], registry=registry
        )
        for outcome in OUTCOMES:
            self._items.labels(outcome)
        self._commits = Counter("newsbeam_commits", "Commits made.", registry=registry)
        self._lag = gauge("lag_seconds", "From the end of the last window, or poll, to its commit.")
        self._rate = gauge(
            "items_per_second", "Items of the last commit by the seconds they came in."
        )
        self._at = gauge("last_commit_timestamp_seconds", "When something was last stored.")
        spooled = gauge("spooled_batches", "Complete batches that wait in the spool.")
        spooled.set_function(lambda: len(waiting(spool_of(store))))
        self._due = gauge("feeds_due", "Subscribed feeds that were due at the last look.")
        try:
            start_http_server(port, "127.0.0.1", registry)
        except OSError as error:
            raise PortTaken(f"--metrics-port {port}: {error.strerror}; choose another") from error

    def stored(self, counts: Counts, lag: float, seconds: float, due: int) -> None:
        """Something was stored, `lag` seconds late; it came in within so many seconds.

        At the last look so many feeds were `due`.
        """
        if not self._served:
            return
        for outcome in OUTCOMES:
            self._items.labels(outcome).inc(getattr(counts, outcome))
        self._commits.inc()
        self._lag.set(lag)
        self._rate.set(counts.read / max(seconds, 0.001))
        self._at.set_to_current_time()
        self._due.set(due)
