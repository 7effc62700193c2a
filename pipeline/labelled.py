"""How well rules do on articles that people have labelled, and where they go wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from transforms.rules import nearest
from transforms.topicrules import TopicRules
from transforms.topics import Tagger

LONGEST_LINE = 10_000_000  # characters


class LabelError(ValueError):
    """A line of labelled articles that cannot be used: says which, why and what to write."""


class Labelled(NamedTuple):
    """One article and the topics that it has."""

    line: int
    title: str | None
    text: str | None
    language: str
    outlet: str | None
    topics: frozenset[str]


class Mistake(NamedTuple):
    """A topic that was claimed and is not labelled, or the other way round, and why."""

    line: int
    language: str
    topic: str
    kind: str  # "claimed" (and not labelled) or "missed"
    score: float  # of the topic, claimed or not; 0 where nothing speaks for it
    words: list[str]
    why: str
    title: str


def read_labelled(file: Path, known: list[str]) -> Iterator[Labelled]:
    """The articles of a JSON lines file. LabelError for a line that is not one, or names a topic
    that is not among the known."""
    with open(file, encoding="utf-8", errors="replace") as lines:
        for number, line in enumerate(lines, 1):
            where = f"{file}:{number}"
            if not line.strip():
                continue
            try:
                fields = json.loads(line[:LONGEST_LINE])
            except (ValueError, RecursionError) as error:
                raise LabelError(f"{where}: not JSON ({error})") from error
            if not isinstance(fields, dict):
                raise LabelError(f"{where}: not an object with text, language and topics")
            for key in ("title", "text", "language", "outlet"):
                if not isinstance(fields.get(key), str | None):
                    raise LabelError(f"{where}: {key} must be a text")
            topics = fields.get("topics", fields.get("topic"))
            topics = [topics] if isinstance(topics, str) else topics
            if not isinstance(topics, list) or not all(isinstance(t, str) for t in topics):
                raise LabelError(f'{where}: add the topics it has, such as "topics": ["sport"]')
            if not fields.get("language"):
                raise LabelError(f'{where}: add its language, such as "language": "en"')
            for topic in topics:
                if topic not in known:
                    raise LabelError(f"{where}: there is no topic {topic}{nearest(topic, known)}")
            yield Labelled(
                number,
                fields.get("title"),
                fields.get("text"),
                fields["language"],
                fields.get("outlet"),
                frozenset(topics),
            )


def judge(rules: TopicRules, articles: list[Labelled]) -> dict[str, Any]:
    """Precision, recall and F1 by topic and language, and every mistake, the worst first.

    Only topics that an article is labelled with are judged: of the others nobody said anything.
    """
    tagger = rules.tagger()
    judged = sorted({topic for article in articles for topic in article.topics})
    counts: dict[tuple[str, str], list[int]] = {}  # right, claimed, labelled
    mistakes: list[Mistake] = []
    for article in articles:
        found = {
            match.topic: match
            for match in tagger.tag(article.title, article.text, article.language, article.outlet)
        }
        for topic in judged:
            wanted, claimed = topic in article.topics, topic in found
            for language in (article.language, "all"):
                count = counts.setdefault((topic, language), [0, 0, 0])
                count[0] += wanted and claimed
                count[1] += claimed
                count[2] += wanted
            if claimed and not wanted:
                match = found[topic]
                words = list(dict.fromkeys(e.surface for e in match.evidence))
                labels = ", ".join(sorted(article.topics)) or "no topic"
                mistakes.append(
                    _mistake(article, topic, "claimed", match.score, words, f"it has {labels}")
                )
            elif wanted and not claimed:
                mistakes.append(_missed(tagger, rules, article, topic))
    rows: list[dict[str, Any]] = [
        {"topic": topic, "language": language, "articles": labelled}
        | _measures(right, claimed, labelled)
        for (topic, language), (right, claimed, labelled) in sorted(counts.items())
        if claimed or labelled
    ]
    whole = [row["f1"] for row in rows if row["language"] == "all"]
    # Claimed in vain by the loudest first; missed where least speaks for the topic.
    mistakes.sort(key=lambda m: (m.kind, m.score * (1 if m.kind == "missed" else -1), m.line))
    return {
        "articles": len(articles),
        "topics": rows,
        "macro_f1": round(sum(whole) / len(whole), 4) if whole else 0.0,
        "mistakes": mistakes,
    }


def _measures(right: int, claimed: int, labelled: int) -> dict[str, float]:
    precision = right / claimed if claimed else 0.0
    recall = right / labelled if labelled else 0.0
    f1 = 2 * right / (claimed + labelled)
    return {"precision": round(precision, 4), "recall": round(recall, 4), "f1": round(f1, 4)}


def _missed(tagger: Tagger, rules: TopicRules, article: Labelled, topic: str) -> Mistake:
    fields = (article.title, article.text, article.language)
    if rules.own is not None and any(rule.slug == topic for rule in rules.own.rules):
        why = tagger.why_not(topic, *fields, article.outlet)
        return _mistake(article, topic, "missed", 0.0, [], why)
    for match in tagger.considered(*fields):
        if match.topic == topic:
            words = list(dict.fromkeys(e.surface for e in match.evidence))
            return _mistake(article, topic, "missed", match.score, words, "too little for it")
    known = tagger.knows(article.language)
    why = "none of its terms is there" if known else f"no rules for {article.language}"
    return _mistake(article, topic, "missed", 0.0, [], why)


def _mistake(
    article: Labelled, topic: str, kind: str, score: float, words: list[str], why: str
) -> Mistake:
    title = (article.title or article.text or "")[:100]
    return Mistake(article.line, article.language, topic, kind, score, words[:8], why, title)
