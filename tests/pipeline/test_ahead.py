"""A run into a large store keeps batches back for those behind them, and stores all of them."""

import json
import os
from pathlib import Path

import pytest

from live.job import Settings
from pipeline.begun import Progress
from pipeline.poll import Asking
from pipeline.run import run
from sinks.commit import Counts
from sinks.keyscan import KeyScan
from sinks.manifest import Manifest
from tests.support import differences, not_unique, rows, words


def _input(folder: Path) -> Path:
    path = folder / "articles.jsonl"
    lines = [
        {"url": f"https://e.example/{n}", "text": f"{words(n % 7 * 100, 60)} own{n}"}
        for n in range(50)
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    os.utime(path, (1_700_000_000, 1_700_000_000))
    return path


def _run(source: Path, store: Path) -> list[int]:
    """How many articles of each batch were new, in the order batches were stored."""
    stored: list[Counts] = []
    asking = Asking(Settings(), workers=1)
    progress = Progress(said=lambda _: None, stored=stored.append)
    account = run([str(source)], store, progress, asking, batch_articles=10, wait=10)
    assert (account["status"], account["new"], account["batches"]) == ("done", 50, 5)
    return [counts.new for counts in stored]


def test_batches_kept_back_are_stored_in_their_order_and_found_by_one_scan(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = _input(tmp_path)
    assert _run(source, tmp_path / "each.duckdb") == [10] * 5
    covered: list[bool] = []
    find = KeyScan.find

    def noted(self: KeyScan, db: object, batch: Manifest, texts: int) -> None:
        covered.append(self.covers(batch))
        find(self, db, batch, texts)  # type: ignore[arg-type]

    monkeypatch.setattr(KeyScan, "find", noted)
    monkeypatch.setattr("sinks.writer.TEXTS_A_BATCH_AHEAD", 5)
    assert _run(source, tmp_path / "ahead.duckdb") == [10] * 5
    # Nothing is stored before the first, and ten texts before the second: two come to wait with
    # the third, whose scan serves them.
    assert covered == [False, False, False, True, True]
    assert differences(rows(tmp_path / "each.duckdb"), rows(tmp_path / "ahead.duckdb")) == {}
    assert not_unique(tmp_path / "ahead.duckdb") == []
