"""`newsbeam stream`: the unbounded graph on a streaming runner."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.network import NetworkOptions, network_options
from pipeline.options import (
    WithBeamOptions,
    feeds_file_option,
    metrics_option,
    stopped_by_signals,
    store_option,
    tell,
    topic_rules,
    topics_option,
    wait_option,
)
from pipeline.runs_cli import accounted, json_option, no_pages_option, serve_metrics
from sinks.store import WRITER_WAIT

if TYPE_CHECKING:
    from pipeline.begun import Progress
    from pipeline.stream import Stored


@click.command(cls=WithBeamOptions)
@click.argument("folders", nargs=-1, metavar="[FOLDER]…")
@store_option
@wait_option(WRITER_WAIT)
@click.option("--feeds", is_flag=True, help="Follow every subscribed feed instead of folders.")
@feeds_file_option
@no_pages_option
@network_options
@topics_option
@click.option(
    "--every",
    type=click.FloatRange(0.1),
    default=1.0,
    show_default=True,
    help="Seconds between two looks at what is new.",
)
@click.option(
    "--window",
    type=click.FloatRange(0.5, 3600),
    default=5.0,
    show_default=True,
    help="Seconds that are worked out and committed together.",
)
@click.option(
    "--runner",
    default="PrismRunner",
    show_default=True,
    metavar="NAME",
    help="Beam's name of a runner that streams: PrismRunner, FlinkRunner, DataflowRunner.",
)
@click.option(
    "--groups",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Groups of servers asked side by side; more pay where there are several workers.",
)
@metrics_option
@json_option
@click.pass_context
def stream(
    context: click.Context,
    folders: tuple[str, ...],
    store: Path,
    wait: float,
    feeds: bool,
    feeds_file: Path | None,
    no_pages: bool,
    network: NetworkOptions,
    topics: Path | None,
    every: float,
    window: float,
    runner: str,
    groups: int,
    metrics_port: int | None,
    as_json: bool,
) -> None:
    """Follow folders that grow, or feeds, as a stream without an end, until stopped.

    A file is read when it is new or has changed, a feed when it is due; what arrives in a window
    is stored a moment after it closes. Ctrl-C and SIGTERM read nothing more and store what was
    read; a second one leaves at once, which loses nothing: what was not stored is read again.
    One line a window goes to standard output.
    """
    from pipeline import report
    from pipeline.stream import Following
    from pipeline.stream import stream as follow

    if bool(folders) == feeds:
        both = ", not both" if feeds else ""
        raise click.UsageError(f"give folders to follow, or --feeds for what is subscribed{both}")
    rules = topic_rules(topics)
    stop = stopped_by_signals("stopping once what was read is stored")
    metrics = serve_metrics(store, metrics_port)

    def told(stored: Stored) -> None:
        metrics.stored(stored.counts, stored.behind, window, stored.due)
        tell(report.window_values(stored), as_json, report.window_line)

    def work(progress: Progress) -> dict[str, Any]:
        following = Following(
            folders,
            every,
            window,
            runner,
            context.meta["beam"],
            network.settings() if feeds else None,
            groups,
            feeds_file,
            not no_pages,
        )
        return follow(store, progress, following, told, stop, wait=wait, topics=rules)

    accounted(work, store, False, as_json)
