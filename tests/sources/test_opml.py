from __future__ import annotations

from pathlib import Path

from source_helpers import articles, read, reasons

FEED = '<rss version="2.0"><channel><title>c</title><item><title>A</title></item></channel></rss>'


def test_local_feeds_are_read_and_others_are_accounted_for(tmp_path: Path) -> None:
    folder = tmp_path / "lists"
    (folder / "in").mkdir(parents=True)
    (folder / "in" / "b.rss").write_text(FEED)
    (tmp_path / "out.rss").write_text(FEED)
    (folder / "link.rss").symlink_to(tmp_path / "out.rss")
    addresses = [
        "in/b.rss",
        "https://example.com/rss",
        "../out.rss",
        "link.rss",
        str(tmp_path / "out.rss"),
        "file:///etc/passwd",
        "gone.rss",
    ]
    outlines = "".join(f'<outline text="Name" xmlUrl="{each}"/>' for each in addresses)
    path = folder / "a.opml"
    path.write_text(f'<opml version="2.0"><body><outline>{outlines}</outline></body></opml>')
    rows = read(path)
    assert reasons(rows) == ["article", "not_fetched", *["outside"] * 4, "missing"]
    assert articles(rows)[0].outlet == "Name"
