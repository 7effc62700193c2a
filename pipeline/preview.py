"""What rules would change in the last days of a store: articles gained and lost, with words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb

from records import Evidence
from transforms.topicrules import TopicRules

_TOGETHER = 64  # articles tagged at once
_DAY = 86_400_000_000  # microseconds

_RECENT = """
SELECT a.article_id, a.title, a.text, a.language, a.outlet,
    strftime(coalesce(a.published_at, a.first_seen_at), '%Y-%m-%d') AS day, t.tags
FROM articles a LEFT JOIN (
    SELECT article_id, list({
        'topic': topic, 'score': score, 'words': [e.surface FOR e IN evidence]
    }) AS tags
    FROM article_topics GROUP BY article_id
) t USING (article_id)
WHERE coalesce(a.published_at, a.first_seen_at) > make_timestamptz($1)
    AND coalesce(a.published_at, a.first_seen_at) <= make_timestamptz($2)
ORDER BY a.article_id
"""


def preview(
    db: duckdb.DuckDBPyConnection, rules: TopicRules, now: int, days: int, most: int
) -> dict[str, Any]:
    """By topic how many articles of the last days it would gain and lose, and the first `most`.

    Articles count by publication, or where they do not say by when they were first seen. Those
    gained come with the greatest score first, those lost with the greatest they had.
    """
    tagger = rules.tagger()
    topics: dict[str, dict[str, Any]] = {}
    seen = changed = 0

    def entry(topic: str) -> dict[str, Any]:
        start = {"gained": 0, "lost": 0, "stays": 0, "gains": [], "losses": []}
        return topics.setdefault(topic, {"topic": topic, **start})

    for rows in _portions(db.execute(_RECENT, [now - days * _DAY, now])):
        found = tagger.tag_all([(row[1], row[2], row[3], row[4]) for row in rows])
        for (article_id, title, text, _, outlet, day, tags), matches in zip(
            rows, found, strict=True
        ):
            seen += 1
            before = {tag["topic"]: tag for tag in tags or ()}
            after = {match.topic: match for match in matches}
            changed += before.keys() != after.keys()
            shown = {"article_id": article_id, "title": title or (text or "")[:80]}
            shown |= {"outlet": outlet, "day": day}
            for topic in after.keys() & before.keys():
                entry(topic)["stays"] += 1
            for topic in after.keys() - before.keys():
                match = after[topic]
                _add(entry(topic), "gain", match.score, _words(match.evidence), shown, most)
            for topic in before.keys() - after.keys():
                tag = before[topic]
                words = list(dict.fromkeys(tag["words"]))
                _add(entry(topic), "lose", tag["score"], words, shown, most)
    ordered = sorted(topics.values(), key=lambda t: (-t["gained"] - t["lost"], t["topic"]))
    for each in ordered:
        for kind in ("gains", "losses"):
            each[kind].sort(key=lambda a: (-a["score"], a["article_id"]))
            del each[kind][most:]
    return {"articles": seen, "changed": changed, "topics": ordered}


def _portions(cursor: duckdb.DuckDBPyConnection) -> Iterator[list[tuple[Any, ...]]]:
    while rows := cursor.fetchmany(_TOGETHER):
        yield rows


def _words(evidence: tuple[Evidence, ...]) -> list[str]:
    return list(dict.fromkeys(each.surface for each in evidence))


def _add(
    topic: dict[str, Any], what: str, score: float, words: list[str], shown: dict, most: int
) -> None:
    counted, listed = ("gained", "gains") if what == "gain" else ("lost", "losses")
    topic[counted] += 1
    kept = topic[listed]
    kept.append({**shown, "score": score, "words": words[:8]})
    if len(kept) > 4 * most + 100:
        kept.sort(key=lambda a: (-a["score"], a["article_id"]))
        del kept[most:]
