"""Themes: the colours of figures by name, for a light and a dark page."""

from collections.abc import Mapping
from typing import Any, Literal

Style = Literal["light", "dark", "published"]
"""The colours of a page, or the style in which published notebooks print figures."""

Theme = Mapping[str, str]
"""The colour of each name; `font` is a family of fonts."""

COLOURS = {
    "grid": ("#e6eaf1", "#2a3342"),
    "front": ("#c2410c", "#ff9f5a"),
    "selected": ("#c2185b", "#ff7eb6"),
    "outline": ("#ffffff", "#11161f"),
    "order0": ("#22908c", "#2b758e"),
    "order1": ("#2c728e", "#1fa187"),
    "order2": ("#3b518a", "#4ac16d"),
    "order3": ("#462d7b", "#a0da39"),
    "order4": ("#440154", "#fde725"),
    "high": ("#86aef5", "#2c5aa6"),
    "low": ("#efb37c", "#8a5718"),
    "failed": ("#b3261e", "#ff8a80"),
    "series0": ("#1f4fb0", "#9cc0ff"),
    "series1": ("#0f6b3a", "#6fd69b"),
    "series2": ("#8a4b00", "#ffb667"),
    "series3": ("#6b2fa0", "#d3a6ff"),
}
"""Colours of figures alone, on a light and on a dark page.

`order0` to `order4` are the evaluations from the oldest to the newest: the part of viridis with a
contrast of at least 3:1 to the page, its far end for the newest.
"""

_PAGE_COLOURS = {
    "background": ("#ffffff", "#11161f"),
    "text": ("#1b2330", "#e6eaf2"),
    "panel": ("#f4f6fa", "#1a212d"),
    "border": ("#d5dbe5", "#333d4f"),
    "muted": ("#566074", "#a9b4c6"),
}
_FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"


def page_theme(style: Literal["light", "dark"]) -> Theme:
    """The colours of the dashboard's pages; a browser has its own copy."""
    column = ("light", "dark").index(style)
    pairs = {**_PAGE_COLOURS, **COLOURS}
    return {"font": _FONT, **{name: pair[column] for name, pair in pairs.items()}}


def apply_theme(part: Any, theme: Theme) -> Any:
    """A figure, or a part of one, with colours in place of their names."""
    if isinstance(part, str):
        return theme.get(part[1:], part) if part.startswith("@") else part
    if isinstance(part, dict):
        return {name: apply_theme(inner, theme) for name, inner in part.items()}
    if isinstance(part, list | tuple):
        return [apply_theme(inner, theme) for inner in part]
    return part
