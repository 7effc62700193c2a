"""Walls and short articles that the lists of phrases were not made for: tests/live/heldout.py."""

from __future__ import annotations

import pytest

from live.extract import extract
from live.response import Response
from live.wallpage import WallPage, is_cut, words
from live.walls import Wall, wall_of
from live.wallspeech import address
from records import Page
from tests.live.heldout import ARTICLES, SELLERS, WALLS
from tests.live.walls import ASKED, MENU, STORY, Case, page

NOW = 1_800_000_000_000_000
OFFER = "We can go on because of people like you. Choose a plan that suits you."


def kind(case: Case) -> str | None:
    """What a page is refused as."""
    response = Response("page", ASKED, ASKED, NOW, case.final, status=200, headers=case.headers)
    found = extract(Page("0" * 32, ASKED), response, case.html.encode())
    return found.trouble.reason if found.trouble else None


def wall(html: str, text: str | None = None, **how: object) -> Wall | None:
    return wall_of({}, ASKED, ASKED, html, text, **how)  # type: ignore[arg-type]


def test_of_walls_in_words_of_their_own_nineteen_in_twenty_are_refused_and_named() -> None:
    found = {name: kind(case) for name, case in WALLS.items()}
    assert len(WALLS) == 200
    assert sum(reason is not None for reason in found.values()) >= 198
    assert sum(found[name] == case.kind for name, case in WALLS.items()) >= 195


def test_of_short_articles_on_the_same_sites_none_is_refused() -> None:
    assert len(ARTICLES) == 100
    assert {name: kind(case) for name, case in ARTICLES.items() if kind(case)} == {}


def framed(story: str, below: str, head: str = "") -> str:
    return page(
        "Harbour to be dredged",
        f"<ul>{MENU}</ul><article><h1>Harbour</h1><p>{story}</p></article>{below}",
        head,
    )


def test_an_offer_behind_a_text_that_breaks_off_is_a_paywall() -> None:
    cut = STORY.rstrip(". ") + " and …"
    assert wall(framed(cut, f"<p>{OFFER}</p>"), cut) == Wall("paywall", f'says "{OFFER}"')


@pytest.mark.parametrize("head", ["", SELLERS[0]])
def test_the_same_offer_behind_whole_sentences_is_none(head: str) -> None:
    assert wall(framed(STORY, f"<p>{OFFER}</p>", head), STORY.strip()) is None


def test_it_is_one_where_it_speaks_of_reading_on() -> None:
    offer = "Curious how it ends? Choose a plan and carry on from here."
    assert wall(framed(STORY, f"<div><p>{offer}</p></div>"), STORY.strip()) == Wall(
        "paywall", f'says "{offer}"'
    )


@pytest.mark.parametrize("name", ["comments", "site-footer", "newsletter-box", "related"])
def test_what_is_named_for_standing_beside_an_article_sells_nothing_of_it(name: str) -> None:
    offer = "<p>To read this article, log in or subscribe.</p>"
    assert wall(framed(STORY, f"<div>{offer}</div>"), STORY.strip()) is not None
    assert wall(framed(STORY, f"<div class='{name}'>{offer}</div>"), STORY.strip()) is None
    assert wall(framed(STORY, f"<div hidden>{offer}</div>"), STORY.strip()) is None


def test_what_an_article_is_in_is_not_beside_it() -> None:
    cut = STORY.rstrip(". ") + " and …"
    inside = f"<div class='with-sidebar'>{framed(cut, f'<p>{OFFER}</p>')}</div>"
    assert wall(inside, cut) is not None


def test_a_quotation_is_not_said_to_the_reader() -> None:
    story = "“You have read your last free article, subscribe now,” the notice said on Monday. "
    assert wall(framed(STORY, f"<div><p>{story}</p></div>"), STORY.strip()) is None


def test_an_article_that_says_it_is_free_is_believed() -> None:
    free = '<script type="application/ld+json">{"isAccessibleForFree": true}</script>'
    cut = STORY.rstrip(". ") + " and …"
    assert wall(framed(cut, f"<p>{OFFER}</p>", free), cut) is None


def test_a_part_that_is_not_free_makes_the_page_so() -> None:
    parts = '"isAccessibleForFree": true, "hasPart": {"isAccessibleForFree": "False"}'
    head = f'<script type="application/ld+json">{{{parts}}}</script>'
    assert wall(framed(STORY, "", head), STORY.strip()) == Wall(
        "paywall", "states that it is not free, and shows little"
    )


def test_what_stands_beside_an_article_is_not_its_end() -> None:
    cut = STORY.rstrip(". ") + " and …"
    beside = f"<aside><p>{OFFER}</p></aside><footer><p>{OFFER}</p></footer>"
    assert wall(framed(cut, beside), cut) is None
    assert wall(framed(cut, beside.replace("<aside", "<aside class='paywall'")), cut) is not None


@pytest.mark.parametrize(
    ("headers", "status", "known"),
    [
        ({"server": "AkamaiGHost"}, 403, True),
        ({"server": "AkamaiGHost"}, 200, False),
        ({"x-datadome": "protected"}, 403, True),
        ({"x-datadome": "protected"}, 404, False),
        ({"x-iinfo": "9-1-2"}, 503, True),
        ({"server": "nginx"}, 403, False),
        ({"cf-mitigated": "challenge"}, 403, True),
    ],
)
def test_with_a_status_of_refusal_headers_say_who_refused(
    headers: dict[str, str], status: int, known: bool
) -> None:
    found = wall_of(headers, ASKED, None, "", None, status=status)
    assert (found is not None and found.kind == "challenge") == known


def test_a_page_that_goes_to_a_wall_by_itself_is_one() -> None:
    refresh = "<meta http-equiv='refresh' content='0; url={}'>"
    assert wall(page("", "", refresh.format("https://consent.news.example/?to=x"))) == Wall(
        "consent", "redirected to consent.news.example"
    )
    assert wall(page("", "", refresh.format("/login?next=x"))) == Wall(
        "login", "redirected to news.example/login"
    )
    assert wall(page("", "", refresh.format("https://news.example/2027/harbour-2"))) is None


@pytest.mark.parametrize(
    ("line", "cut"),
    [
        ("The council said that it would …", True),
        ("The council said that it would [...]", True),
        ("The council said on Tuesday that it would look at the matter again in the", False),
        ("The council said on Tuesday that it would look at the matter again soon.", False),
        ("Photo: Ann Example", False),
    ],
)
def test_a_line_breaks_off(line: str, cut: bool) -> None:
    assert is_cut(line) == cut


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("Choose what you want and we will do it.", True),
        ("The mayor chose what he wanted.", False),
        ("La mairie du village est fermée.", False),  # "du" is "you" in German
        ("Du bestimmst, was mit den Daten geschieht.", True),
        ("Sie kam am Montag in die Stadt, und der Rat war da.", False),
        ("Der Rat und wir bitten, dass Sie wählen.", True),
        ("El precio sube diez céntimos y los últimos días son de los vecinos.", False),
        ("本报请您选择", True),
    ],
)
def test_speech_to_a_reader_is_told_in_the_language_of_the_text(text: str, spoken: bool) -> None:
    assert (address(text).search(text) is not None) == spoken


def test_two_characters_of_a_script_without_spaces_are_a_word() -> None:
    assert words("港务局研究夜间渡轮 in the harbour") == 5 + 3


def test_an_article_is_told_from_speech_by_its_first_sentence() -> None:
    assert WallPage(framed(STORY, ""), STORY.strip()).is_told
    asked = "We and our partners would like to know where you are and what you read."
    assert not WallPage(framed(asked, ""), asked).is_told
    assert not WallPage(page("", f"<p>{STORY}</p>"), STORY.strip()).is_told
