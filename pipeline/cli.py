"""The command line. Nothing here or imported from here loads Beam: `query` answers at once."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import click

from pipeline.options import DONE as DONE
from pipeline.options import NOT_WRITTEN, REJECTED, USAGE, topic_rules
from pipeline.options import fail as _fail
from pipeline.options import say as _say
from pipeline.options import store_option as _store_option
from pipeline.options import topics_option as _topics_option
from pipeline.options import wait_option as _wait_option
from pipeline.settings import defaults
from pipeline.topics_cli import topics as topics_group
from sinks.store import READER_WAIT, WRITER_WAIT, StoreError


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


@main.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH…")
@_store_option
@_wait_option(WRITER_WAIT)
@_topics_option
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    help="Processes that work out batches.  [default: the cores, where the input is worth it]",
)
@click.option(
    "--batch-size",
    type=click.IntRange(1, 100_000),
    default=10_000,
    show_default=True,
    help="Articles worked out and committed at once: changes memory and rhythm, never the result.",
)
@click.option("--strict", is_flag=True, help="Exit with 1 where something was rejected.")
@click.option("--json", "as_json", is_flag=True, help="Print the account as JSON.")
def run(
    paths: tuple[str, ...],
    store: Path,
    wait: float,
    topics: Path | None,
    workers: int | None,
    batch_size: int,
    strict: bool,
    as_json: bool,
) -> None:
    """Read files, folders, globs and archives, or - for JSON lines from standard input.

    Text files of one article, JSON and JSON lines, RSS, Atom, RDF and JSON Feed, HTML pages and
    OPML, also as .gz or .zst or inside .zip and .tar. Running again changes nothing but the
    account.
    """
    from pipeline import run as runs

    rules = topic_rules(topics)

    def work(progress: runs.Progress) -> dict[str, Any]:
        return runs.run(
            list(paths),
            store,
            progress,
            workers=workers,
            batch_articles=batch_size,
            wait=wait,
            topics=rules,
        )

    _accounted(work, store, strict, as_json)


@main.command()
@click.argument("spool", type=click.Path(exists=True, file_okay=False, path_type=Path))
@_store_option
@_wait_option(WRITER_WAIT)
@_topics_option
@click.option("--strict", is_flag=True, help="Exit with 1 where something was rejected.")
@click.option("--json", "as_json", is_flag=True, help="Print the account as JSON.")
def load(
    spool: Path, store: Path, wait: float, topics: Path | None, strict: bool, as_json: bool
) -> None:
    """Commit the batches in the folder SPOOL, made elsewhere or while the store was locked."""
    from pipeline import run as runs

    rules = topic_rules(topics)

    def work(progress: runs.Progress) -> dict[str, Any]:
        return runs.load(spool, store, progress, wait=wait, topics=rules)

    _accounted(work, store, strict, as_json)


def _accounted(
    work: Callable[[Any], dict[str, Any]], store: Path, strict: bool, as_json: bool
) -> None:
    """Do the work of a run with progress and account, and answer for whatever goes wrong."""
    from pipeline import report
    from pipeline.batch import SpoolFull
    from pipeline.progress import following
    from pipeline.workers import WorkerLost
    from sinks.locks import RunLocked
    from sinks.manifest import SpoolError, spool_of, waiting
    from sinks.writer import FactsError
    from sources.plan import PathError

    try:
        with following() as progress:
            values = work(progress)
    except (PathError, FactsError) as error:
        _fail(str(error), USAGE)
    except RunLocked as holder:
        _say(f"another run ({holder}) is at work on {store}: nothing to do here")
        return
    except (StoreError, SpoolError, SpoolFull, WorkerLost, OSError) as error:
        left = waiting(spool_of(store))
        kept = (
            f"Batches waiting in {spool_of(store)}: {len(left)}. The next run commits them first."
            if left
            else "Nothing was spooled and nothing is lost: run the same command again."
        )
        _fail(f"{error}\n{kept}", NOT_WRITTEN)
    except ValueError as error:
        if "NEWSBEAM_NOW" not in str(error):
            raise
        _fail(str(error), USAGE)
    if as_json:
        click.echo(json.dumps({**values, "store": str(store)}, ensure_ascii=False))
    else:
        click.echo(report.account(values, store))
    if strict and values["rejected"]:
        sys.exit(REJECTED)


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
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def status(store: Path, wait: float, as_json: bool) -> None:
    """The store at a glance: counts, last runs, spooled batches."""
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


main.add_command(topics_group)

if __name__ == "__main__":
    main()
