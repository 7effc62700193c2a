"""The command line. Nothing here or imported from here loads Beam: `query` answers at once."""

from __future__ import annotations

import json
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import click

from pipeline.feeds_cli import feeds
from pipeline.load_cli import load
from pipeline.options import NOT_WRITTEN, USAGE
from pipeline.options import fail as _fail
from pipeline.options import say as _say
from pipeline.options import store_option as _store_option
from pipeline.options import wait_option as _wait_option
from pipeline.runs_cli import run, watch
from pipeline.schedule_cli import schedule
from pipeline.settings import defaults
from pipeline.spool_cli import spool
from pipeline.stream_cli import stream
from pipeline.topics_cli import topics
from sinks.store import READER_WAIT, StoreError


def _version() -> str:
    try:
        return version("newsbeam")
    except PackageNotFoundError:
        return "not installed"


@click.group(context_settings={"auto_envvar_prefix": "NEWSBEAM", "max_content_width": 100})
@click.version_option(_version(), message="newsbeam %(version)s")
@click.pass_context
def main(context: click.Context) -> None:
    """Reads news as a stream, works out each article's language, what it repeats and what it is
    about, and keeps the result in one DuckDB file that anyone can ask with SQL."""
    assert isinstance(context.command, click.Group)
    context.default_map = defaults(context.command, Path.cwd())


for command in (run, watch, stream, spool, load, feeds, topics, schedule):
    main.add_command(command)


@main.command()
@click.argument("sql", required=False)
@_store_option
@_wait_option(READER_WAIT)
@click.option(
    "-f", "--file", type=click.File("r", encoding="utf-8"), help="Read the SQL from here."
)
@click.option(
    "--format",
    type=click.Choice(["table", "csv", "json", "jsonl", "markdown", "parquet"]),
    default="table",
    show_default=True,
    help="How to print what comes back.",
)
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file."
)
def query(
    sql: str | None, store: Path, wait: float, file: Any, format: str, output: Path | None
) -> None:
    """Ask the store with SQL: given as SQL, in a file (-f), or on standard input.

    The store is opened read-only. Like DuckDB's own shell, SQL may read and write other files.
    """
    from pipeline.query import QueryError
    from pipeline.query import query as ask

    if sql and file:
        raise click.UsageError("give the SQL or -f FILE, not both")
    text = sql or (file or sys.stdin).read()
    try:
        ask(store, text, format, output, wait)
    except (QueryError, StoreError, OSError) as error:
        _fail(str(error), USAGE)


@main.command()
@_store_option
@_wait_option(READER_WAIT)
@click.option(
    "--since",
    default="0",
    metavar="CURSOR",
    help="Where the last answer ended: what it said after --since.  [default: from the first]",
)
@click.option("--limit", type=click.IntRange(1), help="At most so many articles.")
@click.option(
    "--format",
    type=click.Choice(["jsonl", "csv", "json", "parquet"]),
    default="jsonl",
    show_default=True,
    help="How to print them.",
)
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file."
)
def new(
    store: Path, wait: float, since: str, limit: int | None, format: str, output: Path | None
) -> None:
    """Articles that are new or have changed since CURSOR, in the order of their changes.

    The last line on standard error says how to ask for what comes next. An article that changed
    twice comes once, as it is now.
    """
    from pipeline.new import CursorError
    from pipeline.new import new as changed
    from pipeline.query import QueryError

    try:
        cursor = changed(store, since, limit, format, output, wait)
    except (CursorError, QueryError, StoreError, OSError) as error:
        _fail(str(error), USAGE)
    _say(f"next: newsbeam new --since {cursor}")


@main.command()
@_store_option
@_wait_option(READER_WAIT)
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def status(store: Path, wait: float, as_json: bool) -> None:
    """The store at a glance: counts, feeds in trouble, last runs, spooled batches."""
    from pipeline import report
    from pipeline.query import reading
    from sinks.manifest import spool_of, waiting

    try:
        with reading(store, wait) as db:
            values = report.status(db, store, waiting(spool_of(store)))
    except StoreError as error:
        _fail(str(error), USAGE)
    if as_json:
        click.echo(json.dumps(values, default=lambda moment: moment.isoformat()))
    else:
        click.echo(report.status_text(values))


@main.command()
@click.argument("article_or_url")
@_store_option
@_wait_option(READER_WAIT)
def show(article_or_url: str, store: Path, wait: float) -> None:
    """One article: what it repeats and where they differ, its revisions, the words behind its
    topics. Give its id or the beginning of one, its URL, or the file it came from."""
    from pipeline.query import reading
    from pipeline.show import NoArticle, find
    from pipeline.show import show as lines

    def mark(kind: str, text: str) -> str:
        if sys.stdout.isatty():
            return click.style(text, fg="red" if kind == "removed" else "green", bold=True)
        return f"[-{text}-]" if kind == "removed" else f"{{+{text}+}}"

    try:
        with reading(store, wait) as db:
            for line in lines(db, find(db, article_or_url), mark):
                click.echo(line)
    except (NoArticle, StoreError) as error:
        _fail(str(error), USAGE)


@main.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@_store_option
@_wait_option(READER_WAIT)
def snapshot(file: Path, store: Path, wait: float) -> None:
    """A consistent copy of the store in FILE, for dashboards and notebooks that keep it open."""
    from pipeline.query import reading
    from sinks.store import snapshot as copy

    try:
        with reading(store, wait):
            pass
        copy(store, file, wait=wait)
    except (StoreError, OSError) as error:
        _fail(str(error), NOT_WRITTEN)
    _say(f"{file} is a copy of {store}")


if __name__ == "__main__":
    main()
