"""Settings from newsbeam.toml: defaults for the command line's options, checked strictly."""

from __future__ import annotations

import tomllib
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import click

FILE = "newsbeam.toml"
_SHARED = {"store", "topics"}  # options of newsbeam itself: they go above the tables


def defaults(group: click.Group, folder: Path) -> dict[str, Any]:
    """The settings of folder/newsbeam.toml, in the form of click's default_map.

    Top-level keys are options of newsbeam itself, tables those of a command. UsageError names
    the wrong key and the nearest right one.
    """
    path = folder / FILE
    if not path.is_file():
        return {}
    try:
        settings = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise click.UsageError(f"{path}: {error}") from error
    _check(path, "", settings, [*_options(group), *group.commands])
    for name, command in group.commands.items():
        if name in settings:
            if name in _SHARED and isinstance(settings[name], str):
                continue  # the option of that name
            if not isinstance(settings[name], dict):
                raise click.UsageError(f"{path}: {name} is a command: write [{name}]")
            within = command.commands.values() if isinstance(command, click.Group) else ()
            known = [*_options(command), *(each for c in within for each in _options(c))]
            _check(path, f"[{name}] ", settings[name], known)
    # An option of newsbeam itself is one of every command.
    shared = {key: value for key, value in settings.items() if not isinstance(value, dict)}
    named = {
        name: {**shared, **table} if isinstance(table := settings.get(name, {}), dict) else shared
        for name in group.commands
    }
    return {name: _defaults(group.commands[name], values) for name, values in named.items()}


def _defaults(command: click.Command, values: dict[str, Any]) -> dict[str, Any]:
    """The default_map of a command; of a group, the same for each of its commands."""
    found = {key.replace("-", "_"): value for key, value in values.items()}
    if isinstance(command, click.Group):
        return {name: _defaults(each, found) for name, each in command.commands.items()}
    return found


def _options(command: click.Command) -> list[str]:
    known = {o.lstrip("-") for p in command.params if isinstance(p, click.Option) for o in p.opts}
    if isinstance(command, click.Group):
        known |= _SHARED
    return sorted(known - {"help", "version"})


def _check(path: Path, where: str, settings: dict[str, Any], known: list[str]) -> None:
    for key in settings:
        if key not in known:
            near = get_close_matches(key, known, 1, 0)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise click.UsageError(f"{path}: {where}{key} is no setting{hint}")
