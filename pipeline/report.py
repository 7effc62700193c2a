"""What a run and a store say for themselves, for people."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from pipeline.at_work import at_work, at_work_text
from pipeline.query import printable
from sinks import feeds
from sinks.store import one
from sources.subscriptions import shown

if TYPE_CHECKING:
    from pipeline.stream import Stored

_MOST = 8  # entries of a list that are spelled out
_ASKED = {"feed": "feeds", "page": "pages", "robots": "robots.txt"}  # kinds of fetches


def account(values: dict[str, Any], store: Path) -> str:
    """The account of a run in a few lines: what was read and became of it, where to go next."""
    lines = [
        "read {read:,} = {new:,} new + {revised:,} revised + {unchanged:,} unchanged"
        " + {rejected:,} rejected".format(**values)
    ]
    for kind, outcomes in values.get("fetches", {}).items():
        asked = sum(outcomes.values())
        lines.append(f"{_ASKED[kind]:<12}{asked:,} = {_list(outcomes, ' + ')}")
    if values["noted"]:
        lines.append(f"notes       {values['noted']:,} on items taken with a loss")
    if values["new"] or values["revised"]:
        lines += [
            "duplicates  " + _list(values["duplicates"] or {}),
            "languages   " + _list(values["languages"] or {}),
            "topics      " + _list(values["topics"] or {}),
        ]
    lines += [
        f"time        {values['seconds']:.1f} s, {values['articles_per_second']:,.0f} articles/s",
        f"store       {store}",
    ]
    if values["rejected"] or values["noted"]:
        lines.append('why not     newsbeam query "FROM rejects"')
    lines.append(f"ask next    {_next(values)}")
    return "\n".join(lines)


def load_line(values: dict[str, Any]) -> str:
    """The account of one batch that was stored, in one line, for logs."""
    return f"{values['finished_at'][:19]}Z stored a batch. {_read(values)}"


def poll_line(values: dict[str, Any]) -> str:
    """The account of a poll in one line, for logs."""
    asked = [
        f"{sum(outcomes.values()):,} {_ASKED[kind]} ({_list(outcomes)})"
        for kind, outcomes in values.get("fetches", {}).items()
    ]
    return f"{values['finished_at'][:19]}Z asked {'; '.join(asked) or 'nobody'}. {_read(values)}"


def _read(values: dict[str, Any]) -> str:
    return (
        "Read {read:,} = {new:,} new + {revised:,} revised + {unchanged:,} unchanged + "
        "{rejected:,} rejected in {seconds:.1f} s".format(**values)
    )


def window_values(stored: Stored) -> dict[str, Any]:
    """One stored window of a stream, as plain values."""
    until = datetime.fromtimestamp(stored.until / 1e6, UTC)
    return {
        "until": until.isoformat(),
        **stored.counts._asdict(),
        "seconds": round(stored.seconds, 3),
        "behind": round(stored.behind, 3),
    }


def window_line(values: dict[str, Any]) -> str:
    """The same in one line, for logs."""
    return (
        f"{values['until'][:19]}Z "
        "read {read:,} = {new:,} new + {revised:,} revised + {unchanged:,} unchanged + "
        "{rejected:,} rejected; stored in {seconds:.1f} s, {behind:.1f} s behind".format(**values)
    )


def _list(counts: dict[str, int], between: str = ", ") -> str:
    named = [f"{count:,} {printable(name.replace('_', ' '))}" for name, count in counts.items()]
    more = [f"and {len(named) - _MOST} more"] if len(named) > _MOST else []
    return between.join(named[:_MOST] + more) or "none"


def _next(values: dict[str, Any]) -> str:
    if values["duplicates"]:
        return (
            'newsbeam query "SELECT title, duplicate_kind, duplicate_similarity, duplicate_of '
            'FROM articles WHERE duplicate_of IS NOT NULL"'
        )
    return 'newsbeam query "SELECT published_on, language, topics, title FROM articles"'


def status(db: duckdb.DuckDBPyConnection, store: Path, waiting: list[Path]) -> dict[str, Any]:
    """The store at a glance, as plain values."""
    names = ("articles", "originals", "revisions", "sightings", "rejects", "languages", "outlets")
    row = one(
        db,
        """
        SELECT count(*), count(*) FILTER (duplicate_of IS NULL),
            coalesce(sum(revisions), 0)::BIGINT,
            (SELECT count(*) FROM sightings), (SELECT count(*) FROM rejects WHERE NOT kept),
            count(DISTINCT language), count(DISTINCT outlet)
        FROM articles
        """,
    )
    runs = _rows(
        db,
        """
        SELECT started_at, status, read, new, revised, unchanged, rejected, seconds, command
        FROM runs ORDER BY started_at DESC LIMIT 5
        """,
    )
    return {
        "store": str(store),
        "bytes": store.stat().st_size,
        **dict(zip(names, row, strict=True)),
        "at_work": at_work(db, store),
        "feeds": _feeds(db),
        "runs": runs,
        "spooled": [str(path) for path in waiting],
    }


_FEEDS = """
SELECT count(*) FILTER (declared_in <> 'run') AS subscribed,
    count(*) FILTER (declared_in <> 'run' AND state = 'never_polled') AS never_polled,
    count(*) FILTER (
        declared_in <> 'run' AND status = 'active'
        AND next_at <= coalesce(getvariable('newsbeam_now')::TIMESTAMPTZ, now())
    ) AS due,
    coalesce(sum(pages_waiting), 0)::BIGINT AS pages_waiting,
    coalesce(sum(pages_blocked), 0)::BIGINT AS pages_blocked,
    coalesce(sum(pages_failed), 0)::BIGINT AS pages_failed
FROM feed_health
"""
# A gap is trouble for a week: then it is history, which completeness keeps.
_TROUBLE = """
SELECT feed, outlet, if(state = 'fine', 'gap', state) AS state, failures, error, detail,
    answered_at, next_at, gap_at, epoch(silent_for) AS silent_seconds, usual_per_day
FROM feed_health
WHERE state NOT IN ('fine', 'never_polled') OR (state = 'fine'
    AND gap_at > coalesce(getvariable('newsbeam_now')::TIMESTAMPTZ, now()) - INTERVAL 7 DAY)
ORDER BY state, failures DESC, feed
"""


def _feeds(db: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """Subscriptions in numbers, and the feeds in trouble; nothing where there are none."""
    if not feeds.there(db):
        return {}
    [counts], trouble = _rows(db, _FEEDS), _rows(db, _TROUBLE)
    return {**counts, "trouble": trouble} if counts["subscribed"] or trouble else {}


def _rows(db: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    cursor = db.execute(sql)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _feeds_text(values: dict[str, Any]) -> list[str]:
    if not values:
        return []
    lines = [
        "",
        "{subscribed:,} feeds ({due:,} due, {never_polled:,} never polled), pages behind summaries:"
        " {pages_waiting:,} waiting, {pages_blocked:,} blocked, {pages_failed:,} failed".format(
            **values
        ),
    ]
    trouble = values["trouble"]
    if trouble:
        lines += ["", "feeds in trouble"]
        for feed in trouble[:_MOST]:
            lines.append(f"  {feed['state']:<8} {printable(shown(feed['feed']))}  {_why(feed)}")
    if len(trouble) > _MOST:
        more = "newsbeam query \"FROM feed_health WHERE state <> 'fine'\""
        lines.append(f"  and {len(trouble) - _MOST} more: {more}")
    return lines


def _why(feed: dict[str, Any]) -> str:
    """What is the matter with a feed, in a few words."""
    match feed["state"]:
        case "gone":
            return "retired by its server"
        case "failing":
            last = f"{feed['answered_at']:%Y-%m-%d %H:%M}Z" if feed["answered_at"] else "never"
            reason = printable(feed["detail"] or feed["error"], 80)
            polls = (
                "the last poll" if feed["failures"] == 1 else f"{feed['failures']} polls in a row"
            )
            return f"{polls}: {reason}; last answer {last}"
        case "overdue":
            return f"due since {feed['next_at']:%Y-%m-%d %H:%M}Z: is anything polling?"
        case "silent" if feed["silent_seconds"] is None:
            return "has never had an entry"
        case "silent":
            days, usual = feed["silent_seconds"] / 86400, feed["usual_per_day"]
            return f"nothing new for {days:.1f} days, {usual:.1f} entries a day before"
        case _:
            return f"entries may have been missed before {feed['gap_at']:%Y-%m-%d %H:%M}Z"


def status_text(values: dict[str, Any]) -> str:
    """The same for people."""
    lines = [
        f"{values['store']} ({values['bytes'] / 2**20:,.1f} MB)",
        "{articles:,} articles ({originals:,} originals, {revisions:,} revisions, {sightings:,} "
        "sightings), {languages:,} languages, {outlets:,} outlets, {rejects:,} rejects".format(
            **values
        ),
        *([at_work_text(values["at_work"])] if values["at_work"] else []),
        *_feeds_text(values["feeds"]),
        "",
        "last runs",
    ]
    for run in values["runs"]:
        seconds = f"{run['seconds']:.1f} s" if run["seconds"] is not None else ""
        lines.append(
            f"  {run['started_at']:%Y-%m-%d %H:%M:%S}Z  {run['status']:<11} read {run['read']:,}: "
            f"{run['new']:,} new, {run['revised']:,} revised, {run['unchanged']:,} unchanged, "
            f"{run['rejected']:,} rejected  {seconds}  {printable(run['command'], 60)}"
        )
    if not values["runs"]:
        lines.append("  none")
    if values["spooled"]:
        lines += ["", "spooled, waiting for the next run or `newsbeam load`:"]
        lines += [f"  {path}" for path in values["spooled"]]
    return "\n".join(lines)
