"""What is subscribed to has one form, wherever it was stated."""

from __future__ import annotations

import pytest

from sources.subscriptions import (
    BadSubscription,
    folder_names,
    folder_of,
    shown,
    subscription,
    typed_address,
)


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("harbour.example", "https://harbour.example"),
        (" harbour.example/a b#top ", "https://harbour.example/a%20b"),
        ("harbour.example:8080/rss", "https://harbour.example:8080/rss"),
        ("localhost:8000/rss", "http://localhost:8000/rss"),
        ("127.0.0.1/rss", "http://127.0.0.1/rss"),
        ("[::1]:8000", "http://[::1]:8000"),
        ("//harbour.example", "https://harbour.example"),
        ("feed:https://harbour.example/rss", "https://harbour.example/rss"),
        ("feed://harbour.example/rss", "http://harbour.example/rss"),
        ("HTTP://Harbour.example/RSS?a=%20", "HTTP://Harbour.example/RSS?a=%20"),
    ],
)
def test_what_a_person_types_becomes_an_address(typed: str, address: str) -> None:
    assert typed_address(typed) == address


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "https://a.example/\x9b31m",
        "https://a.example/\u202e",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "mailto:a@b.example",
        "a b",
        "http:",
    ],
)
def test_what_is_no_address_is_said_to_be_none(typed: str) -> None:
    with pytest.raises(BadSubscription, match="is no address: write https://HOST/PATH"):
        typed_address(typed)


def test_an_address_longer_than_servers_take_is_refused() -> None:
    with pytest.raises(BadSubscription, match=r"is longer than 8,192 characters"):
        subscription("https://harbour.example/" + "a" * 8192)


def test_names_are_one_line_and_none_where_they_say_nothing() -> None:
    feed = subscription("https://a.example/", " The\n\x1b[31mA ", "/ x // y\\/z /")
    assert (feed.outlet, feed.folder) == ("The [31mA", "x/y\\/z")
    feed = subscription("https://a.example/", "https://a.example/", " / ")
    assert (feed.outlet, feed.folder) == (None, None)


def test_folders_in_folders_keep_slashes_in_their_names() -> None:
    names = ["a/b", "c\\", "\\/", "d"]
    assert folder_of(names) == "a\\/b/c\\\\/\\\\\\//d"
    assert folder_names(folder_of(names)) == names


def test_a_password_is_never_shown() -> None:
    assert shown("https://me:secret@a.example/x:y@z") == "https://me:***@a.example/x:y@z"
    assert shown("https://a.example/?u=a:b@c") == "https://a.example/?u=a:b@c"
