"""What the commands share: options, exit codes, and how they speak to people."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

if TYPE_CHECKING:
    from pipeline.stopping import Stop
    from transforms.topicrules import TopicRules

DONE, REJECTED, USAGE, NOT_WRITTEN = 0, 1, 2, 3

store_option = click.option(
    "--store",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("news.duckdb"),
    envvar="NEWSBEAM_STORE",
    show_default=True,
    help="The DuckDB file.",
)

topics_option = click.option(
    "--topics",
    type=click.Path(dir_okay=False, path_type=Path),
    envvar="NEWSBEAM_TOPICS",
    metavar="FILE",
    help="A file of topics of your own: see docs/topics.md.",
)

feeds_file_option = click.option(
    "--feeds-file",
    type=click.Path(dir_okay=False, path_type=Path),
    envvar="NEWSBEAM_FEEDS_FILE",
    help="A TOML file that declares feeds: see docs/feeds.md.",
)


metrics_option = click.option(
    "--metrics-port",
    type=click.IntRange(1, 65535),
    envvar="NEWSBEAM_METRICS_PORT",
    metavar="PORT",
    help="Serve figures for Prometheus at http://127.0.0.1:PORT/metrics.",
)


class WithBeamOptions(click.Command):
    """A command whose line may end in -- and Beam's own options: context.meta["beam"]."""

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        at = args.index("--") if "--" in args else len(args)
        context.meta["beam"] = tuple(args[at + 1 :])
        return super().parse_args(context, args[:at])

    def collect_usage_pieces(self, context: click.Context) -> list[str]:
        return [*super().collect_usage_pieces(context), "[-- BEAM OPTIONS]"]


def wait_option(seconds: float) -> Callable[[Any], Any]:
    """--wait, by default so many seconds."""
    return click.option(
        "--wait",
        type=click.FloatRange(0),
        default=seconds,
        envvar="NEWSBEAM_WAIT",
        show_default=True,
        help="Seconds to wait where another program has the store open.",
    )


def topic_rules(file: Path | None) -> TopicRules:
    """The rules to tag by. A wrong file ends the command here, before anything is read."""
    from transforms.rules import RuleError
    from transforms.topicrules import load_topics

    try:
        return load_topics(file)
    except RuleError as error:
        fail(str(error), USAGE)


def say(text: str) -> None:
    """A sentence for people, apart from what programs read."""
    click.echo(text, err=True)


def tell(values: dict[str, Any], as_json: bool, line: Callable[[dict[str, Any]], str]) -> None:
    """One line of a service on standard output, at once: for machines, or as `line` puts it."""
    click.echo(json.dumps(values, ensure_ascii=False) if as_json else line(values))
    sys.stdout.flush()


def fail(text: str, code: int) -> NoReturn:
    """Say why and leave with that exit code."""
    say(f"newsbeam: {text}")
    sys.exit(code)


def stopped_by_signals(sentence: str) -> Stop:
    """Set, and the sentence said, by the first SIGTERM or Ctrl-C; the second leaves at once."""
    from pipeline.stopping import Stop

    stop = Stop()

    def leave(number: int, _: object) -> None:
        if stop.is_set():
            sys.exit(128 + number)
        stop.set()
        os.write(2, f"{sentence}\n".encode())  # whatever it interrupts may be writing there

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, leave)
    return stop
