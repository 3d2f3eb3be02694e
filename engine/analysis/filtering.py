"""Filters of a run's sub-networks: an expression, and ranges on columns."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.analysis.charts.parallel import Ranges, brushed_mask
from engine.errors import FilterError
from engine.metrics import find_metric
from engine.runs.columns import RunColumns
from engine.runs.filter_expression import parse_filter

Mask = npt.NDArray[np.bool_]

_EXAMPLE_LENGTH = 60  # characters, which fit a field of a narrow page


@dataclass(frozen=True)
class FilterResult:
    """Masks `(n,)`: `expression_mask` of the expression alone, `mask` of expression and ranges.

    `error` says what is wrong with the expression; a wrong expression lets all rows pass.
    """

    expression_mask: Mask
    mask: Mask
    ranges: Ranges
    is_active: bool
    error: str = ""


def filter_rows(columns: RunColumns, text: str, ranges: Ranges, n: int) -> FilterResult:
    """The rows that match an expression and ranges; `front` is the front after `n` evaluations."""
    all_rows = np.ones(len(columns), dtype=bool)
    expression_mask, error = all_rows, ""
    columns_by_name = columns.by_name(len(columns))
    if text.strip():
        try:
            condition = parse_filter(text, list(columns_by_name), columns.categories)
            rows = {name: columns_by_name[name] for name in condition.names}
            if "front" in rows:
                rows["front"] = columns.front(n)
            expression_mask = (
                condition.mask(rows) if rows else condition.mask({"number": columns.number})
            )
        except FilterError as filter_error:
            error = str(filter_error)
    mask = (
        expression_mask & brushed_mask(columns, ranges, len(columns)) if ranges else expression_mask
    )
    is_active = bool(ranges) or (bool(text.strip()) and not error)
    return FilterResult(expression_mask, mask, ranges, is_active, error)


def example_filter(columns: RunColumns) -> str:
    """An example of a filter, with limits from this run's values: of few metrics if long."""
    parts: dict[str, str] = {}
    for name, values in columns.metrics.items():
        known_values = values[np.isfinite(values)]
        direction = metric.direction if (metric := find_metric(name)) else ""
        if len(known_values) and direction and direction not in parts:
            limit = _short_number(float(np.median(known_values)))
            parts[direction] = f"{name} {'<' if direction == 'min' else '>'} {limit}"
    conditions = [*parts.values(), "feasible"]
    while len(text := " and ".join(conditions)) > _EXAMPLE_LENGTH and len(conditions) > 2:
        del conditions[-2]
    return text


def _short_number(value: float) -> str:
    """Three significant digits in the filter's syntax, such as `5.84M`."""
    for factor, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= factor:
            return f"{value / factor:.3g}{letter}"
    return f"{value:.3g}"
