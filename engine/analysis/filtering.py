"""Which sub-networks of a run pass a filter: an expression, and ranges on columns."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.analysis.charts.parallel import Ranges, brushed_mask
from engine.errors import FilterError
from engine.metrics import find
from engine.runs.columns import RunColumns
from engine.runs.filter_expression import parse_filter

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class FilterResult:
    """`by_text` and `mask` are `(n,)`: what the expression lets pass, and what ranges do as well.

    `error` says what is wrong with the expression, which then lets all pass.
    """

    by_text: Mask
    mask: Mask
    ranges: Ranges
    active: bool
    error: str = ""


def matches(columns: RunColumns, text: str, ranges: Ranges, n: int) -> FilterResult:
    """What passes an expression and lies in ranges; `front` means the front after `n`."""
    everything = np.ones(len(columns), dtype=bool)
    by_text, error = everything, ""
    named = columns.by_name(len(columns))
    if text.strip():
        try:
            condition = parse_filter(text, list(named), columns.categories)
            rows = {name: named[name] for name in condition.names}
            if "front" in rows:
                rows["front"] = columns.front(n)
            by_text = condition.mask(rows) if rows else condition.mask({"number": columns.number})
        except FilterError as problem:
            error = str(problem)
    mask = by_text & brushed_mask(columns, ranges, len(columns)) if ranges else by_text
    active = bool(ranges) or (bool(text.strip()) and not error)
    return FilterResult(by_text, mask, ranges, active, error)


def example(columns: RunColumns) -> str:
    """A filter that makes sense of this run's numbers."""
    parts: dict[str, str] = {}
    for name, values in columns.metrics.items():
        there = values[np.isfinite(values)]
        better = known.direction if (known := find(name)) else ""
        if len(there) and better and better not in parts:
            limit = _short(float(np.median(there)))
            parts[better] = f"{name} {'<' if better == 'min' else '>'} {limit}"
    return " and ".join([*parts.values(), "feasible"])


def _short(value: float) -> str:
    """Three figures as the filter reads them, such as `5.84M`."""
    for factor, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= factor:
            return f"{value / factor:.3g}{letter}"
    return f"{value:.3g}"
