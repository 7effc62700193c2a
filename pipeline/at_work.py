"""The run that is at work on a store: how fast it is, how far, and what it has in hand."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import duckdb

from sinks.locks import holder
from sinks.manifest import spool_of, waiting
from sources.control import read_until

_LATELY = 60  # seconds over which speed is measured

_RUN = """
SELECT run_id, command, started_at, read,
    epoch(now() - started_at), epoch(now() - (SELECT max(committed_at) FROM batches)),
    (
        SELECT coalesce(sum(b.read), 0) FROM batches b
        WHERE b.run_id = r.run_id AND b.committed_at > now() - to_seconds($lately)
    ) / greatest(least(epoch(now() - started_at), $lately), 1)
FROM runs r WHERE status = 'running' ORDER BY started_at DESC LIMIT 1
"""


def until_of(spool: Path, run: str) -> Path:
    """Where a stream says how far it is; `run` is the run's name among the files in the spool."""
    return spool / f"until-{run}"


def at_work(db: duckdb.DuckDBPyConnection, store: Path) -> dict[str, Any] | None:
    """What is known of the run at work, in seconds and items a second; None where there is none.

    `lag` is for streams: how far what is worked out is behind now.
    """
    process = holder(store)
    found = db.execute(_RUN, {"lately": _LATELY}).fetchone() if process else None
    if found is None:
        return None
    run_id, command, started_at, read, seconds, since, speed = found
    spool = spool_of(store)
    complete = waiting(spool)
    until = read_until(str(until_of(spool, run_id[:8])))
    begun = {path.parent.name for path in spool.glob("[0-9]*/*")}
    # What a complete batch rests on lies in its own folder or in its window's.
    written = {name for path in complete for name in begun if path.name.startswith(name)}
    return {
        "process": process,
        "command": command,
        "started_at": started_at,
        "seconds": round(seconds, 3),
        "read": read,
        "per_second": round(speed, 1),
        "since_commit": None if since is None else round(since, 3),
        "lag": round(time.time() - until / 1e6, 3) if until else None,
        "in_hand": len(begun - written),
        "spooled": len(complete),
    }


def at_work_text(values: dict[str, Any]) -> str:
    """The same for people, on one line."""
    lag = "" if values["lag"] is None else f", {max(values['lag'], 0):.1f} s behind"
    return (
        "at work     {command}, since {started_at:%H:%M:%S}Z: {read:,} read, {per_second:,.0f}/s "
        "in the last minute{lag}; batches: {in_hand} in hand, {spooled} spooled".format(
            **values | {"lag": lag}
        )
    )
