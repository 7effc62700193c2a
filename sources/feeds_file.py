"""Feeds declared in a TOML file that people keep under version control.

[[feed]]
url = "https://harbourpost.example/rss"
outlet = "Harbour Post"     # what its articles' outlet is called; else the feed's own title
folder = "Coast/Papers"     # where it is filed
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from records import Feed
from sources.subscriptions import BadSubscription, shown, subscription

KEYS = ("url", "outlet", "folder")


class FeedsFileError(ValueError):
    """What is wrong with a feeds file and where, in words for a person."""


def read_feeds_file(path: Path, now: int) -> list[Feed]:
    """The feeds that a file declares, declared_in its absolute path, added and due at `now` (in
    microseconds since 1970); all of them or none.

    FeedsFileError for a file that is not there, is no TOML, names no feed or one feed twice, and
    for every key and value that is none: it names the entry and the nearest right key.
    """
    path = path.absolute()
    try:
        declared = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise FeedsFileError(f"{path}: {reason}") from error
    _check(f"{path}", declared, ("feed",))
    entries = declared.get("feed", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise FeedsFileError(f"{path}: feed is a list of tables: write [[feed]] above each")
    if not entries:
        raise FeedsFileError(
            f"{path} names no feed; to unsubscribe from every one use `newsbeam feeds remove`"
        )
    feeds: dict[str, int] = {}
    found = []
    for number, entry in enumerate(entries, 1):
        feed = _feed(f"{path}: feed {number}", entry, str(path))
        if (first := feeds.setdefault(feed.url, number)) != number:
            raise FeedsFileError(f"{path}: feeds {first} and {number} are both {shown(feed.url)}")
        found.append(feed._replace(added_at=now, next_at=now))
    return found


def write_feeds_file(feeds: Iterable[Feed]) -> str:
    """A file that declares these feeds, by folder and address; reading it gives them again."""
    entries = []
    for feed in sorted(feeds, key=lambda feed: (feed.folder or "", feed.url)):
        values = {name: getattr(feed, name) for name in KEYS}
        lines = [f"{name} = {_quoted(value)}\n" for name, value in values.items() if value]
        entries.append("[[feed]]\n" + "".join(lines))
    return "\n".join(entries)


def _feed(where: str, entry: dict[str, Any], declared_in: str) -> Feed:
    url = entry.get("url")
    if isinstance(url, str) and url.isprintable():
        where += f" ({shown(url)})"
    _check(where, entry, KEYS)
    for name, value in entry.items():
        if not isinstance(value, str):
            raise FeedsFileError(f"{where}: {name} is {value!r}; write it in quotes, as a text")
    if url is None:
        raise FeedsFileError(f"{where}: it has no url")
    try:
        return subscription(url, entry.get("outlet"), entry.get("folder"), declared_in)
    except BadSubscription as error:
        raise FeedsFileError(f"{where}: {error}") from error


def _check(where: str, table: dict[str, Any], known: tuple[str, ...]) -> None:
    for key in table:
        if key not in known:
            near = get_close_matches(key, known, 1, 0)[0]
            raise FeedsFileError(f"{where}: {key} is no key here; did you mean {near}?")


def _quoted(text: str) -> str:
    """A TOML basic string: JSON's, where DEL has to be escaped as well."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
