"""Manifests: what a complete batch in the spool holds, and what it was made with."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from sinks.places import create, finish, is_url, join

MANIFEST = "manifest.json"
AGAIN = "-again"  # ends the id of a batch that was worked out anew
# No manifest leads out of its spool: neither its id nor its shards, which are in the batch's folder
# or in one beside it.
_ID = re.compile(r"[^/]*[^/.][^/]*")
_NAME = re.compile(rf"(?:\.\./({_ID.pattern})/)?{_ID.pattern}")


class SpoolError(Exception):
    """A batch in the spool that cannot be used, and why."""


class Manifest(NamedTuple):
    """One complete batch. `shards` maps a kind to its files' names and rows.

    Shards lie in the batch's folder; those of a window of a stream in the window's, "../WINDOW/…",
    because they are written before anybody knows with which others they make a batch.
    """

    batch_id: str
    folder: Path | str  # str: a URL
    versions: dict[str, str]  # of what shapes facts: see Versions in transforms
    known_to: str | None  # id of the store whose known documents were only sighted
    shards: dict[str, dict[str, int]]
    queue_pages: bool = True  # whether pages behind its summaries are to be fetched

    def rows(self, kind: str) -> int:
        """How many rows of a kind the batch holds."""
        return sum(self.shards.get(kind, {}).values())

    def paths(self, kind: str) -> list[str]:
        """The shards of a kind, for read_parquet."""
        return [join(str(self.folder), name) for name in sorted(self.shards.get(kind, {}))]

    @property
    def names(self) -> list[str]:
        """All its shards, as it names them."""
        return [name for kind in self.shards for name in self.shards[kind]]


def write_manifest(manifest: Manifest) -> None:
    """Declare a batch complete: everything it names is on disk before its own name is."""
    folder = str(manifest.folder)
    if not is_url(folder):
        Path(folder).mkdir(parents=True, exist_ok=True)
        for each in {folder, *(os.path.dirname(join(folder, name)) for name in manifest.names)}:
            sync_folder(Path(each))
    fields = manifest._asdict()
    del fields["folder"]
    path = join(folder, MANIFEST)
    file = create(path)
    file.write(json.dumps(fields, indent=1, sort_keys=True).encode())
    finish(file, path)
    if not is_url(folder):
        sync_folder(Path(folder))
        sync_folder(Path(folder).parent)


def parse_manifest(folder: Path | str, text: bytes) -> Manifest:
    """The manifest that a batch's folder has. SpoolError where it is damaged."""
    try:
        manifest = Manifest(folder=folder, **json.loads(text))
        _check(manifest)
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise SpoolError(f"{join(str(folder), MANIFEST)}: not a manifest ({error})") from error
    return manifest


def _check(manifest: Manifest) -> None:
    """ValueError, TypeError or AttributeError where it is not what it says, or leads elsewhere."""
    if not (
        isinstance(manifest.batch_id, str)
        and all(isinstance(each, str) for each in manifest.versions.values())
        and isinstance(manifest.known_to, str | None)
        and isinstance(manifest.queue_pages, bool)
        and all(type(rows) is int for named in manifest.shards.values() for rows in named.values())
    ):
        raise TypeError("values of other types")
    if not all(map(_NAME.fullmatch, manifest.names)) or not _ID.fullmatch(manifest.batch_id):
        raise ValueError("names that lead elsewhere")
    if manifest.batch_id != str(manifest.folder).rpartition("/")[2]:
        raise ValueError(f"that of {manifest.batch_id}")


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a batch's folder. SpoolError where it is damaged."""
    try:
        text = (folder / MANIFEST).read_bytes()
    except OSError as error:
        raise SpoolError(f"{folder / MANIFEST}: not a manifest ({error})") from error
    return parse_manifest(folder, text)


def on_disk(folder: Path) -> Callable[[str], bool]:
    """Whether a shard is there, for the names in the manifest of a batch's folder."""
    return lambda name: (folder / name).is_file()


def held_to(
    manifest: Manifest, there: Callable[[str], bool], stored: Callable[[list[str]], set[str]]
) -> Manifest:
    """The batch with those of its shards that are `there`. SpoolError where others are gone.

    A shard of a window goes when a batch that names it was stored. A stream that recovers may
    name it again, in another batch of the same window: then what is left of that one counts.
    `stored` tells which of some file names of shards were.
    """
    missing = {name for name in manifest.names if not there(name)}
    if not missing:
        return manifest
    known = stored([file_of(name) for name in missing if window_of(name)])
    if lost := {n for n in missing if not window_of(n) or file_of(n) not in known}:
        raise SpoolError(
            f"{join(str(manifest.folder), MANIFEST)}: {len(lost)} of its shards are gone, "
            f"such as {min(lost)}"
        )
    left = {
        kind: {name: rows for name, rows in shards.items() if name not in missing}
        for kind, shards in manifest.shards.items()
    }
    return manifest._replace(shards=left)


def window_of(name: str) -> str:
    """The window whose folder a shard lies in: the ids of its batches begin so; "" for none."""
    found = _NAME.fullmatch(name)
    return (found and found[1]) or ""


def file_of(name: str) -> str:
    """The name of a shard's file, whichever folder it lies in: the same wherever it is brought."""
    return name.rpartition("/")[2]


def _in_window(folder: Path, name: str) -> Path:
    """Where a shard is that lies in a window's folder, beside that of its batch."""
    return folder.parent / name.removeprefix("../")


def spool_of(store: Path) -> Path:
    """The spool that belongs to a store, beside it."""
    return store.with_name(f"{store.name}.spool")


def waiting(spool: Path) -> list[Path]:
    """Folders of complete batches, in the order of their names."""
    if not spool.is_dir():
        return []
    return sorted(path.parent for path in spool.glob(f"*/{MANIFEST}"))


def remove(folder: Path) -> None:
    """Remove a batch: the manifest first, so that what a kill leaves behind is an orphan.

    One that cannot be removed stays: it is known by its id and not stored again. Shards that lie
    in a window's folder go one by one, because other batches may have theirs there.
    """
    elsewhere = []
    with contextlib.suppress(SpoolError):
        elsewhere = [_in_window(folder, n) for n in read_manifest(folder).names if window_of(n)]
    with contextlib.suppress(OSError):
        (folder / MANIFEST).unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)
    for path in elsewhere:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            path.parent.rmdir()  # only where it is empty


def remove_orphans(spool: Path) -> None:
    """Remove what killed runs left incomplete. Only for who holds the run lock."""
    named = set()
    for folder in waiting(spool):
        with contextlib.suppress(SpoolError):
            named |= {_in_window(folder, n) for n in read_manifest(folder).names if window_of(n)}
    for path in spool.iterdir() if spool.is_dir() else ():
        if not path.is_dir():
            path.unlink(missing_ok=True)
        elif (path / MANIFEST).exists():
            continue
        elif any(each in named for each in path.iterdir()):
            for each in path.iterdir():
                if each not in named:
                    each.unlink(missing_ok=True)
        else:
            shutil.rmtree(path, ignore_errors=True)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder survive a power cut.

    Nothing where it is gone: who stored its batch removed it, and a runner gives a pane again.
    """
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except FileNotFoundError:
        return
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
