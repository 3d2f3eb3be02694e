"""The part of a figure's points with what their hover texts say beside the axes."""

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from engine.analysis.charts.hover_columns import HoverColumn
from engine.analysis.name_text import in_chart

_LONGEST_NOTE, _LINE = 240, 44  # characters
_LONGEST_TEXT = 40


def hover_points(columns: Sequence[HoverColumn], notes: Mapping[int, str]) -> dict[str, Any]:
    """`columns` and `notes` of points; a figure without any has neither."""
    parts: dict[str, Any] = {}
    if columns:
        parts["columns"] = [
            {
                "label": in_chart(column.label, _LONGEST_TEXT),
                "values": column.values,
                "texts": {
                    value: in_chart(text, _LONGEST_TEXT) for value, text in column.texts.items()
                },
                "decimals": column.decimals,
                "unit": in_chart(column.unit, _LONGEST_TEXT),
            }
            for column in columns
        ]
    if notes:
        parts["notes"] = {str(number): _note(text) for number, text in notes.items()}
    return parts


def hover_lines(points: Mapping[str, Any], row: int) -> list[str]:
    """The lines of the point `row`, as the browser writes them."""
    lines = [_line(column, row) for column in points.get("columns", ())]
    note = points.get("notes", {}).get(str(int(points["number"][row])))
    return [*lines, note] if note else lines


def _line(column: Mapping[str, Any], row: int) -> str:
    own = HoverColumn(
        column["label"], column["values"], column["texts"], column["decimals"], column["unit"]
    )
    return own.text(row)


def _note(text: str) -> str:
    """A note as lines of a hover text."""
    lines = textwrap.wrap(in_chart(text, _LONGEST_NOTE), _LINE)
    return "<br>".join(["Note: " + lines[0], *lines[1:]]) if lines else ""
