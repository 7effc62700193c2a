"""The clock that everything asks: the system's, or the one that NEWSBEAM_NOW sets."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime


def now() -> int:
    """Microseconds since 1970-01-01 UTC. ValueError where NEWSBEAM_NOW is not a time."""
    if not stopped():
        return time.time_ns() // 1000
    stated = os.environ["NEWSBEAM_NOW"]
    try:
        moment = datetime.fromisoformat(stated)
    except ValueError as error:
        raise ValueError(
            f"NEWSBEAM_NOW is {stated!r}; it must look like 2026-01-01T00:00:00Z"
        ) from error
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return int(moment.timestamp()) * 1_000_000 + moment.microsecond


def stopped() -> bool:
    """Whether NEWSBEAM_NOW holds the clock at one moment."""
    return bool(os.environ.get("NEWSBEAM_NOW"))
