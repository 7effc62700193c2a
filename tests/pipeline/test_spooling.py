"""`newsbeam spool`: the graph on any runner, whose batches `newsbeam load` stores."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sinks.manifest import read_manifest, waiting
from tests.commands import ROOT, Commands
from tests.objects import url
from tests.support import differences, rows

SAMPLES = ROOT / "samples" / "articles"


@pytest.fixture(scope="module")
def whole(newsbeam: Commands, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list]:
    store = tmp_path_factory.mktemp("whole") / "news.duckdb"
    assert newsbeam("run", SAMPLES, "--store", store).code == 0
    return rows(store)


@pytest.mark.parametrize("remote", [False, True])
def test_spooled_and_loaded_is_what_run_stores(
    newsbeam: Commands, whole: dict[str, list], tmp_path: Path, remote: bool
) -> None:
    paths = sorted(SAMPLES.iterdir())
    if remote:  # pieces of what is packed are nowhere that workers could see
        packed = [path for path in paths if path.name in ("broken", "packed")]
        paths = [path for path in paths if path not in packed]
        newsbeam("run", *packed, "--store", tmp_path / "news.duckdb")
    place = url(tmp_path / "spool") if remote else tmp_path / "spool"
    done = newsbeam("spool", place, *paths, "--batch-size", 15, "--json", imports=["tests.objects"])
    assert done.code == 0, done.err
    said = json.loads(done.out)
    assert len(waiting(tmp_path / "spool")) == said["batches"] > 3
    store = tmp_path / "news.duckdb"
    done = newsbeam("load", place, "--store", store, imports=["tests.objects"])
    assert done.code == 0, done.err
    assert differences(whole, rows(store)) == {}
    assert [path for path in (tmp_path / "spool").rglob("*") if path.is_file()] == []


def test_workers_need_no_duckdb(whole: dict[str, list], newsbeam: Commands, tmp_path: Path) -> None:
    """They are processes of their own here, in which importing it fails."""
    (tmp_path / "blocked").mkdir()
    (tmp_path / "blocked" / "duckdb.py").write_text("raise ImportError('no DuckDB here')")
    code = """
import os, subprocess, sys
from pipeline import cli, load, run
os.environ["PYTHONPATH"] = sys.argv.pop(1)  # of the processes that are started from now on
assert subprocess.run([sys.executable, "-c", "import duckdb"], stderr=-3).returncode == 1
cli.main(sys.argv[1:])
"""
    spool, store = tmp_path / "spool", tmp_path / "news.duckdb"
    beam = ["--", "--direct_running_mode=multi_processing", "--direct_num_workers=2"]
    words = [str(tmp_path / "blocked"), "spool", str(spool), str(SAMPLES), *beam]
    done = subprocess.run([sys.executable, "-c", code, *words], cwd=ROOT, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
    assert newsbeam("load", spool, "--store", store).code == 0
    assert differences(whole, rows(store)) == {}


def test_batches_have_about_the_size_that_is_asked_for(newsbeam: Commands, tmp_path: Path) -> None:
    lines = [json.dumps({"url": f"https://a.example/{n}", "title": f"News {n}"}) for n in range(95)]
    (tmp_path / "a.jsonl").write_text("\n".join(lines))
    done = newsbeam("spool", tmp_path / "spool", tmp_path / "a.jsonl", "--batch-size", 20)
    assert done.code == 0, done.err
    assert "5 sections in 5 batches" in done.err
    assert done.out.splitlines()[-1] == f"next        newsbeam load {tmp_path / 'spool'}"
    manifests = list(map(read_manifest, waiting(tmp_path / "spool")))
    assert [manifest.rows("articles") for manifest in manifests] == [20, 20, 20, 20, 15]


def test_a_runner_that_fails_is_told(newsbeam: Commands, tmp_path: Path) -> None:
    done = newsbeam("spool", tmp_path / "spool", SAMPLES, "--runner", "NoSuchRunner")
    assert done.code == 3
    assert "NoSuchRunner" in done.err
    assert "Traceback" not in done.err
    assert not list((tmp_path / "spool").iterdir())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["{here}/spool", "{here}/none"], "no such file or folder"),
        (["{here}/news.duckdb.spool", "{here}/a.txt"], "belongs to"),
        (["{here}/sub/../news.duckdb.spool", "{here}/a.txt"], "belongs to"),
        (["{here}/link", "{here}/a.txt"], "belongs to"),
        (["{here}/later.duckdb.spool", "{here}/a.txt"], "belongs to"),
        (["{here}/other.db.spool", "{here}/a.txt"], "belongs to"),
        (["objects://{here}/spool", "{here}/a.jsonl.gz"], "has to be unpacked"),
        (["nowhere://spool", "{here}/a.txt"], "no file system for nowhere://"),
        (["{here}/a.txt", "{here}/a.txt"], "is no folder"),
    ],
)
def test_what_cannot_be_is_told_before_anything_is_done(
    newsbeam: Commands, tmp_path: Path, words: list[str], said: str
) -> None:
    (tmp_path / "a.txt").write_text("text")
    (tmp_path / "news.duckdb").touch()
    (tmp_path / "other.db").touch()
    (tmp_path / "link").symlink_to(tmp_path / "news.duckdb.spool")
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(b'{"title": "a"}\n'))
    before = sorted(os.listdir(tmp_path))
    here = [word.format(here=tmp_path) for word in words]
    done = newsbeam("spool", *here, imports=["tests.objects"])
    assert done.code == 2, done.err
    assert said in done.err
    assert sorted(os.listdir(tmp_path)) == before
