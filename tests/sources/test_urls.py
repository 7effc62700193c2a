from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sources.urls import canonical_url, is_root

SAME = {
    "letter case of scheme and host": ("HTTPS://Example.COM/A", "https://example.com/A"),
    "http is https": ("http://example.com/a", "https://example.com/a"),
    "www": ("https://www.example.com/a", "https://example.com/a"),
    "default port": ("http://example.com:80/a", "https://example.com/a"),
    "other port keeps its scheme": ("http://example.com:8080/a", "http://example.com:8080/a"),
    "fragment": ("https://example.com/a#top", "https://example.com/a"),
    "route in a fragment stays": ("https://example.com/#!/a", "https://example.com/#!/a"),
    "tracking": ("https://example.com/a?utm_source=x&id=2&fbclid=3", "https://example.com/a?id=2"),
    "order of parameters stays": ("https://example.com/?b=1&a=2", "https://example.com/?b=1&a=2"),
    "index file": ("https://example.com/a/index.html", "https://example.com/a"),
    "trailing slash": ("https://example.com/a/", "https://example.com/a"),
    "AMP path": ("https://example.com/a-story/amp/", "https://example.com/a-story"),
    "a page about amplifiers": ("https://example.com/guitar/amp", "https://example.com/guitar/amp"),
    "AMP cache": ("https://www.google.com/amp/s/example.com/a", "https://example.com/a"),
    "telephone host": ("https://m.example.com/a", "https://example.com/a"),
    "a site called m": ("https://m.co.uk/a", "https://m.co.uk/a"),
    "telephone host inside": (
        "https://en.m.wikipedia.org/wiki/A",
        "https://en.wikipedia.org/wiki/A",
    ),
    "needless escapes": ("https://example.com/%7ea%c3%a9", "https://example.com/~a%C3%A9"),
    "letters": ("https://пример.рф/я", "https://xn--e1afmkfd.xn--p1ai/%D1%8F"),
    "dots": ("https://example.com/a/../b/./c", "https://example.com/b/c"),
    "escaped ampersand": ("https://example.com/?a=1&amp;b=2", "https://example.com/?a=1&b=2"),
    "no path": ("https://example.com", "https://example.com/"),
}
NONE = [
    "",
    "a",
    "javascript:alert(1)",
    "data:text/html,x",
    "file:///etc/passwd",
    "http://[::1",
    "https://",
    "https://a b/",
    "http://a.b:99999999/",
    "https://example.com/" + "a" * 10_000,
]


@pytest.mark.parametrize("name", SAME)
def test_one_page_has_one_address(name: str) -> None:
    url, canonical = SAME[name]
    assert canonical_url(url) == canonical


@pytest.mark.parametrize("url", NONE)
def test_what_is_no_address_has_none(url: str) -> None:
    assert canonical_url(url) is None


def test_only_a_front_page_is_a_root() -> None:
    assert is_root("https://example.com/")
    assert not is_root("https://example.com/?id=5")


PARTS = (
    "http://",
    "www.",
    "m.",
    "amp.",
    "ex",
    "google.com/amp/",
    "s/",
    ".com",
    "/",
    "index.html",
    "amp",
    ".amp.html",
    "?",
    "&",
    "#",
    "%41",
    "%",
    "é",
    ";jsessionid=1",
    ":80",
    "[",
    "-1",
    "..",
)


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.one_of(st.text(), st.lists(st.sampled_from(PARTS), max_size=12).map("".join)))
def test_the_canonical_form_of_a_canonical_form_is_itself(tail: str) -> None:
    canonical = canonical_url("https://example.com/" + tail)
    assert canonical is None or canonical_url(canonical) == canonical
    canonical = canonical_url("http://" + tail)
    assert canonical is None or canonical_url(canonical) == canonical
