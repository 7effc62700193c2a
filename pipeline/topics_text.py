"""What `newsbeam topics` finds, for people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pipeline.query import printable

_MOST_LANGUAGES = 6  # spelled out in the table
_MOST_BROKEN = 50


def table(rows: list[dict[str, Any]]) -> str:
    """The topics, a line each."""
    lines = [("topic", "label", "broader", "rules", "terms", "languages")]
    for row in rows:
        codes = row["languages"]
        more = f" and {len(codes) - _MOST_LANGUAGES} more" if len(codes) > _MOST_LANGUAGES else ""
        lines.append(
            (
                row["topic"],
                printable(row["label"], 50),
                row["broader"] or "",
                row["ruleset"],
                f"{row['terms']:,}",
                ", ".join(codes[:_MOST_LANGUAGES]) + more or "all",
            )
        )
    return "\n".join(_aligned(lines, {4}))


def tested(values: dict[str, Any]) -> str:
    """What became of the examples, and how the rules did on labelled articles."""
    broken = values["broken"]
    good = values["examples"] - len(broken)
    lines = [
        f"rules       {values['rules']}",
        f"examples    {good:,} hold, {len(broken):,} do not",
        *(f"  {printable(each, 200)}" for each in broken[:_MOST_BROKEN]),
    ]
    if len(broken) > _MOST_BROKEN:
        lines.append(f"  and {len(broken) - _MOST_BROKEN:,} more")
    if "topics" not in values:
        return "\n".join(lines)
    lines += [f"labelled    {values['articles']:,} articles", ""]
    rows = [("topic", "language", "articles", "precision", "recall", "F1")]
    for row in values["topics"]:
        measures = (f"{row[name]:.3f}" for name in ("precision", "recall", "f1"))
        rows.append((row["topic"], row["language"], f"{row['articles']:,}", *measures))
    rows.append(("mean", "all", f"{values['articles']:,}", "", "", f"{values['macro_f1']:.3f}"))
    lines += _aligned(rows, {2, 3, 4, 5})
    for kind, title in (("claimed", "claimed in vain"), ("missed", "missed")):
        mistakes = [each for each in values["mistakes"] if each["kind"] == kind]
        if mistakes:
            lines += ["", f"{title}, the worst first"]
        for each in mistakes:
            said = printable(", ".join(each["words"]), 100)
            by = f", by {said}" if said else ""
            lines.append(
                f"  line {each['line']} ({each['language']}) {each['topic']} {each['score']:.2f}"
                f"{by}: {printable(each['why'], 100)}"
            )
            lines.append(f"    {printable(each['title'], 90)}")
    return "\n".join(lines)


def previewed(values: dict[str, Any]) -> str:
    """What would be gained and lost, by topic."""
    lines = [
        f"before      {values['before']}",
        f"now         {values['rules']}",
        f"last {values['days']} days: {values['articles']:,} articles, "
        f"{values['changed']:,} with other topics",
    ]
    rows = [("topic", "gained", "lost", "stays")]
    changed = [each for each in values["topics"] if each["gained"] or each["lost"]]
    for each in changed:
        rows.append((each["topic"], *(f"{each[name]:,}" for name in ("gained", "lost", "stays"))))
    if changed:
        lines += ["", *_aligned(rows, {1, 2, 3})]
    for each in changed:
        lines += ["", each["topic"]]
        for sign, listed, count in (("+", "gains", "gained"), ("-", "losses", "lost")):
            for article in each[listed]:
                outlet = f"{printable(article['outlet'])}, " if article["outlet"] else ""
                said = printable(", ".join(article["words"]), 100)
                lines.append(
                    f"  {sign} {printable(article['title'], 80)} ({outlet}{article['day']}): {said}"
                )
            more = each[count] - len(each[listed])
            if more:
                lines.append(f"  {sign} and {more:,} more")
    return "\n".join(lines)


def _aligned(rows: Sequence[tuple[str, ...]], right: set[int]) -> list[str]:
    from rich.cells import cell_len  # Chinese characters are two columns wide

    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = []
        for i, (value, width) in enumerate(zip(row, widths, strict=True)):
            space = " " * (width - cell_len(value))
            cells.append(space + value if i in right else value + space)
        lines.append("  ".join(cells).rstrip())
    return lines
