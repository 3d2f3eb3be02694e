"""Parses and validates the numbers in the metric columns of a results CSV."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.errors import ConfigError
from engine.metrics import metric
from engine.quoting import quoted
from engine.runs.importing.columns import MetricColumn
from engine.runs.importing.table import ResultsTable

_MAX_QUOTE = 60  # characters of a cell in an error message
_ONE_COMMA = re.compile(r"[+-]?[0-9]+,[0-9]+([eE][+-]?[0-9]+)?")
_LIKE_THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2},[0-9]{3}")


@dataclass(frozen=True)
class CellNumbers:
    """The numbers of one column.

    `values` `(rows,)` are NaN where there is none. `unreadable` and `impossible` map rows to
    sentences: the cell is not a number, or not a valid value of the metric. `zeros` counts the
    zeros that mean not measured.
    """

    column: MetricColumn
    values: npt.NDArray[np.float64]
    unreadable: dict[int, str]
    impossible: dict[int, str]
    zeros: int

    @property
    def is_fraction(self) -> bool:
        """Whether all values of a percentage are in [0, 1], as if they were fractions."""
        values = self.values[~np.isnan(self.values)]
        in_percent = metric(self.column.metric).unit == "%"
        return in_percent and len(values) > 0 and bool(values.max() <= 1) and bool(values.max() > 0)


def read_numbers(table: ResultsTable) -> list[CellNumbers]:
    """The numbers of each metric column; raises ConfigError if their commas are ambiguous."""
    decimal = "," if _has_decimal_commas(table) else "."
    return [
        _numbers(column, table.cells[column.metric], decimal) for column in table.columns.metrics
    ]


def _numbers(column: MetricColumn, cells: Sequence[str], decimal: str) -> CellNumbers:
    values = np.full(len(cells), np.nan)
    unreadable: dict[int, str] = {}
    impossible: dict[int, str] = {}
    for row, text in enumerate(cells):
        if text and not text.isspace():
            number = _number(text if decimal == "." else text.replace(decimal, "."))
            if number is None:
                unreadable[row] = (
                    f"{column.heading} is {quoted(text.strip(), _MAX_QUOTE)}, no number. "
                    "Repair or remove the line."
                )
            else:
                values[row] = number
    column_metric = metric(column.metric)
    valid_values = values[~np.isnan(values)]
    # Valid values form an interval: if both extremes are valid, all values are.
    if len(valid_values) and any(
        column_metric.refusal(float(end)) for end in (valid_values.min(), valid_values.max())
    ):
        for row in np.flatnonzero(~np.isnan(values)).tolist():
            if reason := column_metric.refusal(float(values[row])):
                impossible[row] = f"{column.heading} {reason}. Repair or remove the line."
                values[row] = np.nan
    zeros = values == 0 if column.zero_is_unmeasured else np.zeros(len(cells), dtype=bool)
    values[zeros] = np.nan
    return CellNumbers(column, values, unreadable, impossible, int(zeros.sum()))


def _number(text: str) -> float | None:
    """The finite number in a cell; None if it is not a number."""
    if not text.isascii() or "_" in text:
        return None  # a number in Python syntax only
    try:
        value = float(text)
    except ValueError:
        return None
    return value if np.isfinite(value) else None


def _has_decimal_commas(table: ResultsTable) -> bool:
    """Whether commas are decimal points; raises ConfigError if that is ambiguous.

    They are if commas do not separate the columns, no number has a point, and at least one comma
    cannot separate thousands: it is not followed by three digits, or the number would be invalid.
    """
    if table.separator == ",":
        return False
    cells = [
        (row, column, text.strip())
        for column in table.columns.metrics
        for row, text in enumerate(table.cells[column.metric])
        if "," in text
    ]
    if not any(_ONE_COMMA.fullmatch(text) for _, _, text in cells):
        return False
    has_points = any("." in text for column in table.cells.values() for text in column)
    is_unambiguous = any(not _may_be_thousands(text, column) for _, column, text in cells)
    if (
        is_unambiguous
        and not has_points
        and all(_ONE_COMMA.fullmatch(text) for _, _, text in cells)
    ):
        return True
    row, column, text = cells[0]
    raise ConfigError(
        f"{table.origin}, line {table.lines[row]}: {column.heading} is {quoted(text, _MAX_QUOTE)}, "
        "and the file does not show whether its commas are decimal points or separate thousands. "
        "Write numbers with a decimal point and without separators."
    )


def _may_be_thousands(text: str, column: MetricColumn) -> bool:
    match = _LIKE_THOUSANDS.fullmatch(text)
    return bool(match) and not metric(column.metric).refusal(float(text.replace(",", "")))
