"""Pages as lines: what browsers show is there, and what is hostile takes no longer."""

from __future__ import annotations

import pytest

from live.walllines import read_lines
from live.wallmarks import NO_OFFER
from live.wallpage import WallPage, says_something
from live.walls import wall_of

SHOWN = "<body><p>The bridge is closed.<p>It opens in spring.</body>"


@pytest.mark.parametrize(
    "before",
    [
        "",
        "<!-->",
        "<!--->",
        "<!-- note -->",
        "<!-- <p>Not this.</p> -->",
        "<!--[if !IE]><!-->",
        "<script>x = '<!--'</script>",
        "<script>if (a<b) document.write('<p>Not this.')</script>",
        "<head><title>Bridge</title>",
        "<style>p > a { color: red }</style>",
    ],
)
def test_what_a_browser_shows_is_read(before: str) -> None:
    lines = [line.text for line in read_lines(f"<html>{before}{SHOWN}")]
    assert lines == ["The bridge is closed.", "It opens in spring."]


def test_a_page_that_cannot_be_made_out_has_the_lines_of_its_article() -> None:
    page = WallPage("<iframe>" + SHOWN, "The bridge is closed.\n\nIt opens in spring.")
    assert page.shown == "The bridge is closed.\nIt opens in spring."


@pytest.mark.parametrize(
    "hostile",
    [
        "<" + "a" * 10**6,
        "<" * 10**6,
        "<!" * 500_000,
        "<a" * 500_000,
        "в" * 30_000,
        "<p>в" * 200_000,
    ],
)
def test_no_page_takes_long(hostile: str) -> None:
    assert wall_of({}, "https://a.example/b", None, hostile, None, status=404) is None
    assert NO_OFFER.search(hostile[:30_000]) is None


@pytest.mark.parametrize(
    "sentence",
    [
        "The council closed the bridge on Monday.",
        "کونسل نے پیر کے روز پل بند کر دیا۔",
        "ምክር ቤቱ ሰኞ ዕለት ድልድዩን ዘጋው።",
        "Խորհուրդը երկուշաբթի օրը փակեց կամուրջը։",
        "परिषद ने सोमवार को पुल बंद कर दिया।",
    ],
)
def test_sentences_end_as_their_scripts_end_them(sentence: str) -> None:
    assert says_something("\n".join([sentence] * 6))
    assert not says_something("\n".join([sentence.split()[0]] * 6))
