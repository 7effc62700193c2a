"""`newsbeam spool`: the graph on a runner of one's choice, into a spool for `newsbeam load`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from pipeline.load_cli import check_spool, spool_argument
from pipeline.options import NOT_WRITTEN, USAGE, WithBeamOptions, fail, topic_rules, topics_option


@click.command(cls=WithBeamOptions)
@spool_argument
@click.argument("paths", nargs=-1, required=True, metavar="PATH…")
@topics_option
@click.option(
    "--runner",
    default="FnApiRunner",
    show_default=True,
    metavar="NAME",
    help="Beam's name of a runner: FlinkRunner, SparkRunner, DataflowRunner.",
)
@click.option(
    "--batch-size",
    type=click.IntRange(1, 100_000),
    default=10_000,
    show_default=True,
    help="Articles in a batch, about.",
)
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
@click.pass_context
def spool(
    context: click.Context,
    spool: Path | str,
    paths: tuple[str, ...],
    topics: Path | None,
    runner: str,
    batch_size: int,
    as_json: bool,
) -> None:
    """Read files, folders and globs as `run` does, on any of Beam's runners, and leave batches in
    SPOOL for `newsbeam load`.

    Needs no store; what the store has already is worked out again and comes out as unchanged.
    Workers have to reach the files by their paths, and SPOOL: a shared folder or a URL.
    Options after -- are Beam's and the runner's.
    """
    from pipeline.progress import following
    from pipeline.spooling import RunnerFailed, spool_run
    from sources.plan import PathError

    rules = topic_rules(topics)
    check_spool(spool, there=False, beam=context.meta["beam"])
    try:
        with following() as progress:
            done = spool_run(
                paths,
                str(spool),
                progress,
                runner=runner,
                options=context.meta["beam"],
                batch_articles=batch_size,
                topics=rules,
            )
    except PathError as error:
        fail(str(error), USAGE)
    except (RunnerFailed, OSError) as error:
        fail(
            f"{error}\nBatches that are complete stay in {spool} and may be loaded. Run the same "
            "command again for the rest: what is loaded twice is stored once.",
            NOT_WRITTEN,
        )
    if as_json:
        click.echo(json.dumps(done, ensure_ascii=False))
    else:
        click.echo(f"{done['batches']:,} batches in {done['seconds']:.1f} s")
        click.echo(f"next        newsbeam load {spool}")
