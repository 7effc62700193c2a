"""Which documents the store already has: 8 bytes each, shared by every process through the map."""

from __future__ import annotations

from bisect import bisect_left
from pathlib import Path
from typing import Any, cast

import numpy as np


class Known:
    """The sorted uint64 document ids of an .npy file, mapped into memory and never copied.

    A look-up is a bisection of the map: about a microsecond, and only the pages it touches.
    """

    def __init__(self, path: str | Path) -> None:
        with open(path, "rb") as file:  # an array of none cannot be mapped
            version = np.lib.format.read_magic(file)
            read = {(1, 0): np.lib.format.read_array_header_1_0}.get(
                version, np.lib.format.read_array_header_2_0
            )
            (count,), _, kind = read(file)
        if kind != np.dtype("<u8"):
            raise ValueError(f"{path} holds {kind}, not the uint64 ids of documents")
        self._count = count
        ids = np.load(path, mmap_mode="r") if count else np.empty(0, "<u8")
        self._ids = memoryview(cast(Any, np.asarray(ids)))

    def __contains__(self, document_id: int) -> bool:
        at = bisect_left(self._ids, document_id)
        return at < self._count and self._ids[at] == document_id
