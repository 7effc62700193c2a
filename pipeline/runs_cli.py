"""`newsbeam run` and `watch`: the commands that store. Beam is loaded where work is done."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.network import NetworkOptions, network_options
from pipeline.options import (
    NOT_WRITTEN,
    REJECTED,
    USAGE,
    fail,
    feeds_file_option,
    metrics_option,
    say,
    stopped_by_signals,
    store_option,
    tell,
    topic_rules,
    topics_option,
    wait_option,
)
from sinks.store import WRITER_WAIT, StoreError

if TYPE_CHECKING:
    from pipeline.begun import Progress
    from pipeline.metrics import Metrics

_workers_option = click.option(
    "--workers",
    type=click.IntRange(1, 64),
    help="Processes that work out batches.  [default: the cores, where the input is worth it]",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print the account as JSON.")
strict_option = click.option(
    "--strict", is_flag=True, help="Exit with 1 where something was rejected."
)
no_pages_option = click.option(
    "--no-pages", is_flag=True, help="Keep to what feeds say: fetch no pages behind summaries."
)


def _budget_option(seconds: float) -> Callable[[Any], Any]:
    return click.option(
        "--pages-budget",
        type=click.FloatRange(0),
        default=seconds,
        show_default=True,
        help="Seconds in which pages are asked for; the rest waits for the next poll.",
    )


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH_OR_URL]…")
@store_option
@wait_option(WRITER_WAIT)
@click.option("--feeds", is_flag=True, help="Poll every subscribed feed that is due.")
@feeds_file_option
@no_pages_option
@_budget_option(300)
@network_options
@topics_option
@_workers_option
@click.option(
    "--batch-size",
    type=click.IntRange(1, 100_000),
    help="Articles worked out and committed at once: changes memory and rhythm, never the result.  "
    "[default: 10000, twice as many in long runs]",
)
@strict_option
@json_option
def run(
    paths: tuple[str, ...],
    store: Path,
    wait: float,
    feeds: bool,
    feeds_file: Path | None,
    no_pages: bool,
    pages_budget: float,
    network: NetworkOptions,
    topics: Path | None,
    workers: int | None,
    batch_size: int | None,
    strict: bool,
    as_json: bool,
) -> None:
    """Read files, folders, globs, archives and feeds, or - for JSON lines from standard input.

    Text files of one article, JSON and JSON lines, RSS, Atom, RDF and JSON Feed, HTML pages and
    OPML, also as .gz or .zst or inside .zip and .tar; addresses of feeds, and an OPML file's
    feeds, are asked over the network. --feeds polls what is subscribed to, where it is due.
    Running again changes nothing but the account.
    """
    from pipeline import run as runs

    if bool(paths) == feeds:
        both = ", not both" if feeds else ""
        raise click.UsageError(f"give paths and addresses to read, or --feeds for those due{both}")
    rules = topic_rules(topics)

    def work(progress: Progress) -> dict[str, Any]:
        from pipeline import poll

        asking = poll.Asking(network.settings(), feeds_file, not no_pages, pages_budget, workers)
        if feeds:
            return poll.run_feeds(store, progress, asking, wait=wait, topics=rules)
        return runs.run(
            list(paths),
            store,
            progress,
            asking,
            batch_articles=batch_size,
            wait=wait,
            topics=rules,
        )

    accounted(work, store, strict, as_json)


@click.command()
@store_option
@wait_option(WRITER_WAIT)
@feeds_file_option
@no_pages_option
@_budget_option(30)  # a round is to end soon when it is told to
@network_options
@topics_option
@_workers_option
@click.option(
    "--every",
    type=click.FloatRange(0),
    default=60.0,
    show_default=True,
    help="Seconds between two looks at what is due.",
)
@metrics_option
@click.option("--json", "as_json", is_flag=True, help="Print each poll's account as a JSON line.")
def watch(
    store: Path,
    wait: float,
    feeds_file: Path | None,
    no_pages: bool,
    pages_budget: float,
    network: NetworkOptions,
    topics: Path | None,
    workers: int | None,
    every: float,
    metrics_port: int | None,
    as_json: bool,
) -> None:
    """Poll what is subscribed to, each feed when it is due, until stopped.

    Ctrl-C and SIGTERM finish the poll in hand; a second one leaves at once, which loses nothing:
    what was not stored is asked for again. One line a poll goes to standard output.
    """
    from pipeline import poll, report
    from pipeline.progress import following
    from sinks.commit import Counts
    from sinks.writer import FactsError
    from sources.feeds_file import FeedsFileError

    rules = topic_rules(topics)
    stop = stopped_by_signals("stopping once the poll in hand is stored")
    metrics = serve_metrics(store, metrics_port)

    def told(values: dict[str, Any]) -> None:
        counts = Counts(*(values[name] for name in Counts._fields))
        metrics.stored(counts, values["seconds"], values["seconds"], values["feeds_due"])
        tell({**values, "store": str(store)}, as_json, report.poll_line)

    asking = poll.Asking(network.settings(), feeds_file, not no_pages, pages_budget, workers)
    try:
        with following() as progress:
            poll.watch(store, progress, asking, told, stop, every=every, wait=wait, topics=rules)
    except (FactsError, FeedsFileError) as error:
        fail(str(error), USAGE)


def serve_metrics(store: Path, port: int | None) -> Metrics:
    """The figures of a service, served where a port is given."""
    from pipeline.metrics import Metrics, PortTaken

    try:
        return Metrics(store, port)
    except PortTaken as error:
        fail(str(error), USAGE)


def accounted(
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
    from sources.feeds_file import FeedsFileError
    from sources.plan import PathError

    try:
        with following() as progress:
            values = work(progress)
    except (PathError, FactsError, FeedsFileError) as error:
        fail(str(error), USAGE)
    except RunLocked as holder:
        say(f"another run ({holder}) is at work on {store}: nothing to do here")
        return
    except (StoreError, SpoolError, SpoolFull, WorkerLost, OSError) as error:
        left = waiting(spool_of(store))
        kept = (
            f"Batches waiting in {spool_of(store)}: {len(left)}. The next run commits them first."
            if left
            else "Nothing was spooled and nothing is lost: run the same command again."
        )
        fail(f"{error}\n{kept}", NOT_WRITTEN)
    except ValueError as error:
        if "NEWSBEAM_NOW" not in str(error):
            raise
        fail(str(error), USAGE)
    if as_json:
        click.echo(json.dumps({**values, "store": str(store)}, ensure_ascii=False))
    else:
        click.echo(report.account(values, store))
    if strict and values["rejected"]:
        sys.exit(REJECTED)
