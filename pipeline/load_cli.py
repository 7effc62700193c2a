"""`newsbeam load`: batches out of a spool into the store, those that wait or all that arrive."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.options import (
    USAGE,
    WithBeamOptions,
    fail,
    stopped_by_signals,
    store_option,
    tell,
    topic_rules,
    topics_option,
    wait_option,
)
from pipeline.runs_cli import accounted, strict_option
from sinks.places import is_url
from sinks.store import WRITER_WAIT

if TYPE_CHECKING:
    from pipeline.begun import Progress


class _Spool(click.ParamType):
    """A folder, as a Path, or a URL, as it is."""

    name = "spool"

    def convert(self, value: Any, param: Any, context: Any) -> Path | str:
        return value if isinstance(value, Path) or is_url(value) else Path(value)


spool_argument = click.argument("spool", type=_Spool())


@click.command(cls=WithBeamOptions)
@spool_argument
@store_option
@wait_option(WRITER_WAIT)
@topics_option
@click.option("--follow", is_flag=True, help="Go on with what arrives, until stopped.")
@click.option(
    "--every",
    type=click.FloatRange(0),
    default=5.0,
    show_default=True,
    help="With --follow: seconds between two looks at the spool.",
)
@strict_option
@click.option(
    "--json", "as_json", is_flag=True, help="Print the account as JSON; with --follow, one a line."
)
@click.pass_context
def load(
    context: click.Context,
    spool: Path | str,
    store: Path,
    wait: float,
    topics: Path | None,
    follow: bool,
    every: float,
    strict: bool,
    as_json: bool,
) -> None:
    """Commit the batches in SPOOL, made elsewhere or while the store was locked.

    SPOOL is a folder, or a URL of a file system that Beam knows: gs://, s3://, hdfs://. With
    --follow whatever arrives there is committed, a batch a line on standard output; Ctrl-C and
    SIGTERM finish the batch in hand. Each batch is committed once, in any order. Options after --
    are those of Beam's file systems.
    """
    from pipeline import load as loading
    from pipeline import report
    from pipeline.progress import following
    from sinks.manifest import spool_of
    from sinks.writer import FactsError

    rules = topic_rules(topics)
    check_spool(spool, there=not follow, beam=context.meta["beam"])
    if not follow:

        def work(progress: Progress) -> dict[str, Any]:
            return loading.load(spool, store, progress, wait=wait, topics=rules)

        accounted(work, store, strict, as_json)
        return
    if strict:
        raise click.UsageError("--strict is for a command that ends, not for --follow")
    if isinstance(spool, Path) and spool.resolve() == spool_of(store).resolve():
        raise click.UsageError(
            f"{spool} is the store's own: its runs clear what is not complete there. Let batches "
            "that are to be followed arrive elsewhere"
        )
    stop = stopped_by_signals("stopping once the batch in hand is stored")

    def told(values: dict[str, Any]) -> None:
        tell({**values, "store": str(store)}, as_json, report.load_line)

    try:
        with following() as progress:
            loading.follow(spool, store, progress, told, stop, every=every, wait=wait, topics=rules)
    except FactsError as error:
        fail(str(error), USAGE)


def check_spool(spool: Path | str, there: bool, beam: Sequence[str]) -> None:
    """End the command where a spool is no folder, or is not `there`, or no file system has it."""
    if isinstance(spool, Path):
        if spool.is_file() or (there and not spool.is_dir()):
            raise click.UsageError(f"{spool} is no folder: give one that holds batches, or a URL")
        return
    import pipeline.quiet  # noqa: F401 - before Beam is imported
    from sinks import remote

    try:
        remote.check(spool, beam)
    except remote.UnknownFileSystem as error:
        fail(str(error), USAGE)
