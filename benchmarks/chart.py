"""A bar chart as SVG, by hand: no library draws so little for so little."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

_WIDTH, _LABELS, _ROW, _TOP = 720, 260, 26, 64
_COLOURS = ("#2f6f9f", "#7fb2d6", "#c98a3c", "#8c8c8c")


def bars(
    path: Path,
    title: str,
    unit: str,
    rows: Sequence[tuple[str, str, float]],
) -> None:
    """Writes a chart: one bar a row of (label, series, value); a colour for each series."""
    series = list(dict.fromkeys(name for _, name, _ in rows))
    most = max(value for _, _, value in rows)
    room = _WIDTH - _LABELS - 90
    height = _TOP + _ROW * len(rows) + 16
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}" '
        f'viewBox="0 0 {_WIDTH} {height}" font-family="sans-serif" font-size="13">',
        f'<rect width="{_WIDTH}" height="{height}" fill="white"/>',
        f'<text x="16" y="26" font-size="16" font-weight="bold">{escape(title)}</text>',
        f'<text x="16" y="46" fill="#555">{escape(unit)}</text>',
    ]
    for number, (label, name, value) in enumerate(rows):
        y = _TOP + number * _ROW
        length = max(room * value / most, 1)
        colour = _COLOURS[series.index(name) % len(_COLOURS)]
        parts += [
            f'<text x="{_LABELS - 8}" y="{y + 15}" text-anchor="end">{escape(label)}</text>',
            f'<rect x="{_LABELS}" y="{y}" width="{length:.1f}" height="20" fill="{colour}"/>',
            f'<text x="{_LABELS + length + 6:.1f}" y="{y + 15}">{value:,.4g}</text>'
            if value < 100
            else f'<text x="{_LABELS + length + 6:.1f}" y="{y + 15}">{value:,.0f}</text>',
        ]
    path.write_text("\n".join([*parts, "</svg>", ""]), encoding="utf-8")
