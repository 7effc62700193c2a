"""`newsbeam topics`: the rules at a glance, their own tests, what an edit would change, and the
archive tagged again. Nothing here loads Beam but the workers of `retag`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from pipeline.options import topic_rules, topics_option


@click.group()
def topics() -> None:
    """Topic rules: list and test them, see what an edit would change, tag the archive again."""


@topics.command("list")
@topics_option
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def list_topics(topics: Path | None, as_json: bool) -> None:
    """The topics with their labels, languages, numbers of terms and the rules they are of."""
    from pipeline.topics_list import listed, table

    rows = listed(topic_rules(topics))
    click.echo(json.dumps(rows, ensure_ascii=False, indent=1) if as_json else table(rows))
