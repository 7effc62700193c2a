from __future__ import annotations

import gzip
import io
import os
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest
import zstandard
from source_helpers import articles, read, reasons

from sources.plan import PathError, discard, plan_paths
from sources.read import read_section
from sources.sections import cut

LINES = b"".join(b'{"title": "title %d"}\n' % number for number in range(5_000))


def test_json_lines_are_cut_at_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(LINES)
    sections = list(plan_paths([str(path)]))
    assert [section.line for section in sections] == [1, 2001, 4001]
    assert [section.start for section in sections][1:] == [s.stop for s in sections][:-1]
    assert sections[-1].stop == len(LINES)
    titles = [row.title for s in sections for row in articles(list(read_section(s)))]
    assert titles == [f"title {number}" for number in range(5_000)]


@pytest.mark.parametrize("size", [1, 10, 37, 1_000_000])
def test_cuts_cover_everything_once_whatever_the_sizes(size: int) -> None:
    data = b"a\n\nbcdefghijklmnop\nqr\n" * 9 + b"end"
    cuts = list(cut(io.BytesIO(data), 3, size))
    assert b"".join(data[start:stop] for start, stop, _ in cuts) == data
    for start, stop, line in cuts:
        assert data[:start].count(b"\n") == line - 1
        assert stop - start <= size or data[start : stop - 1].count(b"\n") == 0


def test_folders_are_read_in_order_without_hidden_files_and_loops(tmp_path: Path) -> None:
    for name in ("b/2.txt", "a.txt", "b/1.txt", ".hidden.txt", ".git/x.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("Some text.")
    (tmp_path / "b" / "loop").symlink_to("..")
    found = [section.source for section in plan_paths([str(tmp_path)])]
    assert found == [str(tmp_path / name) for name in ("a.txt", "b/1.txt", "b/2.txt")]


@pytest.mark.parametrize("path", ["missing", "*.txt", "", "empty", "https://example.com/rss", "p"])
def test_a_path_that_cannot_be_read_is_named_before_anything_is_read(
    path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    os.mkfifo(tmp_path / "p")
    with pytest.raises(PathError, match=path.replace("*", r"\*") or "''"):
        plan_paths([path])


def test_packed_files_are_unpacked_a_piece_at_a_time(tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(gzip.compress(LINES))
    count = 0
    for section in plan_paths([str(path)], scratch=scratch):
        assert len(list(scratch.iterdir())) == 1
        assert section.source == str(path)
        count += len(list(read_section(section)))
        discard(section)
    assert count == 5_000
    assert list(scratch.iterdir()) == []


def test_archives_are_read_by_their_members(tmp_path: Path) -> None:
    members = {"b.jsonl": LINES, "a.txt": b"Some text.", ".x.txt": b"x", "c.jsonl.gz": b""}
    members["c.jsonl.gz"] = gzip.compress(LINES)
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in members.items():
            packed.writestr(name, data)
    (tmp_path / "a.tar").write_bytes(tar.getvalue())
    (tmp_path / "a.tar.gz").write_bytes(gzip.compress(tar.getvalue()))
    (tmp_path / "a.tar.zst").write_bytes(zstandard.compress(tar.getvalue()))
    for name in ("a.zip", "a.tar", "a.tar.gz", "a.tar.zst"):
        rows = read(tmp_path / name, tmp_path)
        assert reasons(rows) == ["article"] * 10_001
        assert {row.source.partition("!")[2] for row in rows} == set(members) - {".x.txt"}


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress])
def test_of_a_shortened_file_all_whole_lines_are_kept(pack: Any, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.packed"
    path.write_bytes(pack(LINES * 3)[:-9])  # more than one block of zstd
    rows = read(path, tmp_path)
    assert set(reasons(rows)) == {"article", "truncated"}
    assert reasons(rows).count("truncated") == 1
    assert 0 < len(articles(rows)) <= 15_000


def test_standard_input_is_json_lines_seen_now(tmp_path: Path) -> None:
    sections = plan_paths(["-"], scratch=tmp_path, now=7, stdin=io.BytesIO(LINES))
    rows = [row for section in sections for row in read_section(section)]
    assert len(articles(rows)) == 5_000
    assert {(row.source, row.seen_at) for row in rows} == {("-", 7)}


def test_a_file_that_changes_while_it_is_read_is_noted(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(LINES[:100])
    (section,) = plan_paths([str(path)])
    os.utime(path, (1, 1))
    assert reasons(list(read_section(section)))[-1] == "changed_while_read*"
