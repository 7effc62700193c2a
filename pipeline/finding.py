"""The feeds at the addresses that a person typed: each is asked once, a page for what it offers."""

from __future__ import annotations

import shlex
from collections.abc import Callable

from live.job import Settings
from pipeline.asking import Asked, Asker
from pipeline.explain import troubles
from pipeline.query import printable
from records import Feed
from sources.subscriptions import feed_address, shown

# Given a page and titles and addresses of the feeds it offers: which are wanted; None: not asked.
Choose = Callable[[str, list[tuple[str, str]]], list[int] | None]


def checked(
    wanted: list[Feed], settings: Settings, choose: Choose, options: list[str]
) -> tuple[list[Feed], list[str]]:
    """Those of `wanted` that are feeds, and why the others are not to be added.

    For a page it is the feed that it offers; of several, those that `choose` picks. A feed comes
    with the title and the site that it states. `options` are repeated in commands to be typed.
    """
    asker = Asker(settings)
    found: dict[str, Feed] = {}
    refused = []
    for asked in asker.ask(wanted).values():
        answers = [asked]
        if asked.offers:
            picked = _picked(asked, choose)
            if not picked:
                refused.append(_several(asked, options, told=picked is not None))
                continue
            answers = list(asker.ask(asked.feed._replace(url=url) for url in picked).values())
        for answer in answers:
            if answer.is_feed:
                found.setdefault(answer.feed.url, _named(answer))
            else:
                refused.append(_refusal(answer))
    return list(found.values()), refused


def _named(asked: Asked) -> Feed:
    state = asked.polled.feed
    return asked.feed._replace(title=state.title, site=state.site)


def _picked(asked: Asked, choose: Choose) -> list[str] | None:
    urls = [feed_address(offer.url) for offer in asked.offers]
    if len(urls) == 1:
        return urls
    picked = choose(shown(asked.feed.url), _described(asked))
    return picked if picked is None else [urls[number] for number in picked]


def _described(asked: Asked) -> list[tuple[str, str]]:
    return [(printable(o.title or "(no title)", 80), printable(o.url)) for o in asked.offers]


def _refusal(asked: Asked) -> str:
    """Why it is not added."""
    url = shown(asked.feed.url)
    return (
        f"{url} was not added: {printable(troubles(asked)[0])}\n"
        f"`newsbeam feeds check {shlex.quote(url)}` tells more; --no-check adds it all the same."
    )


def _several(asked: Asked, options: list[str], told: bool) -> str:
    """What to type for one of the feeds that a page offers, unless that was told before."""
    page = shown(asked.feed.url)
    if told:
        return f"{page} was not added: none of its feeds was chosen"
    lines = [f"{page} is a page that offers {len(asked.offers)} feeds. Choose:"]
    for number, (title, url) in enumerate(_described(asked), 1):
        lines.append(
            f"  {number}  {title}\n     {shlex.join(['newsbeam', 'feeds', 'add', url, *options])}"
        )
    return "\n".join(lines)
