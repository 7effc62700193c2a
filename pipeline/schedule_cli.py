"""`newsbeam schedule`: an entry for cron, systemd or launchd."""

from __future__ import annotations

import os
from pathlib import Path

import click
from click.core import ParameterSource

from pipeline.network import NetworkOptions, network_options
from pipeline.options import NOT_WRITTEN, fail, feeds_file_option, say, store_option

_PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


@click.command()
@click.argument("kind", type=click.Choice(["cron", "systemd", "launchd"]))
@store_option
@feeds_file_option
@network_options
@click.option(
    "--every",
    type=click.Choice(["5", "10", "15", "20", "30", "60"]),
    default="5",
    show_default=True,
    help="Minutes between two looks at what is due. Each feed has its own, longer interval.",
)
@click.option("--watch", is_flag=True, help="Keep `newsbeam watch` running instead.")
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    help="Write the files into this folder.",
)
@click.pass_context
def schedule(
    context: click.Context,
    kind: str,
    store: Path,
    feeds_file: Path | None,
    network: NetworkOptions,
    every: str,
    watch: bool,
    output: Path | None,
) -> None:
    """Print a ready entry that polls the feeds that are due.

    It names this newsbeam, this store and this folder by absolute paths, and the options that are
    given here, on the command line or in the environment; newsbeam.toml is read when it runs. Its
    minutes are spread: another store or machine gets others.
    """
    from pipeline import schedule as schedules

    minutes = None if watch else int(every)
    options = ["--store", str(store.absolute())]
    if feeds_file and _stated(context, "feeds_file"):
        options += ["--feeds-file", str(feeds_file.absolute())]
    if network.contact and _stated(context, "contact"):
        options += ["--contact", network.contact]
    if _stated(context, "host_gap"):
        options += ["--host-gap", f"{network.host_gap:g}"]
    if _stated(context, "allow_private"):
        options += [word for name in network.allow_private for word in ("--allow-private", name)]
    entry = schedules.Entry(
        (*schedules.program(), *(["watch"] if watch else ["run", "--feeds"]), *options),
        Path.cwd(),
        store.absolute().with_name("newsbeam.log"),
        minutes,
        schedules.spread(store.absolute(), minutes) if minutes else 0,
    )
    if any(not word.isprintable() for word in (*entry.command, str(entry.folder))):
        fail("a path or option here has control characters in it, which no entry can hold", 2)
    files = schedules.KINDS[kind](entry)
    _give(files, output)
    where = " and ".join(files) if output is None else " and ".join(str(output / f) for f in files)
    start = list(files)[-1]
    say("# to install: " + schedules.INSTALL[kind].format(files=where, start=start))
    if not network.contact:
        say("# --contact is not set: a mail or web address by which publishers can reach you")
    for name in _PROXIES:
        if os.environ.get(name) or os.environ.get(name.upper()):
            say(f"# {name} is set here, but not where this runs: set it there as well")


def _stated(context: click.Context, name: str) -> bool:
    """Whether somebody stated it here and now: newsbeam.toml says the same every time."""
    source = context.get_parameter_source(name)
    return source in (ParameterSource.COMMANDLINE, ParameterSource.ENVIRONMENT)


def _give(files: dict[str, str], output: Path | None) -> None:
    for number, (name, text) in enumerate(files.items()):
        if output is None:
            head = f"# {name}\n" if len(files) > 1 else ""
            click.echo("\n" * bool(number) + head + text, nl=False)
            continue
        try:
            (output / name).write_text(text, encoding="utf-8")
        except OSError as error:
            fail(f"{output / name}: {error.strerror}", NOT_WRITTEN)
