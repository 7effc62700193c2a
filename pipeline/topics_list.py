"""The topics that articles can be tagged with, as rows and as a table."""

from __future__ import annotations

from typing import Any

from transforms.ownrules import ROLES
from transforms.topicrules import TopicRules

_MOST_LANGUAGES = 6  # spelled out in the table


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


def table(rows: list[dict[str, Any]]) -> str:
    """The same for people."""
    lines = [("topic", "label", "broader", "rules", "terms", "languages")]
    for row in rows:
        codes = row["languages"]
        more = f" and {len(codes) - _MOST_LANGUAGES} more" if len(codes) > _MOST_LANGUAGES else ""
        lines.append(
            (
                row["topic"],
                row["label"],
                row["broader"] or "",
                row["ruleset"],
                f"{row['terms']:,}",
                ", ".join(codes[:_MOST_LANGUAGES]) + more or "all",
            )
        )
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(
            value.rjust(width) if i == 4 else value.ljust(width)
            for i, (value, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )
