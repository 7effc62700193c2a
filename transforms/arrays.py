"""Rows of unequal lengths in one array, and ranks: what working on many articles at once needs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.intp]
Reals = NDArray[np.float64]


class Rows:
    """Which items of one long array belong to row 0, 1, 2…, where each row has some or none."""

    def __init__(self, rows: Sequence[Sequence[Any]]) -> None:
        self._first = np.concatenate(([0], np.cumsum([len(row) for row in rows], dtype=np.intp)))

    def items(self, rows: Numbers) -> tuple[Numbers, Numbers]:
        """The items of some rows, one row after another: the place in `rows`, the item."""
        first = self._first[rows]
        counts = self._first[rows + 1] - first
        owner = np.repeat(np.arange(len(rows)), counts)
        before = np.cumsum(counts) - counts
        return owner, np.arange(len(owner)) + (first - before)[owner]


def ranks(values: Numbers) -> Numbers:
    """Of each value of an ascending array, how many equal ones stand before it."""
    return np.arange(len(values)) - np.searchsorted(values, values)


def ranks_in_order(values: Numbers) -> Numbers:
    """The same of an array in any order."""
    order = np.argsort(values, kind="stable")
    found = np.empty(len(values), np.intp)
    found[order] = ranks(values[order])
    return found
