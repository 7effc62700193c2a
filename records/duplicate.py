"""Two texts that say much the same, and how much."""

from __future__ import annotations

from typing import NamedTuple


class DuplicatePair(NamedTuple):
    """Two different texts at or above a threshold; text_id < other_id.

    `similarity` is the Jaccard index of their word 3-grams; `containment` is the share of the
    smaller's 3-grams found in the larger.
    """

    text_id: str
    other_id: str
    kind: str  # near, excerpt
    similarity: float
    containment: float
    contained_id: str | None  # the smaller, where containment reaches its threshold
