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
