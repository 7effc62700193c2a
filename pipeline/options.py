"""What the commands share: options, exit codes, and how a command speaks to a person."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

if TYPE_CHECKING:
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


def wait_option(seconds: float) -> Callable[[Any], Any]:
    """--wait, with as many seconds where nothing else is said."""
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
    """A sentence for people, on standard error."""
    click.echo(text, err=True)


def fail(text: str, code: int) -> NoReturn:
    """End the command with a reason and an exit code."""
    say(f"newsbeam: {text}")
    sys.exit(code)
