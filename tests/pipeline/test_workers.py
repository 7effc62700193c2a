"""The processes that batches are worked out in."""

import gc

from pipeline.workers import _processes
from transforms.topics import default_tagger
from transforms.words import _character_values


def _there() -> tuple[int, bool, bool]:
    """What a worker has when it begins: objects that stay, tables of characters, English."""
    tables = _character_values.cache_info().currsize
    return gc.get_freeze_count(), tables > 0, ("en", False) in default_tagger()._searches


def test_a_worker_begins_with_what_its_first_article_needs() -> None:
    with _processes(1) as pool:
        frozen, tables, english = pool.submit(_there).result()
    assert frozen > 100_000
    assert tables
    assert english
