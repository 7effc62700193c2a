"""Settings from newsbeam.toml: defaults for the command line's options, checked strictly."""

from __future__ import annotations

import tomllib
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import click

FILE = "newsbeam.toml"
# Options that mean the same wherever they occur, and so may stand above the tables of commands.
SHARED = ("store", "topics", "contact", "host-gap", "allow-private", "timeout", "feeds-file")


def defaults(group: click.Group, folder: Path) -> dict[str, Any]:
    """The settings of folder/newsbeam.toml, in the form of click's default_map.

    Top-level keys are options of several commands, tables those of a command, as in [run] or
    [feeds.add]. UsageError names the wrong key and the nearest right one.
    """
    path = folder / FILE
    if not path.is_file():
        return {}
    try:
        settings = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise click.UsageError(f"{path}: {error}") from error
    return _of_group(path, (), group, settings, {})


def _of_group(
    path: Path,
    names: tuple[str, ...],
    group: click.Group,
    settings: dict[str, Any],
    outer: dict[str, Any],
) -> dict[str, Any]:
    """What each command of a group gets: its own table over those further out."""
    where = f"[{'.'.join(names)}] " if names else ""
    _check(path, where, settings, [*SHARED, *group.commands])
    shared = outer | {key: value for key, value in settings.items() if key in SHARED}
    found: dict[str, Any] = {}
    for name, command in group.commands.items():
        inner = (*names, name)
        table = settings.get(name, {})
        if name in SHARED and isinstance(table, str):
            table = {}  # the option of that name
        if not isinstance(table, dict):
            raise click.UsageError(f"{path}: {where}{name} is a command: write [{'.'.join(inner)}]")
        if isinstance(command, click.Group):
            found[name] = _of_group(path, inner, command, table, shared)
            continue
        options = _options(command)
        _check(path, f"[{'.'.join(inner)}] ", table, sorted(options))
        found[name] = {
            option.name: [value] if option.multiple and isinstance(value, str) else value
            for key, value in (shared | table).items()
            if (option := options.get(key)) is not None
        }
    return found


def _options(command: click.Command) -> dict[str, click.Option]:
    return {
        name.lstrip("-"): option
        for option in command.params
        if isinstance(option, click.Option)
        for name in option.opts
        if name not in ("--help", "--version")
    }


def _check(path: Path, where: str, settings: dict[str, Any], known: list[str]) -> None:
    for key in settings:
        if key not in known:
            near = get_close_matches(key, known, 1, 0)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise click.UsageError(f"{path}: {where}{key} is no setting{hint}")
