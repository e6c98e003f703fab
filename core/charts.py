"""Geometry of the bar chart, drawn by the server as SVG: no script, no inline style."""

from __future__ import annotations

from typing import Any

ROW_HEIGHT = 44
# The longest bar stops here, so that its figure fits to its right at 390 px.
FULL_WIDTH_PERCENT = 82


def bar_rows(rows: list[tuple[str, int | None]]) -> dict[str, Any]:
    """Bars of a horizontal chart. Attributes are texts: a template would print 1,5 in French."""
    highest = max((value for _, value in rows if value), default=0)
    bars = []
    for index, (label, value) in enumerate(rows):
        percent = FULL_WIDTH_PERCENT * value / highest if value else 0
        bars.append(
            {
                "label": label,
                "value": value,
                "width": f"{percent:.2f}%",
                "label_y": str(index * ROW_HEIGHT + 14),
                "bar_y": str(index * ROW_HEIGHT + 20),
                "figure_y": str(index * ROW_HEIGHT + 33),
            }
        )
    return {"bars": bars, "height": str(len(rows) * ROW_HEIGHT)}
