"""`newsbeam feeds …`: what is subscribed to. Only what asks the network loads what does so."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import click
from click.core import ParameterSource

from pipeline.network import NetworkOptions, network_options
from pipeline.options import NOT_WRITTEN, REJECTED, USAGE, fail, say, store_option, wait_option
from sinks.store import READER_WAIT, WRITER_WAIT, StoreError


@click.group()
def feeds() -> None:
    """Subscribe to feeds, see how they do, carry them elsewhere."""
    from pipeline import clock

    try:
        clock.now()
    except ValueError as error:
        fail(str(error), USAGE)


@contextlib.contextmanager
def _reading() -> Iterator[None]:
    """Answers for a store that cannot be read."""
    try:
        yield
    except StoreError as error:
        fail(str(error), USAGE)


@contextlib.contextmanager
def _writing(nothing: str) -> Iterator[None]:
    """Answers for a store that cannot be written; `nothing` says that nothing was done."""
    from sinks.writer import FactsError

    try:
        yield
    except FactsError as error:
        fail(str(error), USAGE)
    except (StoreError, OSError) as error:
        fail(f"{error}\n{nothing}", NOT_WRITTEN)


@feeds.command()
@click.argument("urls", nargs=-1, required=True, metavar="URL…")
@store_option
@wait_option(WRITER_WAIT)
@network_options
@click.option("--outlet", help="What its articles' outlet is called; else the feed's own title.")
@click.option("--folder", help="Where it is filed; a/b for a folder in a folder.")
@click.option("--no-check", is_flag=True, help="Add the address as it is, without asking it.")
def add(
    urls: tuple[str, ...],
    store: Path,
    wait: float,
    network: NetworkOptions,
    outlet: str | None,
    folder: str | None,
    no_check: bool,
) -> None:
    """Subscribe to feeds.

    Each is asked once before. A site's address does as well: the feed that its page offers is
    taken, and where there are several you choose. Adding a feed again changes outlet and folder.
    """
    from pipeline import subscribing
    from sources.subscriptions import BadSubscription, subscription, typed_address

    if outlet and len(urls) > 1:
        raise click.UsageError("--outlet names one feed: give one URL")
    try:
        feeds = (subscription(typed_address(url), outlet, folder) for url in urls)
        wanted = list({feed.url: feed for feed in feeds}.values())
    except BadSubscription as error:
        raise click.UsageError(str(error)) from error
    refused: list[str] = []
    if not no_check:
        from pipeline import finding

        wanted, refused = finding.checked(wanted, network.settings(), _choose, _typed_options())
    if wanted:
        with _writing("Nothing was added: give the same command again."):
            for sentence in subscribing.subscribe(store, wanted, wait):
                say(sentence)
    if refused:
        fail("\n\n".join(refused), USAGE)


def _typed_options() -> list[str]:
    """The options with a value that were typed, as words of a command line."""
    context = click.get_current_context()
    words = []
    for option in context.command.params:
        name = option.name or ""
        typed = context.get_parameter_source(name) is ParameterSource.COMMANDLINE
        if typed and isinstance(option, click.Option) and not option.is_flag:
            value = context.params[name]
            for each in value if option.multiple else [value]:
                words += [option.opts[0], str(each)]
    return words


def _choose(page: str, offers: list[tuple[str, str]]) -> list[int] | None:
    """Which of the feeds that a page offers are wanted; None off a terminal, where nobody is."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return None
    say(f"{page} offers {len(offers)} feeds:")
    for number, (title, url) in enumerate(offers, 1):
        say(f"  {number}  {title}\n     {url}")
    answer = click.prompt(
        "Which? Numbers, or nothing for none", default="", show_default=False, err=True
    )
    numbers = [int(word) for word in answer.replace(",", " ").split() if word.isdecimal()]
    return [number - 1 for number in numbers if 0 < number <= len(offers)]


@feeds.command()
@click.argument("urls", nargs=-1, required=True, metavar="URL…")
@store_option
@wait_option(WRITER_WAIT)
def remove(urls: tuple[str, ...], store: Path, wait: float) -> None:
    """Unsubscribe from feeds. Their articles stay."""
    from pipeline import subscribing

    with _reading():
        known = subscribing.subscribed(store, wait)
    try:
        with _writing("Nothing was removed: give the same command again."):
            for sentence in subscribing.unsubscribe(store, urls, known, wait):
                say(sentence)
    except subscribing.NotRemoved as error:
        fail(str(error), USAGE)


@feeds.command("list")
@store_option
@wait_option(READER_WAIT)
@click.option("--trouble", is_flag=True, help="Only those with which something is wrong.")
@click.option("--strict", is_flag=True, help="Exit with 1 where a person should look.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def list_(store: Path, wait: float, trouble: bool, strict: bool, as_json: bool) -> None:
    """Every feed and how it is doing.

    It is a row of feed_health each. A person should look at what will not mend itself: feeds that
    are gone, silent, not polled though they are due, or that failed three times in a row.
    """
    from pipeline import clock, feed_list
    from pipeline.query import reading

    now = feed_list.moment(clock.now())
    with _reading(), reading(store, wait) as db:
        rows = feed_list.health(db)
    shown = [row for row in rows if feed_list.in_trouble(row, now)] if trouble else rows
    if as_json:
        click.echo(json.dumps(shown, ensure_ascii=False, indent=1, default=feed_list.plain))
    elif shown or not rows:
        for line in feed_list.listed(shown, now):
            click.echo(line)
    else:
        click.echo(f"none of {len(rows):,} feeds is in trouble")
    if strict and any(map(feed_list.needs_a_person, rows)):
        sys.exit(REJECTED)


@feeds.command()
@click.argument("urls", nargs=-1, metavar="[URL…]")
@store_option
@wait_option(READER_WAIT)
@network_options
@click.option("--strict", is_flag=True, help="Exit with 1 where something is wrong.")
def check(
    urls: tuple[str, ...], store: Path, wait: float, network: NetworkOptions, strict: bool
) -> None:
    """Ask feeds and explain what they answer.

    Those given, which need not be subscribed to, else all that are. Nothing is stored, and no
    feed is further on.
    """
    from pipeline import subscribing
    from pipeline.asking import Asker
    from pipeline.explain import explain, troubles
    from sources.subscriptions import BadSubscription, subscription, typed_address

    with _reading():
        known = subscribing.subscribed(store, wait) if store.exists() or not urls else {}
    try:
        addresses = [typed_address(url) for url in urls]
    except BadSubscription as error:
        raise click.UsageError(str(error)) from error
    wanted = [known.get(url) or subscription(url) for url in addresses]
    wanted = wanted or [feed for feed in known.values() if feed.status == "active"]
    if not wanted:
        say("no feeds: subscribe with `newsbeam feeds add URL`")
        return
    if len(wanted) > 1:
        say(f"asking {subscribing.counted(len(wanted))}")
    answers = Asker(network.settings()).ask(wanted)
    for number, asked in enumerate(answers.values()):
        click.echo("\n" * bool(number) + "\n".join(explain(asked)))
    if strict and any(troubles(asked) for asked in answers.values()):
        sys.exit(REJECTED)


@feeds.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@store_option
@wait_option(WRITER_WAIT)
def import_(file: Path, store: Path, wait: float) -> None:
    """Subscribe to the feeds of FILE: OPML, or a feeds file (.toml).

    OPML adds feeds with their folders and names, and removes none. A feeds file is the whole
    truth about what it declares: a feed that it names no more is removed.
    """
    from pipeline import subscribing
    from sources.feeds_file import FeedsFileError
    from sources.outlines import BadOutlines

    try:
        with _writing("Nothing was imported: give the same command again."):
            for sentence in subscribing.take(file, store, wait):
                say(sentence)
    except FeedsFileError as error:
        fail(f"{error}\nNothing was changed.", USAGE)
    except BadOutlines as error:
        fail(f"{file}: {error}\nNothing was imported.", USAGE)


@feeds.command()
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@store_option
@wait_option(READER_WAIT)
@click.option(
    "--format",
    type=click.Choice(["opml", "toml"]),
    help="OPML or a feeds file.  [default: by the name of FILE, else OPML]",
)
def export(file: Path | None, store: Path, wait: float, format: str | None) -> None:
    """Write the subscriptions to a file.

    With folders and outlets' names, to FILE or standard output; those that are gone left out.
    """
    from pipeline import subscribing

    as_toml = (format or (file.suffix[1:] if file else "opml")) == "toml"
    with _reading():
        feeds = subscribing.subscribed(store, wait).values()
    known = [feed for feed in feeds if feed.status == "active"]
    data = subscribing.given(known, as_toml)
    if any("@" in feed.url.partition("://")[2].partition("/")[0] for feed in known):
        say("it holds names and passwords that are part of addresses: keep it to yourself")
    if file is None:
        click.echo(data, nl=False)
        return
    try:
        file.write_bytes(data)
    except OSError as error:
        fail(f"{file}: {error.strerror}", NOT_WRITTEN)
    say(f"{file} holds {subscribing.counted(len(known))}")
