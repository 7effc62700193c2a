from __future__ import annotations

from pathlib import Path

import apache_beam as beam
import numpy as np
from apache_beam.testing.test_pipeline import TestPipeline
from apache_beam.testing.util import assert_that, equal_to
from source_helpers import articles, read

from sources.articles import ReadArticles
from sources.known import Known


def test_articles_rejects_and_known_ones_are_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"title": "one"}\n{"title": "two"}\n{}\n')
    one, two = articles(read(path))
    known = tmp_path / "known.npy"
    np.save(known, np.array([one.document_id], "<u8"))
    with TestPipeline(runner="FnApiRunner") as pipeline:
        found = (
            pipeline
            | beam.Create([str(path), str(tmp_path / "missing")])
            | ReadArticles(known=str(known))
        )
        assert_that(found.articles, equal_to([two]), label="new")
        assert_that(found.known, equal_to([one]), label="known")
        reasons = found.rejects | beam.Map(lambda row: row.reason)
        assert_that(reasons, equal_to(["no_content", "missing"]), label="rejected")


def test_known_ids_are_found_and_others_are_not(tmp_path: Path) -> None:
    ids = np.array([1, 5, 2**64 - 1], "<u8")
    np.save(tmp_path / "a.npy", ids)
    known = Known(tmp_path / "a.npy")
    assert [number in known for number in (0, 1, 4, 5, 2**64 - 1)] == [
        False,
        True,
        False,
        True,
        True,
    ]
    np.save(tmp_path / "none.npy", ids[:0])
    assert 1 not in Known(tmp_path / "none.npy")
