from __future__ import annotations

from pathlib import Path

from source_helpers import articles, read, reasons

BODY = "".join(
    f"<p>Paragraph {n} says that ministers met in the city and agreed.</p>" for n in range(9)
)
PAGE = f"""<!doctype html><html lang="en"><head><title>Ministers agree</title>
<link rel="canonical" href="https://www.example.com/a-1?utm_source=x">
<meta property="article:published_time" content="2020-08-14T10:00:00Z">
<meta property="og:site_name" content="Example"></head>
<body><article><h1>Ministers agree</h1>{BODY}</article></body></html>"""


def test_a_page_is_one_article(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text(PAGE)
    (article,) = articles(read(path))
    assert (article.title, article.outlet) == ("Ministers agree", "Example")
    assert article.canonical_url == "https://example.com/a-1"
    assert article.text is not None
    assert "Paragraph 8 says" in article.text
    assert (article.published_at, article.published_from) == (1_597_399_200_000_000, "page")
    assert (article.published_precision, article.text_from) == ("second", "page")
    assert article.declared_language == "en"


def test_a_page_without_a_text_is_one_reject(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text("<html><head><title>T</title></head><body></body></html>")
    assert reasons(read(path)) == ["no_text"]


def page(folder: Path, body: str, head: str = "") -> Path:
    path = folder / "a.html"
    path.write_text(
        f"<html><head><title>The Courier</title>{head}</head><body>{body}</body></html>"
    )
    return path


def test_links_and_menus_are_no_text(tmp_path: Path) -> None:
    links = "<a href='/news'>News</a> <a href='/sport'>Sport</a> <a href='/tides'>Tides</a>"
    foot = "<footer>All rights reserved by the Courier</footer>"
    assert reasons(read(page(tmp_path, f"<nav>{links}</nav><div id='app'></div>"))) == ["no_text"]
    assert reasons(read(page(tmp_path, f"<div>{links}</div>{foot}"))) == ["no_text"]
    assert reasons(read(page(tmp_path, "<nav><p>News</p><p>Sport</p></nav>"))) == ["no_text"]


def test_links_within_a_text_are_part_of_it(tmp_path: Path) -> None:
    text = BODY.replace(
        "ministers met", "<!-- x -->the <a href='/x'>ministers</a> <!-- x --><b>met</b>"
    )
    (article,) = articles(read(page(tmp_path, text)))
    assert article.text is not None
    assert article.text.startswith("Paragraph 0 says that the ministers met in the city")


def test_a_text_that_only_the_metadata_holds_is_one(tmp_path: Path) -> None:
    story = "Ministers met in the city on Friday and agreed on a plan for rivers. " * 5
    data = f'{{"@type": "NewsArticle", "headline": "Rivers", "articleBody": "{story.strip()}"}}'
    script = f'<script type="application/ld+json">{data}</script>'
    (article,) = articles(read(page(tmp_path, "<div id='app'></div>", script)))
    assert article.text == story.strip()


def test_a_headline_is_not_repeated_in_the_text(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text(PAGE.replace("<h1>Ministers agree", "<h1>MINISTERS \n agree"))
    (article,) = articles(read(path))
    assert article.text is not None
    assert article.text.startswith("Paragraph 0 says")
    path.write_text(PAGE.replace("<article>", "<article><h2>Ministers agree again</h2>"))
    (article,) = articles(read(path))
    assert article.text is not None
    assert article.text.startswith("Ministers agree again\n")


def test_the_day_of_a_dateline_stands_in_for_a_stated_one(tmp_path: Path) -> None:
    dated = BODY.replace("Paragraph 0", "PARIS, Aug 3, 2020 (AFP) - Paragraph 0")
    (article,) = articles(read(page(tmp_path, f"<article>{dated}</article>")))
    assert (article.published_at, article.published_precision, article.published_from) == (
        1_596_412_800_000_000,
        "day",
        "text",
    )
    (tmp_path / "a.html").write_text(PAGE.replace(BODY, dated))
    (article,) = articles(read(tmp_path / "a.html"))
    assert (article.published_at, article.published_from) == (1_597_399_200_000_000, "page")
