"""Nothing that is read raises or hangs: what becomes of each hostile input, one a line."""

from __future__ import annotations

import gzip
import os
import random
import socket
from pathlib import Path

import pytest
from source_helpers import articles, read, reasons

from sources.plan import plan_paths
from sources.read import read_section

CHANNEL = b'<rss version="2.0"><channel><title>c</title>'
LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
HOSTILE = {  # name: the bytes, and what they become
    "binary.txt": (bytes(range(256)) * 9, ["binary"]),
    "image.html": (b"\x89PNG\r\n\x1a\n" + bytes(500), ["binary"]),
    "empty.txt": (b"", ["empty"]),
    "empty.gz": (b"", ["empty"]),
    "empty.jsonl": (b"", ["empty"]),
    "blank.jsonl": (b"\n" * 9_000, ["empty"]),
    "empty.jsonl.gz": (gzip.compress(b""), ["empty"]),
    "blank.jsonl.gz": (gzip.compress(b" \n" * 9_000), ["empty"]),
    "late.jsonl": (b"\n" * 9_000 + b'{"title": "a"}', ["article"]),
    "late.jsonl.gz": (gzip.compress(b"\n" * 9_000 + b'{"title": "a"}'), ["article"]),
    "truncated.txt.gz": (gzip.compress(b"text" * 99)[:-9], ["truncated"]),
    "not.gz": (b"text", ["corrupt"]),
    "not.zip": (b"PK\x03\x04text", ["corrupt"]),
    "table.csv": (b"a,b\n", ["unsupported"]),
    "half.jsonl": (b'{"title": "a", "te', ["bad_json"]),
    "types.jsonl": (
        b'{"title": {}, "text": 7, "url": [], "date": {"a": 1}}',
        ["bad_date*", "article"],
    ),
    "none.jsonl": (b"null\n5\n[]\n", ["not_an_object"] * 3),
    "long.jsonl": (
        b'{"title": "' + b"a" * 50_000_000 + b'"}\n{"title": "a"}',
        ["too_large", "article"],
    ),
    "nul.txt": (b"Some\0 text\0 with zeros in it.", ["control_characters*", "article"]),
    "nul.jsonl": (b'{"title": "a\\u0000b"}', ["control_characters*", "article"]),
    "raw.jsonl": (b'{"title": "a\x00\tb"}', ["control_characters*", "article"]),
    "surrogate.jsonl": (b'{"title": "a\\ud800b"}', ["control_characters*", "article"]),
    "utf8.txt": ("Größe über Straßen".encode() + b"\xff", ["bytes_replaced*", "article"]),
    "year0.jsonl": (b'{"title": "a", "date": "0000-01-01"}', ["bad_date*", "article"]),
    "year9999.jsonl": (b'{"title": "a", "date": "9999-12-31"}', ["bad_date*", "article"]),
    "digits.jsonl": (b'{"title": "a", "date": ' + b"9" * 5_000 + b"}", ["bad_json"]),
    "url.jsonl": (
        b'{"title": "a", "url": "http://a.b/' + b"a" * 10_000 + b'"}',
        ["bad_url*", "article"],
    ),
    "script.jsonl": (b'{"title": "a", "url": "javascript:alert(1)"}', ["bad_url*", "article"]),
    "sql.jsonl": (b'{"title": "\'; DROP TABLE articles; --,\\"=1+1"}', ["article"]),
    "nested.jsonl": (b'{"a":' * 100_000 + b'\n{"title": "a"}', ["nested", "article"]),
    "nested.json": (b"[" * 100_000, ["nested"]),
    "nested.rss": (CHANNEL + b"<a>" * 100_000, ["nested"]),
    "nested.html": (b"<div>" * 100_000, ["nested"]),
    "nested.opml": (b"<opml>" + b"<outline>" * 100_000, ["nested"]),
    "attributes.html": (b"<p " + b" ".join(b"a%d" % n for n in range(99_999)) + b">", ["nested"]),
    "tags.html": (b"<br>" * 25_001, ["too_large"]),
    "cdata.html": (b"<![CDATA[" + b"<br>" * 25_001 + b"]]>", ["too_large"]),
    "spans.html": (b"<span>" + b"a " * 3_500_000 + b"<br>" * 10_000, ["too_large"]),
    "references.html": (b"&" * 1_000_001, ["too_large"]),
    "large.html": (b"a" * 8_400_000, ["too_large"]),
    "entities.rss": (LAUGHS + CHANNEL + b"&b;</channel></rss>", ["entities"]),
    "entities.opml": (LAUGHS + b"<opml/>", ["entities"]),
    "wide.rss": (
        "\ufeff".encode("utf-16-le") + (LAUGHS + CHANNEL).decode().encode("utf-16-le"),
        ["entities"],
    ),
    "outside.rss": (
        b'<!DOCTYPE x SYSTEM "file:///etc/passwd">' + CHANNEL + b"</channel></rss>",
        [],
    ),
    "late.rss": (b"\n" * 1_000_000 + CHANNEL + b"</channel></rss>", []),
    "spaces.rss": (
        CHANNEL + b" " * 1_000_000 + b"\xcf\xe0\xf0\xee\xec</channel></rss>",
        ["encoding_guessed*"],
    ),
    "doctypes.rss": (b"\n<!DOCTYPE" * 100_000 + CHANNEL + b"</channel></rss>", []),
    "encodings.rss": (b"<?xml?>" + b"encoding='x'" * 100_000, ["not_a_feed"]),
    "styled.rss": (b"\xef\xbb\xbf<?xml version='1.0'?><?a b?>" + CHANNEL + b"</channel></rss>", []),
    "path.rss": (b"/etc/passwd", ["not_a_feed"]),
    "angles.rss": (CHANNEL + b"<" * 20_000, ["malformed*"]),
    "tags.rss": (CHANNEL + b"<" * 3_000_000, ["too_large"]),
    "references.rss": (CHANNEL + b"&" * 3_000_000, ["too_large"]),
    "open.rss": (CHANNEL + b"<![CDATA[" + b"<" * 300_001, ["too_large"]),
    "not.opml": (b"hello", ["not_a_list"]),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_every_hostile_file_is_answered(name: str, tmp_path: Path) -> None:
    data, expected = HOSTILE[name]
    (tmp_path / name).write_bytes(data)
    assert reasons(read(tmp_path / name, tmp_path)) == expected


def test_every_string_that_comes_out_can_be_stored(tmp_path: Path) -> None:
    for name in ("surrogate.jsonl", "nul.jsonl", "raw.jsonl", "nested.jsonl", "half.jsonl"):
        (tmp_path / name).write_bytes(HOSTILE[name][0])
        for row in read(tmp_path / name):
            assert "\0" not in repr(row).encode("utf-8").decode()


def test_markup_and_sql_in_a_title_stay_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(HOSTILE["sql.jsonl"][0])
    (article,) = articles(read(tmp_path / "a.jsonl"))
    assert article.title == "'; DROP TABLE articles; --,\"=1+1"


def test_pipes_sockets_devices_and_dead_links_in_a_folder_do_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.txt")
    (tmp_path / "b.jsonl").symlink_to("/dev/zero")
    (tmp_path / "c.txt").symlink_to("nowhere")
    (tmp_path / "d.txt").write_text("Some text.")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.path.relpath(tmp_path / "e"))
        found = reasons(read(tmp_path))
    assert found == ["not_a_file", "not_a_file", "missing", "article", "not_a_file"]


def test_a_file_that_goes_away_is_one_reject(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("Some text.")
    (section,) = plan_paths([str(path)])
    path.unlink()
    assert reasons(list(read_section(section))) == ["missing"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_closed_file_is_one_reject(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("Some text.")
    path.chmod(0)
    assert reasons(read(path)) == ["unreadable"]


ITEM = b"<item><title>A &amp; B</title><link>http://a.b/c</link><description>Text</description>"
GOOD = {
    "a.rss": CHANNEL + (ITEM + b"<pubDate>Fri, 14 Aug 2020 10:00:00 GMT</pubDate></item>") * 3,
    "a.html": b"<html><head><title>T</title></head><body>" + b"<p>A paragraph.</p>" * 20,
    "a.json": b'[{"title": "a", "text": "b", "date": "2020-08-14", "authors": ["c"]}]',
    "a.opml": b'<opml version="2.0"><body><outline text="a" xmlUrl="b.rss"/></body></opml>',
    "a.txt": b" date 2020-08-14 PARIS, Aug 3 (AFP) - text\n\nSource: AFP",
}


@pytest.mark.parametrize("name", GOOD)
def test_any_damage_is_answered(name: str, tmp_path: Path) -> None:
    chance = random.Random(name)
    for _ in range(60):
        data = bytearray(GOOD[name])
        for _ in range(chance.randint(1, 8)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        (tmp_path / name).write_bytes(data[: chance.randint(1, len(data))])
        for row in read(tmp_path / name, tmp_path):
            repr(row).encode("utf-8")
