"""Spools behind URLs: complete batches found, brought to this machine, and removed.

Loads Beam, whose file systems these are (gs://, s3://, hdfs:// and others, each with the packages
that it needs). Trouble with the network is an OSError, whatever their libraries raise.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from apache_beam.io.filesystem import FileSystem
from apache_beam.io.filesystems import FileSystems
from apache_beam.options.pipeline_options import PipelineOptions

from sinks.manifest import MANIFEST, Manifest, file_of, parse_manifest, write_manifest
from sinks.places import create, finish, join


class UnknownFileSystem(ValueError):
    """A URL that no file system answers to, and why."""


def check(spool: str, options: Sequence[str] = ()) -> None:
    """See to it that there is a file system for a URL, with Beam's `options` for it.

    UnknownFileSystem where there is none.
    """
    scheme = FileSystems.get_scheme(spool)
    known = sorted({each.scheme() for each in FileSystem.get_all_subclasses()} - {None})
    if scheme not in known:
        raise UnknownFileSystem(
            f"{spool}: there is no file system for {scheme}://; installed are {', '.join(known)} "
            "(s3 needs apache-beam[aws], gs apache-beam[gcp], hdfs apache-beam[hadoop])"
        )
    FileSystems.set_options(PipelineOptions(list(options)))
    try:
        FileSystems.get_filesystem(spool)
    except (ValueError, OSError) as error:  # options that it wants
        raise UnknownFileSystem(f"{spool}: {error}") from error


@contextlib.contextmanager
def _network() -> Iterator[None]:
    """S3's and Google's errors, and what else file systems raise, as an OSError that says it."""
    try:
        yield
    except OSError:
        raise
    except Exception as error:
        raise OSError(f"{type(error).__name__}: {error}") from error


@_network()
def waiting(spool: str) -> list[str]:
    """URLs of complete batches, in the order of their names."""
    [found] = FileSystems.match([join(spool, "*", MANIFEST)])
    return sorted(each.path.removesuffix(f"/{MANIFEST}") for each in found.metadata_list)


@_network()
def read(url: str) -> bytes:
    """A whole object."""
    with FileSystems.open(url) as file:
        data: bytes = file.read()
        return data


def manifest_of(batch: str) -> Manifest:
    """The manifest of a batch. SpoolError where it is damaged."""
    return parse_manifest(batch, read(join(batch, MANIFEST)))


@_network()
def exists(batch: str) -> bool:
    """Whether a complete batch is there."""
    return bool(FileSystems.exists(join(batch, MANIFEST)))


@_network()
def there(manifest: Manifest) -> Callable[[str], bool]:
    """Whether a shard is there, for the names in the manifest of a batch."""
    found = _found(manifest)
    return lambda name: _shard(manifest, name) in found


@_network()
def bring(manifest: Manifest, folder: Path) -> Path:
    """Copy a batch to a folder on this disk, its manifest last; the folder."""
    shards: dict[str, dict[str, int]] = {}
    for kind, names in manifest.shards.items():
        shards[kind] = {}
        for name, rows in names.items():
            here = file_of(name)
            shards[kind][here] = rows
            target = create(str(folder / here))
            with FileSystems.open(_shard(manifest, name)) as source:
                shutil.copyfileobj(source, target, 2**20)
            finish(target, str(folder / here))
    write_manifest(manifest._replace(folder=folder, shards=shards))
    return folder


@_network()
def remove(manifest: Manifest) -> None:
    """Remove a batch that was stored: its manifest first, then what is there of its shards."""
    FileSystems.delete([join(str(manifest.folder), MANIFEST)])
    if left := sorted(_found(manifest)):
        FileSystems.delete(left)


def _found(manifest: Manifest) -> set[str]:
    """The URLs of those of a batch's shards that are there.

    By listing their folders: every request costs a connection, and shards may be many.
    """
    shards = {_shard(manifest, name) for name in manifest.names}
    folders = sorted({shard.rpartition("/")[0] for shard in shards})
    listed = FileSystems.match([join(folder, "*") for folder in folders]) if folders else []
    return shards & {each.path for found in listed for each in found.metadata_list}


def _shard(manifest: Manifest, name: str) -> str:
    """The URL of a shard: no file system is asked to understand two dots."""
    batch = str(manifest.folder)
    if name.startswith("../"):
        return join(batch.rpartition("/")[0], name.removeprefix("../"))
    return join(batch, name)
