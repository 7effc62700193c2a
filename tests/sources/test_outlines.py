"""Lists of feeds go out and come back the same; hostile ones are refused whole."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.outlines import LARGEST, BadOutlines, read_outlines, write_outlines
from sources.subscriptions import folder_of, subscription

NAMES = st.text(min_size=1, max_size=12)
FEEDS = st.builds(
    lambda number, outlet, folders, title, site: subscription(
        f"https://host{number}.example/feed?a={number}&b=1", outlet, folder_of(folders)
    )._replace(title=title, site=site),
    st.integers(0, 10**6),
    st.none() | NAMES,
    st.lists(NAMES, max_size=4),
    st.none() | NAMES,
    st.none() | st.just("https://host.example/"),
)


def opml(body: str, head: str = "") -> bytes:
    return f'{head}<opml version="2.0"><body>{body}</body></opml>'.encode()


def named(data: bytes) -> list[tuple[str, str | None, str | None]]:
    return [(feed.url, feed.outlet, feed.folder) for feed in read_outlines(data).feeds]


@given(st.lists(FEEDS, unique_by=lambda feed: feed.url, max_size=8))
def test_what_is_written_is_read_again_with_outlets_and_folders(feeds: list) -> None:
    data = write_outlines(feeds)
    expected = sorted((feed.url, feed.outlet, feed.folder) for feed in feeds)
    assert sorted(named(data)) == expected
    assert write_outlines(feeds[::-1]) == data


def test_a_list_that_is_written_is_what_other_readers_expect() -> None:
    feeds = [
        subscription("https://b.example/rss", "Borå & Sons", "Coast/AC\\/DC")._replace(
            title="B", site="https://b.example/"
        ),
        subscription("https://a.example/rss")._replace(title="The A"),
    ]
    assert write_outlines(feeds).decode() == (
        "<?xml version='1.0' encoding='UTF-8'?>\n"
        '<opml version="2.0">\n'
        "  <head>\n"
        "    <title>newsbeam subscriptions</title>\n"
        "  </head>\n"
        "  <body>\n"
        '    <outline type="rss" text="https://a.example/rss" title="The A"'
        ' xmlUrl="https://a.example/rss"/>\n'
        '    <outline text="Coast">\n'
        '      <outline text="AC/DC">\n'
        '        <outline type="rss" text="Borå &amp; Sons" title="Borå &amp; Sons"'
        ' xmlUrl="https://b.example/rss" htmlUrl="https://b.example/"/>\n'
        "      </outline>\n"
        "    </outline>\n"
        "  </body>\n"
        "</opml>\n"
    )


def test_a_feed_in_two_folders_is_taken_at_its_first() -> None:
    body = (
        '<outline text="A"><outline text="F" xmlUrl="http://f.example/"/></outline>'
        '<outline text="B"><outline text="F" xmlUrl="http://f.example/"/></outline>'
    )
    found = read_outlines(opml(body))
    assert [(feed.url, feed.folder) for feed in found.feeds] == [("http://f.example/", "A")]
    assert found.repeated == 1


def test_bare_ampersands_and_the_names_of_html_are_taken_for_what_they_mean() -> None:
    body = '<outline text="Caf&eacute; R&D" xmlUrl="http://f.example/?a=1&b=2&amp;c=3&copy=4"/>'
    assert named(opml(body)) == [("http://f.example/?a=1&b=2&c=3&copy=4", "Café R&D", None)]


def test_letter_case_namespaces_and_title_alone_are_no_hindrance() -> None:
    data = (
        b'<OPML xmlns:x="urn:x"><Body><Outline x:y="1" Title="N" XMLURL=" feed://f.example/a#b ">'
        b'<outline text="inner" xmlUrl="//g.example"/></Outline><!-- c --></Body></OPML>'
    )
    assert named(data) == [("http://f.example/a", "N", None), ("https://g.example", "inner", None)]


def test_other_encodings_are_read_as_declared() -> None:
    data = opml('<outline text="Новости" xmlUrl="http://f.example/"/>').decode()
    expected = [("http://f.example/", "Новости", None)]
    assert named(b"<?xml version='1.0' encoding='windows-1251'?>" + data.encode("cp1251")) == (
        expected
    )
    assert named(data.encode("utf-16")) == expected


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "/etc/passwd",
        "ftp://f.example/",
        "http://",
        "x",
    ],
)
def test_what_is_no_address_is_named_and_the_others_are_taken(address: str) -> None:
    body = f'<outline text="Bad" xmlUrl="{address}"/><outline xmlUrl="http://f.example/"/>'
    found = read_outlines(opml(body))
    assert [feed.url for feed in found.feeds] == ["http://f.example/"]
    assert found.refused == [f"Bad: {address!r} is no address: write https://HOST/PATH"]


LIST = opml(
    '<outline text="A&amp;B"><!-- c --><outline title="F" xmlUrl="http://f.example/?a&b"/></outline>',
    '<?xml version="1.0" encoding="utf-8"?><!DOCTYPE opml>',
)


@given(st.lists(st.tuples(st.integers(0, len(LIST) - 1), st.binary(max_size=3)), max_size=6))
def test_whatever_bytes_a_list_has_it_is_read_or_refused(changes: list) -> None:
    data = bytearray(LIST)
    for place, new in changes:
        data[place : place + 1] = new
    with contextlib.suppress(BadOutlines):
        assert all(feed.url.isprintable() for feed in read_outlines(bytes(data)).feeds)


BOMB = '<!DOCTYPE opml [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>'
OUTSIDE = '<!DOCTYPE opml [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (opml('<outline text="&b;" xmlUrl="http://f.example/"/>', BOMB), "entities of its own"),
        (opml('<outline text="&a;" xmlUrl="http://f.example/"/>', OUTSIDE), "entities of its own"),
        (opml("<outline>" * 300), "nest more than 200 deep"),
        (opml("<outline " + " ".join(f'a{n}=""' for n in range(9000)) + "/>"), "thousands"),
        (b" " * (LARGEST + 1), "more than 16 MB"),
        (b"<html><body>not found</body></html>", "its first element is <html>"),
        (b'<opml><body><outline xmlUrl="http://f.example/"/>', "not well formed: "),
        (b"", "not well formed: "),
        (b"\x1f\x8b\x08\x00\x00", "not well formed: "),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_list_that_is_not_to_be_trusted_is_refused_whole(data: bytes, reason: str) -> None:
    with pytest.raises(BadOutlines, match=reason):
        read_outlines(data)
