"""Manifests: what a complete batch in the spool holds, and what it was made with."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from pathlib import Path
from typing import NamedTuple

MANIFEST = "manifest.json"


class SpoolError(Exception):
    """A batch in the spool that cannot be used, and why."""


class Manifest(NamedTuple):
    """One complete batch. `shards` maps a kind to its files' names and rows."""

    batch_id: str
    folder: Path
    versions: dict[str, str]  # of what shapes facts: see Versions in transforms
    known_to: str | None  # id of the store whose known documents were only sighted
    shards: dict[str, dict[str, int]]
    queue_pages: bool = True  # whether pages behind its summaries are to be fetched

    def rows(self, kind: str) -> int:
        """How many rows of a kind the batch holds."""
        return sum(self.shards.get(kind, {}).values())

    def paths(self, kind: str) -> list[str]:
        """The shards of a kind, for read_parquet."""
        return [str(self.folder / name) for name in sorted(self.shards.get(kind, {}))]


def write_manifest(manifest: Manifest) -> None:
    """Declare a batch complete: everything it names is on disk before its own name is."""
    sync_folder(manifest.folder)
    part = manifest.folder / f"{MANIFEST}.part"
    with open(part, "w", encoding="utf-8") as file:
        fields = manifest._asdict()
        del fields["folder"]
        json.dump(fields, file, indent=1, sort_keys=True)
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, manifest.folder / MANIFEST)
    sync_folder(manifest.folder)
    sync_folder(manifest.folder.parent)


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a batch's folder. SpoolError where it is damaged or its shards are gone."""
    path = folder / MANIFEST
    try:
        fields = json.loads(path.read_text(encoding="utf-8"))
        manifest = Manifest(folder=folder, **fields)
        missing = [
            name
            for kind in manifest.shards
            for name in manifest.shards[kind]
            if not (folder / name).is_file()
        ]
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise SpoolError(f"{path}: not a manifest ({error})") from error
    if missing:
        raise SpoolError(f"{path}: {len(missing)} of its shards are gone, such as {missing[0]}")
    return manifest


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

    One that cannot be removed stays: it is known by its id and not stored again.
    """
    with contextlib.suppress(OSError):
        (folder / MANIFEST).unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)


def remove_orphans(spool: Path) -> None:
    """Remove what killed runs left incomplete. Only for who holds the run lock."""
    for path in spool.iterdir() if spool.is_dir() else ():
        if not path.is_dir():
            path.unlink(missing_ok=True)
        elif not (path / MANIFEST).exists():
            shutil.rmtree(path, ignore_errors=True)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
