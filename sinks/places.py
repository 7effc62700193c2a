"""Where spools are: folders on disk, or URLs of any file system that Beam can write to.

Beam is loaded for URLs alone, so that what only looks at a folder starts quickly.
"""

from __future__ import annotations

import os
import re
import uuid
from pathlib import Path
from typing import IO, Any

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


def is_url(place: str) -> bool:
    """Whether a place has a scheme, as gs://, s3:// and hdfs:// do."""
    return _SCHEME.match(place) is not None


def join(place: str, *names: str) -> str:
    """The path or URL of what is in a place."""
    return "/".join([place.rstrip("/"), *names])


def create(path: str) -> IO[bytes]:
    """A file to be written, which is there whole once `finish` was called, or not at all.

    Its folder is made. On the file systems behind URLs an object is there when it is closed. Two
    may write the same name at once, as a worker does that outlives a recovery.
    """
    if is_url(path):
        file: IO[bytes] = file_systems().create(path)
        return file
    part = Path(f"{path}.{uuid.uuid4().hex}.part")
    while True:
        part.parent.mkdir(parents=True, exist_ok=True)
        try:
            return open(part, "wb")
        except FileNotFoundError:  # the folder was empty, and removed by who took its last shard
            continue


def finish(file: IO[bytes], path: str) -> None:
    """Put a file in its place, on disk before its name is."""
    if not is_url(path):
        file.flush()
        os.fsync(file.fileno())
    file.close()
    if not is_url(path):
        os.replace(file.name, path)


def file_systems() -> Any:
    """Beam's way to the file systems behind URLs."""
    from apache_beam.io.filesystems import FileSystems

    return FileSystems
