"""Brushed ranges as text for the address of the page, and back."""

import math
import re
from collections.abc import Sequence

from engine.analysis.charts.parallel import Ranges

_RANGE = re.compile(r"([^~;:,]+)~([^~;:,]+)")


def ranges_text(ranges: Ranges) -> str:
    """The ranges as text, such as `macs:3000000~5000000;d1:2~2,4~4`."""
    return ";".join(
        f"{name}:" + ",".join(f"{low:.8g}~{high:.8g}" for low, high in parts)
        for name, parts in ranges.items()
        if parts
    )


def parse_ranges(text: str, names: Sequence[str]) -> dict[str, list[tuple[float, float]]]:
    """The ranges in the text of `ranges_text`; columns not in `names` are ignored."""
    ranges: dict[str, list[tuple[float, float]]] = {}
    for entry in text.split(";"):
        name, _, ranges_part = entry.partition(":")
        if name in names:
            parts = [_bounds(part) for part in ranges_part.split(",")]
            ranges[name] = [part for part in parts if part is not None]
    return {name: parts for name, parts in ranges.items() if parts}


def _bounds(text: str) -> tuple[float, float] | None:
    match = _RANGE.fullmatch(text)
    try:
        low, high = (float(match[1]), float(match[2])) if match else (math.nan, math.nan)
    except ValueError:
        return None
    return (low, high) if math.isfinite(low) and math.isfinite(high) and low <= high else None


def merge_ranges(
    all_ranges: Ranges, brushed: Ranges, axes: Sequence[str]
) -> dict[str, Sequence[tuple[float, float]]]:
    """The `brushed` ranges of the shown `axes`, and those of `all_ranges` on other columns."""
    return {**{name: parts for name, parts in all_ranges.items() if name not in axes}, **brushed}
