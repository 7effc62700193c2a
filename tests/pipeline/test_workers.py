"""The processes that batches are worked out in."""

import gc

from pipeline.workers import _processes


def test_a_worker_begins_with_what_its_first_article_needs() -> None:
    with _processes(1) as pool:
        assert pool.submit(gc.get_freeze_count).result() > 100_000  # the last that ready.py does
