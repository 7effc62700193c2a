"""`newsbeam feeds list`: every subscribed feed and how it is doing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb

from pipeline.query import columns, printable
from sinks import feeds
from sources.subscriptions import shown

FAILING = 3  # polls in a row: one that failed once or twice may well mend itself

_HEALTH = """
FROM feed_health WHERE declared_in <> 'run' ORDER BY folder NULLS LAST, lower(outlet), feed
"""
_WIDTH = 40
_RECENT = timedelta(days=7)
_UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"))


def moment(now: int) -> datetime:
    """A time from microseconds since 1970."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=now)


def plain(value: Any) -> str:
    """A value of a row as JSON has it: times by ISO 8601, lengths of time as h:mm:ss."""
    return value.isoformat() if isinstance(value, datetime) else str(value)


def health(db: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """The row of feed_health of every feed subscribed to; passwords in addresses masked."""
    if not feeds.there(db):
        return []  # made by a version without feeds
    cursor = db.execute(_HEALTH)
    names = [column[0] for column in cursor.description or ()]
    rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return [{**row, "feed": shown(row["feed"])} for row in rows]


def in_trouble(row: dict[str, Any], now: datetime) -> bool:
    """Whether all is not well with a feed, or was not within a week: as `status` counts them."""
    return any(_troubles(row, now))


def needs_a_person(row: dict[str, Any]) -> bool:
    """Whether it will not mend itself: gone, silent, not polled, or failing again and again."""
    if row["state"] == "failing":
        return bool(row["failures"] >= FAILING)
    return row["state"] not in ("fine", "never_polled")


def listed(rows: list[dict[str, Any]], now: datetime) -> Iterator[str]:
    """Lines of a table for people, what is wrong with whom, and how many there are of each."""
    if not rows:
        yield "no feeds: subscribe with `newsbeam feeds add URL`"
        return
    names = ["state", "outlet", "folder", "a day", "answered", "next", "waiting", "feed"]
    cells = [
        [
            row["state"].replace("_", " "),
            printable(row["outlet"], _WIDTH),
            printable(row["folder"], _WIDTH),
            f"{row['entries_per_day']:.1f}" if row["entries_per_day"] is not None else "",
            _ago(row["answered_at"], now),
            _ahead(row, now),
            str(row["pages_waiting"] or ""),
            printable(row["feed"]),
        ]
        for row in rows
    ]
    numeric = [name in ("a day", "waiting") for name in names]
    shown_columns = [place for place in range(len(names)) if any(row[place] for row in cells)]
    yield from columns(
        [names[place] for place in shown_columns],
        [[row[place] for place in shown_columns] for row in cells],
        [numeric[place] for place in shown_columns],
    )
    if wrong := [(row, sentence) for row in rows for sentence in _troubles(row, now)]:
        yield ""
        for row, sentence in wrong:
            yield f"{printable(row['outlet'] or row['feed'], _WIDTH)}: {printable(sentence, 200)}"
    counts = Counter(row["state"].replace("_", " ") for row in rows)
    total = f"{len(rows):,} feed{'s' * (len(rows) != 1)}"
    yield ""
    yield f"{total}: " + ", ".join(f"{count:,} {state}" for state, count in counts.most_common())


def _troubles(row: dict[str, Any], now: datetime) -> Iterator[str]:
    """What is wrong with a feed; nothing where it is well."""
    if row["state"] == "gone":
        yield "gone: its server says so for good, and it is asked no more"
    elif row["state"] == "failing":
        times = "once" if row["failures"] == 1 else f"{row['failures']} times in a row"
        yield f"failed {times}: {row['detail'] or row['error']} ({row['error']})"
    elif row["state"] == "silent":
        since = f"since {row['changed_at']:%Y-%m-%d %H:%M}Z" if row["changed_at"] else "yet"
        usual = (
            f", where {row['usual_per_day']:.1f} a day are usual" if row["usual_per_day"] else ""
        )
        yield f"nothing new {since}{usual}"
    elif row["state"] == "overdue":
        yield f"due since {row['next_at']:%Y-%m-%d %H:%M}Z: does `newsbeam run --feeds` still run?"
    if row["gap_at"] is not None and now - row["gap_at"] < _RECENT:
        yield f"entries may have come and gone unseen before {row['gap_at']:%Y-%m-%d %H:%M}Z"


def _ahead(row: dict[str, Any], now: datetime) -> str:
    if row["status"] != "active":
        return ""
    return f"in {_length(row['next_at'] - now)}" if row["next_at"] > now else "due"


def _ago(moment: datetime | None, now: datetime) -> str:
    return f"{_length(now - moment)} ago" if moment is not None else ""


def _length(time: timedelta) -> str:
    seconds = max(time.total_seconds(), 60)
    size, unit = next((size, unit) for size, unit in _UNITS if seconds >= size)
    return f"{seconds / size:.0f} {unit}"
