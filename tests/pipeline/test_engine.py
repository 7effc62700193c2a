"""The graph over one batch after another in one process."""

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline import engine, graph
from pipeline.batch import Batch, SpoolFull
from records import Section
from sinks.manifest import read_manifest
from sinks.shards import read_shard
from transforms.versions import versions


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """As many as graphs are made."""
    made: list[int] = []
    make = graph.newsbeam

    def counted(*given: Any) -> Any:
        made.append(len(made))
        return make(*given)

    monkeypatch.setattr(graph, "newsbeam", counted)
    monkeypatch.setattr(engine, "_kept", {})
    return made


def batch(path: Path, *titles: str, **given: Any) -> Batch:
    """A batch named as `path`, of an article for each title."""
    path.mkdir()
    lines = path.with_suffix(".jsonl")
    lines.write_text("".join(json.dumps({"title": title}) + "\n" for title in titles))
    section = Section(str(lines), str(lines), "jsonl", 0)
    return Batch(str(path), versions(), sections=(section,), **given)


def titles(folder: Path) -> list[str]:
    manifest = read_manifest(folder)
    assert manifest.batch_id == folder.name
    shards = [Path(path) for path in manifest.paths("articles")]
    assert {shard.parent for shard in shards} <= {folder}
    return sorted(
        article.title for shard in shards for article in read_shard(str(shard), "articles")
    )


def test_one_graph_works_out_all_batches_of_a_run(tmp_path: Path, made: list[int]) -> None:
    for name in "abc":
        engine.run_graph(batch(tmp_path / name, f"{name} one", f"{name} two"))
    assert made == [0]
    for name in "abc":
        assert titles(tmp_path / name) == [f"{name} one", f"{name} two"]


def test_another_run_has_a_graph_of_its_own(tmp_path: Path, made: list[int]) -> None:
    engine.run_graph(batch(tmp_path / "a", "one", known_to="store a"))
    engine.run_graph(batch(tmp_path / "b", "two", known_to="store b"))
    engine.run_graph(
        batch(tmp_path / "c", "three")._replace(versions={**versions(), "topics": "0"})
    )
    assert made == [0, 1, 2]
    assert read_manifest(tmp_path / "b").known_to == "store b"
    assert read_manifest(tmp_path / "c").versions["topics"] == "0"


def test_a_batch_that_fails_leaves_the_graph_to_the_next(tmp_path: Path, made: list[int]) -> None:
    engine.run_graph(batch(tmp_path / "a", "one"))
    full = batch(tmp_path / "b", "two")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sinks.spool.Shard", _full)
        with pytest.raises(SpoolFull, match="No space left"):
            engine.run_graph(full)
    engine.run_graph(batch(tmp_path / "c", "three"))
    assert made == [0]
    assert titles(tmp_path / "c") == ["three"]


def _full(path: str, kind: str) -> None:
    raise OSError(28, "No space left on device", path)
