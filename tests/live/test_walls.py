from __future__ import annotations

import pytest

from live.extract import Extracted, extract
from live.response import Response
from live.walls import wall_of
from records import Page
from tests.live.walls import ARTICLES, ASKED, WALLS, Case

NOW = 1_800_000_000_000_000


def read(case: Case) -> Extracted:
    page = Page("0" * 32, ASKED)
    response = Response("page", ASKED, ASKED, NOW, case.final, status=200, headers=case.headers)
    return extract(page, response, case.html.encode())


@pytest.mark.parametrize("name", WALLS)
def test_a_wall_is_recognised(name: str) -> None:
    found = read(WALLS[name])
    assert found.article is None
    assert found.trouble is not None
    assert found.trouble.reason == WALLS[name].kind
    assert found.trouble.detail != ""


@pytest.mark.parametrize("name", ARTICLES)
def test_an_article_is_let_through(name: str) -> None:
    found = read(ARTICLES[name])
    assert found.trouble is None
    assert found.article is not None
    assert found.article.text is not None


@pytest.mark.parametrize(
    "html",
    [
        "<a " * 700_000,
        "<title" * 300_000,
        "cookie " * 300_000,
        "<input " * 300_000,
        "to read the full " * 120_000,
        "<!--" * 500_000,
        "<button>" * 120_000,
        "<a role=button " * 60_000,
        "<aside>" * 140_000,
        "<meta http-equiv=refresh " * 40_000,
        "class='" * 140_000,
        "your data and ads, " * 50_000,
        "amos" * 250_000,
        "iamoez" * 150_000,
        "",
        "\x00\ud800",
    ],
)
def test_what_is_hostile_is_no_wall_or_one_but_ends(html: str) -> None:
    assert wall_of({}, ASKED, "http://[", html, None) is None or html != ""
    assert wall_of({}, ASKED, "http://[", html, html[:2_000]) is None or html != ""
