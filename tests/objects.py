"""An object store on this disk for tests, by Beam's own registry: objects:///tmp/x is /tmp/x.

As in S3 and its like there are no folders, and an object is there when it is closed.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from apache_beam.io.filesystem import BeamIOError, FileMetadata, FileSystem

SCHEME = "objects://"


def url(path: Path) -> str:
    return f"{SCHEME}{path}"


def _path(found: str) -> Path:
    assert found.startswith(SCHEME), found
    assert "/../" not in found, "no object store understands that"
    return Path(found.removeprefix(SCHEME))


class _Object(io.BytesIO):
    """Whole or not at all."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    def close(self) -> None:
        if not self.closed:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._path.write_bytes(self.getvalue())
        super().close()


class Objects(FileSystem):
    options: list[Any] = []

    def __init__(self, pipeline_options: Any) -> None:
        super().__init__(pipeline_options)
        self.options.append(pipeline_options)

    @classmethod
    def scheme(cls) -> str:
        return "objects"

    def has_dirs(self) -> bool:
        return False

    def join(self, basepath: str, *paths: str) -> str:
        return "/".join([basepath.rstrip("/"), *paths])

    def split(self, path: str) -> tuple[str, str]:
        head, _, tail = path.rpartition("/")
        return head, tail

    def _list(self, dir_or_prefix: str) -> Iterator[FileMetadata]:
        prefix = dir_or_prefix.removeprefix(SCHEME)
        for folder, _, names in os.walk(os.path.dirname(prefix)):
            for name in names:
                path = os.path.join(folder, name)
                if path.startswith(prefix):
                    yield FileMetadata(url(Path(path)), os.path.getsize(path))

    def create(self, path: str, mime_type: Any = None, compression_type: Any = None) -> Any:
        return _Object(_path(path))

    def open(self, path: str, mime_type: Any = None, compression_type: Any = None) -> Any:
        return open(_path(path), "rb")

    def exists(self, path: str) -> bool:
        return _path(path).is_file()

    def delete(self, paths: list[str]) -> None:
        missing = {path: "not there" for path in paths if not self.exists(path)}
        for path in set(paths) - set(missing):
            _path(path).unlink()
        if missing:
            raise BeamIOError("delete failed", missing)

    def metadata(self, path: str) -> FileMetadata:
        return FileMetadata(path, _path(path).stat().st_size)

    def size(self, path: str) -> int:
        return self.metadata(path).size_in_bytes

    def mkdirs(self, path: str) -> None:
        raise NotImplementedError

    def copy(self, source_file_names: list[str], destination_file_names: list[str]) -> None:
        raise NotImplementedError

    def rename(self, source_file_names: list[str], destination_file_names: list[str]) -> None:
        raise NotImplementedError

    def last_updated(self, path: str) -> float:
        raise NotImplementedError

    def checksum(self, path: str) -> str:
        raise NotImplementedError
