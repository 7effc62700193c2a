"""How many walls that were built and worded without regard to the rules are known, and how many
short articles in the same surroundings are let through."""

from __future__ import annotations

from live.extract import extract
from live.pages import failure
from live.response import Response
from records import Page
from tests.live.strangers import ARTICLES, WALLS
from tests.live.walls import ASKED, Case


def reason(case: Case) -> str | None:
    """Why nothing is taken from a page; None where its text is."""
    page = Page("0" * 32, ASKED)
    answer = Response("page", ASKED, ASKED, 0, case.final, status=case.status, requests=1)
    answer = answer._replace(headers=case.headers)
    body = case.html.encode()
    trouble = failure(page, answer, body) or extract(page, answer, body).trouble
    return trouble.reason if trouble else None


def test_of_walls_that_nobody_foresaw_nineteen_in_twenty_are_refused() -> None:
    found = {name: reason(case) for name, case in WALLS.items()}
    assert len(WALLS) == 154
    assert sum(each is not None for each in found.values()) >= 151
    named = ("challenge", "consent", "login", "paywall", "region")
    assert sum(each in named for each in found.values()) >= 146


def test_of_short_articles_hardly_one_in_a_hundred_is_refused() -> None:
    found = {name: reason(case) for name, case in ARTICLES.items()}
    assert len(ARTICLES) == 132
    assert sum(each is not None for each in found.values()) <= 2
