"""The topics that articles can be tagged with, as rows."""

from __future__ import annotations

from typing import Any

from transforms.ownrules import ROLES
from transforms.topicrules import TopicRules


def listed(rules: TopicRules) -> list[dict[str, Any]]:
    """One row a topic, by rule set and slug. `languages` is empty where all are meant."""
    rows: list[dict[str, Any]] = [
        {"topic": topic.slug, "label": topic.label, "broader": topic.broader}
        | {"languages": [], "terms": 0, "ruleset": "", "version": ""}
        for topic in rules.topics
    ]
    by_slug = {row["topic"]: row for row in rows}
    if rules.rules is not None:
        for language, terms in rules.rules.terms.items():
            for term in terms:
                if (found := by_slug.get(term.topic)) is not None:
                    found["terms"] += 1
                    if language not in found["languages"]:
                        found["languages"].append(language)
        for topic in rules.rules.topics:
            by_slug[topic.slug] |= {"ruleset": rules.rules.name, "version": rules.rules.version}
    if rules.own is not None:
        for rule in rules.own.rules:
            entries = [entry for role in ROLES for entry in getattr(rule, role)]
            named = {code for entry in entries for code in entry.languages}
            everywhere = not rule.languages and any(not entry.languages for entry in entries)
            by_slug[rule.slug] |= {
                "languages": [] if everywhere else sorted(named),
                "terms": sum(
                    len(e.expression.left) + len(e.expression.right) + bool(e.expression.regex)
                    for e in entries
                ),
                "ruleset": rules.own.name,
                "version": rules.own.version,
            }
    return sorted(rows, key=lambda row: (row["ruleset"] != "medtop", row["ruleset"], row["topic"]))
