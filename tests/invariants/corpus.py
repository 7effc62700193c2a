"""About 3,000 articles with everything that could make order matter. The same at every call."""

from __future__ import annotations

import random
from functools import cache

from records import Article, Evidence, Reject, TopicMatch
from sources.identity import identified
from tests.support import DAY, NOON, SECOND, worked_out

HOUR = 3600 * SECOND
LIMIT = 40  # texts that make a template here; tests/sinks/test_templates.py has the true limit
_WORDS = [f"word{number}" for number in range(4000)]


class _Maker:
    def __init__(self) -> None:
        self.rng = random.Random(1987)
        self.articles: list[Article] = []
        self._number = 0

    def prose(self, count: int) -> list[str]:
        return self.rng.choices(_WORDS, k=count)

    def edited(self, words: list[str], edits: int) -> list[str]:
        words = list(words)
        for _ in range(edits):
            words[self.rng.randrange(len(words))] = self.rng.choice(_WORDS)
        return words

    def seen(self) -> int:
        return NOON + self.rng.randrange(240) * HOUR  # on purpose: many at the same time

    def date(self) -> dict[str, object]:
        kind = self.rng.randrange(8)
        if kind < 2:
            return {}
        stated = {
            2: 0,  # 1970
            3: NOON + 75 * 366 * DAY,  # 2099
            4: 253_339_228_800 * SECOND,  # 9998
        }.get(kind, NOON - self.rng.randrange(100) * HOUR)
        precision = "day" if kind in (4, 5) else "second"
        return {
            "published_at": stated // DAY * DAY if precision == "day" else stated,
            "published_precision": precision,
            "published_from": "feed",
        }

    def add(self, words: list[str] | None, url: str | None = None, **fields: object) -> Article:
        self._number += 1
        outlet = f"Outlet {self.rng.randrange(12)}"
        values: dict[str, object] = {
            "source": f"/in/{self._number % 40}.jsonl",
            "url": url or f"https://news.example/{self._number}",
            "outlet": outlet,
            "title": f"{outlet} {self._number}" if self.rng.random() < 0.8 else None,
            "seen_at": self.seen(),
            **self.date(),
        }
        text = None if words is None else self.rng.choice((" ", " ", "\n", "  ")).join(words)
        if text and self.rng.random() < 0.1:
            text = text.upper()
        received = identified(Article(article_id="", document_id=0, text=text, **values | fields))
        enriched = worked_out(received)
        tag = int(enriched.fingerprint.content_id[0], 16)
        if tag == 0:
            enriched = enriched._replace(topics=None)
        elif text and tag > 7:
            evidence = Evidence("term", text[:4], "text", 1, 4, 0.1)
            topics = [TopicMatch(f"topic-{tag}", tag * 0.1, "rules", "1", (evidence,) * (tag % 3))]
            topics += [TopicMatch("also", 0.1 + 0.2, "rules", "1", ())]
            enriched = enriched._replace(topics=tuple(topics))
        self.articles.append(enriched)
        return enriched


def _revised(make: _Maker, story: int) -> None:
    """One article that goes from A to B, perhaps to C, and back, A being like another's text."""
    url = f"https://revised.example/{story}"
    first = make.prose(40)
    make.add(make.edited(first, 1))
    versions = [first, make.edited(first, 25), make.prose(30)][: make.rng.choice((2, 2, 3))]
    title = f"Story {story}"
    for at, words in enumerate([*versions, first]):
        seen = NOON + at * make.rng.choice((0, 5, 5)) * HOUR
        make.add(words, url, title=title, seen_at=seen)


def _in_two_feeds(make: _Maker, story: int) -> None:
    url = f"https://feeds.example/{story}"
    words = make.prose(60)
    for feed, kind, part in (("a", "feed_summary", words[:25]), ("b", "feed_full", words)):
        for _ in range(make.rng.randrange(1, 3)):
            fetched = make.seen()
            address = f"https://{feed}.example/rss"
            make.add(
                part,
                url,
                title=f"Story {story}",
                text_from=kind,
                feed=address,
                source=address,
                guid=f"{feed}{story}",
                seen_at=fetched,
                fetched_at=fetched,
            )
    if story % 4 == 0:
        make.add(make.edited(words, 2), url, title=f"Story {story}", text_from="page")


def _said_differently(make: _Maker, story: int) -> None:
    """One content in several documents: case, dates, outlet, alias and authors differ."""
    url = f"https://same.example/{story}"
    words = make.prose(35)
    for number in range(4):
        make.add(
            words,
            url,
            title="Just the same",
            outlet=make.rng.choice((None, "Outlet", "OUTLET")),
            alias=make.rng.choice((None, f"https://alias.example/{story}")),
            redirect=make.rng.choice((None, f"https://alias.example/{story}")),
            authors=("Ann",) * (number % 2),
        )


@cache
def corpus() -> tuple[list[Article], list[Reject]]:
    """Articles as the workers leave them, and rejects. The first document of each id is new."""
    make = _Maker()
    for _ in range(900):
        make.add(make.prose(make.rng.randrange(3, 70)))
    for _ in range(100):  # near copies, exact copies, excerpts
        base = make.prose(make.rng.randrange(30, 90))
        for edits in (0, 1, 2, 4, 6):
            make.add(make.edited(base, make.rng.randrange(edits + 1)))
        make.add(base[: make.rng.randrange(25, len(base) + 1)])
    for _ in range(15):  # chains: each like the next, the ends unlike
        link = make.prose(60)
        for step in range(7):
            make.add(link)
            link = link[: 8 * step] + make.prose(6) + link[8 * step + 6 :]
    for story in range(110):
        _revised(make, story)
        _in_two_feeds(make, story)
    for story in range(50):
        _said_differently(make, story)
    for _ in range(30):  # titles alone, short texts
        title = " ".join(make.prose(make.rng.randrange(3, 8)))
        make.add(None, title=title)
        make.add(None, title=title.upper())
        short = make.prose(12)
        make.add(short)
        make.add(short)
    for mould in range(3):  # templates, and copies of what came out of them
        boilerplate = make.prose(50)
        texts = [boilerplate + make.prose(5) for _ in range(LIMIT + 15 * mould)]
        texts += [boilerplate[:35] + make.prose(1) for _ in range(4)]
        texts += [boilerplate + make.prose(150) for _ in range(8)]
        for text in [*texts, *make.rng.sample(texts, 15)]:
            make.add(text)
    again = make.rng.sample(make.articles, 250)  # the same documents met again elsewhere
    make.articles += [
        each._replace(seen_at=make.seen(), source=make.rng.choice((each.source, "/in/again.jsonl")))
        for each in again
    ]
    rejects = [
        Reject(
            "parse", f"reason{number % 5}", "detail", "/in/1.jsonl", f"line {number % 60}", "x",
            make.seen(), number % 7 == 0,
        )
        for number in range(90)
    ]  # fmt: skip
    return make.articles, rejects
