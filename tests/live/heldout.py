"""Walls and short articles that nothing in live/walls.py was made for; their words are in
heldout.toml. Each is dressed as such pages are: menus, forms, vendors' scripts."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

from tests.live.walls import Case, page

CHALLENGES = (
    '<script src="/cdn-cgi/challenge-platform/h/g/orchestrate/chl_page/v1?ray=8f1"></script>',
    '<script src="https://ct.captcha-delivery.com/c.js"></script>',
    '<script src="/_Incapsula_Resource?SWUDNSAI=31&xinfo=9"></script>',
    '<script src="https://1a2b.eu-west-1.token.awswaf.com/1a2b/challenge.js"></script>',
    '<script src="https://captcha.px-cloud.net/PX1/captcha.js"></script><b id="px-captcha"></b>',
    '<script src="/149e9513-01fa-4fb0-aad4-566afd725d1b/2d206a39-8ed7/ips.js"></script>',
    '<script src="https://js.hcaptcha.com/1/api.js"></script><div class="h-captcha"></div>',
    '<script src="/.within.website/x/cmd/anubis/static/js/main.mjs" type="module"></script>',
)
CONSENTS = (
    '<script src="https://cdn.cookielaw.org/scripttemplates/otSDKStub.js"></script>',
    '<script src="https://sdk.privacy-center.org/0/loader.js"></script>',
    '<script src="https://cdn.privacy-mgmt.com/unified/wrapperMessagingWithoutDetection.js"></script>',
    '<script src="https://app.usercentrics.eu/browser-ui/latest/loader.js"></script>',
    '<script src="https://cmp.quantcast.com/choice.js"></script>',
)
SELLERS = (
    '<script src="https://cdn.tinypass.com/api/tinypass.min.js"></script>',
    '<script src="https://assets.poool.fr/access.min.js"></script>',
    '<script src="https://js.pelcro.com/sdk/main.min.js"></script>',
    '<script src="https://cdn.zephr.com/zephr-browser/1.9.0/zephr-browser.umd.js"></script>',
    '<script src="https://news.google.com/swg/js/v1/swg.js"></script>',
)
_SENTENCE = re.compile(r"(?<=[.?]) |(?<=。)(?=.)")


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split("|")]


def _asking(text: str) -> list[str]:
    """Title, text and buttons: the first of these is the last sentence of the text."""
    title, said, *buttons = _parts(text)
    *sentences, first = _SENTENCE.split(said)
    return [title, " ".join(sentences), first, *buttons]


def _links(words: str) -> str:
    return "".join(f'<li><a href="/{word}">{word}</a></li>' for word in words.split())


def _framed(words: dict[str, Any], title: str, main: str, head: str = "") -> str:
    """Within the menus of a news site."""
    top = f"<header><nav><ul>{_links(words['menu'])}</ul></nav></header>"
    foot = f"<footer><ul>{_links(words['foot'])}</ul><p>© 2031 Gazette</p></footer>"
    return page(title, f"{top}<main>{main}</main>{foot}", head)


def _article(title: str, *paragraphs: str) -> str:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return f"<article><h1>{title}</h1><time datetime='2031-03-04T06:00:00Z'></time>{body}</article>"


def _stated(title: str, free: bool) -> str:
    said = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": title}
    said |= {"isAccessibleForFree": free}
    return f'<script type="application/ld+json">{json.dumps(said)}</script>'


def _offer(parts: list[str]) -> str:
    title = f"<h3>{parts[0]}</h3>" if len(parts) > 1 else ""
    return f'<div class="box">{title}<p>{" ".join(parts[1:] or parts)}</p></div>'


def _buttons(parts: list[str]) -> str:
    return "".join(f"<button>{part}</button>" for part in parts)


def _walls(number: int, words: dict[str, Any]) -> dict[str, Case]:
    lead = words["lead"]
    stop = "。" if "。" in lead else "."
    stated, sold, bare = map(_parts, words["paid"])
    asked, priced = map(_asking, words["consent"])
    title, *form = _parts(words["login"])
    scripted, worded = map(_parts, words["challenge"])
    seller = SELLERS[number % len(SELLERS)]

    def behind(offer: list[str], ending: str, head: str) -> Case:
        shown = _article(words["head"], lead + ending) + _offer(offer)
        return Case("paywall", _framed(words, words["head"], shown, head))

    fields = '<input type="email" name="user"><input type="password" name="secret">'
    return {
        "paid, stated": behind(stated, stop, _stated(words["head"], False)),
        "paid, sold": behind(sold, stop, seller),
        "paid, in words": behind(bare, " …", ""),
        "consent, vendor": Case(
            "consent",
            page(
                asked[0],
                f"<h1>{asked[0]}</h1><p>{asked[1]}</p>{_buttons(asked[2:])}",
                CONSENTS[number % len(CONSENTS)],
            ),
        ),
        "consent, in words": Case(
            "consent",
            page(priced[0], f"<h1>{priced[0]}</h1><p>{priced[1]}</p>{_buttons(priced[2:])}"),
        ),
        "login": Case(
            "login",
            _framed(
                words,
                title,
                f"<h1>{title}</h1><form method='post'><p>{form[0]}</p>{fields}</form>",
            ),
        ),
        "challenge, vendor": Case(
            "challenge",
            page(
                scripted[0],
                f"<h2>{scripted[0]}</h2><p>{scripted[1]}</p>"
                + CHALLENGES[number % len(CHALLENGES)],
            ),
        ),
        "challenge, in words": Case(
            "challenge",
            page(
                worded[0],
                f"<h2>{worded[0]}</h2><p>{worded[1]}</p><form><input type='checkbox'></form>",
            ),
        ),
    }


def _briefs(number: int, words: dict[str, Any]) -> dict[str, Case]:
    """On the same site, with what its walls have, too: scripts, banners, offers, a way in."""
    snow, court, price, robot = map(_parts, words["briefs"])
    asked = _asking(words["consent"][0])
    banner = f'<div id="cmp" role="dialog"><p>{asked[1]}</p>{_buttons(asked[2:])}</div>'
    scripts = CONSENTS[number % len(CONSENTS)] + SELLERS[number % len(SELLERS)]
    account = "<form action='/in'><input name='user'><input type='password' name='secret'></form>"
    sold = _SENTENCE.split(_parts(words["paid"][0])[-1], maxsplit=1)[-1]
    offer = f"<aside>{_offer([sold])}</aside>"
    return {
        "brief, banner": _brief(words, snow, banner, scripts),
        "brief, of cookies": _brief(words, court, "", ""),
        "brief, of prices": _brief(words, price, account, _stated(price[0], True)),
        "brief, offer beside": _brief(words, robot, offer, scripts),
    }


def _brief(words: dict[str, Any], parts: list[str], beside: str, head: str) -> Case:
    return Case(None, _framed(words, parts[0], _article(*parts) + beside, head))


def _cases() -> dict[str, Case]:
    written = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    return {
        f"{language}, {name}": case
        for number, (language, words) in enumerate(written.items())
        for name, case in {**_walls(number, words), **_briefs(number, words)}.items()
    }


_CASES = _cases()
WALLS = {name: case for name, case in _CASES.items() if case.kind is not None}
ARTICLES = {name: case for name, case in _CASES.items() if case.kind is None}
