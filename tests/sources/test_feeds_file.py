"""A feeds file says exactly what it means, or nothing is done."""

from __future__ import annotations

from pathlib import Path

import pytest

from records import Feed
from sources.feeds_file import FeedsFileError, read_feeds_file, write_feeds_file
from sources.subscriptions import subscription


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "feeds.toml"


def test_feeds_are_declared_in_the_absolute_path_of_their_file_and_due_at_once(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.write_text(
        '[[feed]]\nurl = "https://a.example/rss"\noutlet = "A"\nfolder = "x/y"\n'
        '[[feed]]\nurl = "http://b.example/"\n'
    )
    monkeypatch.chdir(path.parent)
    assert read_feeds_file(Path("feeds.toml"), 7) == [
        Feed("https://a.example/rss", "A", "x/y", str(path), added_at=7, next_at=7),
        Feed("http://b.example/", None, None, str(path), added_at=7, next_at=7),
    ]


def test_what_is_written_declares_the_same_feeds(path: Path) -> None:
    feeds = [
        subscription("https://b.example/rss", 'B "quoted" \\ \x7f é', "x/y", str(path)),
        subscription("https://a.example/rss", None, None, str(path)),
    ]
    path.write_text(write_feeds_file(feeds), encoding="utf-8")
    assert read_feeds_file(path, 0) == feeds[::-1]
    assert path.read_text(encoding="utf-8") == (
        '[[feed]]\nurl = "https://a.example/rss"\n\n'
        '[[feed]]\nurl = "https://b.example/rss"\n'
        'outlet = "B \\"quoted\\" \\\\ \\u007f é"\nfolder = "x/y"\n'
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", " names no feed; to unsubscribe from every one use `newsbeam feeds remove`"),
        ("[[feeds]]\n", ": feeds is no key here; did you mean feed?"),
        ("feed = 3\n", ": feed is a list of tables: write [[feed]] above each"),
        ("[feed]\nurl = 'http://a.example/'\n", ": feed is a list of tables: write [[feed]] above"),
        ("[[feed]]\noutlet = 'A'\n", ": feed 1: it has no url"),
        (
            "[[feed]]\nurl = 'http://u:secret@a.example/'\noutlets = 'A'\n",
            ": feed 1 (http://u:***@a.example/): outlets is no key here; did you mean outlet?",
        ),
        (
            "[[feed]]\nurl = 'http://a.example/'\nfolder = ['x']\n",
            ": feed 1 (http://a.example/): folder is ['x']; write it in quotes, as a text",
        ),
        (
            "[[feed]]\nurl = 'a.example'\n",
            ": feed 1 (a.example): 'a.example' is no address: write https://HOST/PATH",
        ),
        (
            "[[feed]]\nurl = 'http://a.example/'\n" * 2,
            ": feeds 1 and 2 are both http://a.example/",
        ),
        ("[[feed]]\nurl = \n", ": Invalid value (at line 2, column 7)"),
        (None, ": No such file or directory"),
    ],
)
def test_a_mistake_names_its_place_and_the_nearest_right_key(
    path: Path, text: str | None, said: str
) -> None:
    if text is not None:
        path.write_text(text)
    with pytest.raises(FeedsFileError) as error:
        read_feeds_file(path, 0)
    assert str(error.value).startswith(f"{path}{said}")
