"""Brushed ranges as a text that an address can hold."""

import math
import re
from collections.abc import Sequence

from engine.analysis.charts.parallel import Ranges

_RANGE = re.compile(r"([^~;:,]+)~([^~;:,]+)")


def ranges_text(ranges: Ranges) -> str:
    """Such as `macs:3000000~5000000;d1:2~2,4~4`."""
    return ";".join(
        f"{name}:" + ",".join(f"{low:.8g}~{high:.8g}" for low, high in parts)
        for name, parts in ranges.items()
        if parts
    )


def parse_ranges(text: str, known: Sequence[str]) -> dict[str, list[tuple[float, float]]]:
    """What `ranges_text` wrote, of columns that are `known`; the rest is ignored."""
    ranges: dict[str, list[tuple[float, float]]] = {}
    for entry in text.split(";"):
        name, _, written = entry.partition(":")
        if name in known:
            parts = [_bounds(part) for part in written.split(",")]
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
    old: Ranges, new: Ranges, seen: Sequence[str]
) -> dict[str, Sequence[tuple[float, float]]]:
    """`new` ranges on the columns that were `seen`, with `old` ones on columns that were not."""
    return {**{name: parts for name, parts in old.items() if name not in seen}, **new}
