"""`newsbeam topics`: the rules at a glance, their own tests, what an edit would change, and the
archive tagged again. Nothing here loads Beam but the workers of `retag`."""

from __future__ import annotations

import json
import shlex
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from pipeline.options import (
    NOT_WRITTEN,
    USAGE,
    fail,
    say,
    store_option,
    topic_rules,
    topics_option,
    wait_option,
)
from sinks.store import READER_WAIT, WRITER_WAIT, StoreError


@click.group()
def topics() -> None:
    """Topic rules: list and test them, see what an edit would change, tag the archive again."""


@topics.command("list")
@topics_option
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def list_topics(topics: Path | None, as_json: bool) -> None:
    """The topics with their labels, languages, numbers of terms and the rules they are of."""
    from pipeline.topics_list import listed
    from pipeline.topics_text import table

    rows = listed(topic_rules(topics))
    click.echo(json.dumps(rows, ensure_ascii=False, indent=1) if as_json else table(rows))


@topics.command("test")
@topics_option
@click.option(
    "--labelled",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE.jsonl",
    help="Articles with the topics they have: title, text, language, topics.",
)
@click.option(
    "--worst", type=click.IntRange(0), default=10, show_default=True, help="Mistakes to print."
)
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def run_tests(topics: Path | None, labelled: Path | None, worst: int, as_json: bool) -> None:
    """Run the examples of the rules, and measure the rules on labelled articles."""
    from pipeline.labelled import LabelError, judge, read_labelled
    from pipeline.topics_text import tested
    from transforms.rules import RuleError
    from transforms.topicrules import broken_examples, read_topics

    try:
        rules = read_topics(topics)
    except RuleError as error:
        fail(str(error), USAGE)
    broken = [
        f"{rules.rules.name if rules.rules else ''} {e.language}: [{e.topic}] "
        f"{'match' if e.wanted else 'never'}: {e.text}"
        for e in rules.tagger().broken_examples()
    ] + [f"{e.where}: [topics.{e.topic}] {why}" for e, why in broken_examples(rules)]
    count = sum(len(each.examples) for each in (rules.rules, rules.own) if each is not None)
    values: dict[str, Any] = {"rules": rules.version, "examples": count, "broken": broken}
    if labelled is not None:
        try:
            known = [topic.slug for topic in rules.topics]
            values |= judge(rules, list(read_labelled(labelled, known)))
        except (LabelError, OSError) as error:
            fail(str(error), USAGE)
        kinds = {"claimed": worst, "missed": worst}
        mistakes = [each._asdict() for each in values["mistakes"]]
        values["mistakes"] = [
            each for k in kinds for each in [m for m in mistakes if m["kind"] == k][: kinds[k]]
        ]
    click.echo(json.dumps(values, ensure_ascii=False, indent=1) if as_json else tested(values))
    if broken:
        sys.exit(USAGE)


@topics.command()
@topics_option
@store_option
@wait_option(READER_WAIT)
@click.option(
    "--days",
    type=click.IntRange(1),
    default=7,
    show_default=True,
    help="How far back, by publication or else by when it was first seen.",
)
@click.option(
    "--articles",
    type=click.IntRange(0),
    default=5,
    show_default=True,
    help="Articles to name of each topic, gained and lost.",
)
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def preview(
    topics: Path | None, store: Path, wait: float, days: int, articles: int, as_json: bool
) -> None:
    """What these rules would change in the last days: articles gained and lost, with their words.

    The store is only read; `newsbeam topics retag` makes the change.
    """
    from pipeline import clock
    from pipeline.preview import preview as compare
    from pipeline.query import reading
    from pipeline.topics_text import previewed
    from sinks.store import get_meta

    rules = topic_rules(topics)
    try:
        with reading(store, wait) as db:
            values = {"store": str(store), "days": days, "rules": rules.version}
            values["before"] = get_meta(db).get("topics", "")
            values |= compare(db, rules, clock.now(), days, articles)
    except StoreError as error:
        fail(str(error), USAGE)
    click.echo(json.dumps(values, ensure_ascii=False, indent=1) if as_json else previewed(values))


@topics.command()
@topics_option
@store_option
@wait_option(WRITER_WAIT)
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="Only articles published (or else first seen) from this day on, in UTC.",
)
@click.option(
    "--language", "languages", multiple=True, metavar="CODE", help="Only articles in this language."
)
@click.option(
    "--topic", "slugs", multiple=True, metavar="SLUG", help="Only tags of this topic change."
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    help="Processes that tag.  [default: the cores, where the store is worth it]",
)
@click.option("--json", "as_json", is_flag=True, help="Print what changed as JSON.")
def retag(
    topics: Path | None,
    store: Path,
    wait: float,
    since: datetime | None,
    languages: tuple[str, ...],
    slugs: tuple[str, ...],
    workers: int | None,
    as_json: bool,
) -> None:
    """Tag what is stored by today's rules, all of it or a part, in one transaction.

    What the tags were is kept in topic_history. --since, --language and --topic narrow it down;
    the last two may be given several times.
    """
    from pipeline import retag as retagging
    from pipeline.batch import SpoolFull
    from pipeline.progress import following
    from pipeline.workers import WorkerLost
    from sinks.locks import RunLocked
    from sinks.manifest import SpoolError
    from sinks.retag import Part
    from sinks.writer import FactsError

    rules = topic_rules(topics)
    moment = int(since.replace(tzinfo=UTC).timestamp()) * 1_000_000 if since else None
    try:
        with following("tagged") as progress:
            values = retagging.retag(
                store,
                rules,
                Part(moment, languages, slugs),
                progress,
                command=shlex.join(["topics", "retag", *sys.argv[3:]]),
                workers=workers,
                wait=wait,
            )
    except (FactsError, retagging.PartError) as error:
        fail(str(error), USAGE)
    except RunLocked as holder:
        say(f"another run ({holder}) is at work on {store}: nothing to do here")
        return
    except (StoreError, SpoolError, SpoolFull, WorkerLost, OSError) as error:
        fail(f"{error}\nThe store is as it was: run the same command again.", NOT_WRITTEN)
    if as_json:
        click.echo(json.dumps({**values, "store": str(store)}, ensure_ascii=False))
        return
    click.echo(
        "tagged {revisions:,} revisions by {topics}\n"
        "changed     {articles:,} articles: {gained:,} tags gained, {lost:,} lost, {moved:,} with "
        "another score, other words or another version\n"
        "time        {seconds:.1f} s, {articles_per_second:,.0f} articles/s".format(**values)
    )
    click.echo(f"store       {store}")
