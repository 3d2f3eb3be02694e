"""The numbers in the cells of a results CSV, each checked against its metric."""

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

_LONGEST = 60  # characters of a cell that a sentence repeats
_ONE_COMMA = re.compile(r"[+-]?[0-9]+,[0-9]+([eE][+-]?[0-9]+)?")
_LIKE_THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2},[0-9]{3}")


@dataclass(frozen=True)
class CellNumbers:
    """The numbers of one column.

    `values` `(rows,)` are NaN where there is none. `unreadable` say of rows, as a sentence, that
    what stands there is no number, `impossible` why it cannot be one of the metric. `zeros` counts
    those that stand for not measured.
    """

    column: MetricColumn
    values: npt.NDArray[np.float64]
    unreadable: dict[int, str]
    impossible: dict[int, str]
    zeros: int

    @property
    def is_fraction(self) -> bool:
        """Whether numbers that should be in percent are all within [0, 1], as shares are."""
        given = self.values[~np.isnan(self.values)]
        in_percent = metric(self.column.metric).unit == "%"
        return in_percent and len(given) > 0 and bool(given.max() <= 1) and bool(given.max() > 0)


def read_numbers(table: ResultsTable) -> list[CellNumbers]:
    """The numbers of each column of a metric.

    Raises ConfigError if commas in them can be read in two ways.
    """
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
                    f"{column.heading} is {quoted(text.strip(), _LONGEST)}, no number. "
                    "Repair or remove the line."
                )
            else:
                values[row] = number
    known = metric(column.metric)
    given = values[~np.isnan(values)]
    # What a metric can be is an interval: its ends speak for all that lies between them.
    if len(given) and any(known.refusal(float(end)) for end in (given.min(), given.max())):
        for row in np.flatnonzero(~np.isnan(values)).tolist():
            if why := known.refusal(float(values[row])):
                impossible[row] = f"{column.heading} {why}. Repair or remove the line."
                values[row] = np.nan
    zeros = values == 0 if column.zero_is_unmeasured else np.zeros(len(cells), dtype=bool)
    values[zeros] = np.nan
    return CellNumbers(column, values, unreadable, impossible, int(zeros.sum()))


def _number(text: str) -> float | None:
    """The finite number that is written there as other programs write numbers, too."""
    if not text.isascii() or "_" in text:
        return None  # what only Python takes for a number
    try:
        value = float(text)
    except ValueError:
        return None
    return value if np.isfinite(value) else None


def _has_decimal_commas(table: ResultsTable) -> bool:
    """Whether commas stand for decimal points; raises ConfigError where that cannot be told.

    It can where commas do not separate the columns, no number has a point, and one at least cannot
    be meant as thousands: it has not three digits behind its comma, or is too large for its metric.
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
    points = any("." in text for column in table.cells.values() for text in column)
    clear = any(not _may_be_thousands(text, column) for _, column, text in cells)
    if clear and not points and all(_ONE_COMMA.fullmatch(text) for _, _, text in cells):
        return True
    row, column, text = cells[0]
    raise ConfigError(
        f"{table.origin}, line {table.lines[row]}: {column.heading} is {quoted(text, _LONGEST)}, "
        "and the file does not show whether its commas are decimal points or separate thousands. "
        "Write numbers with a decimal point and without separators."
    )


def _may_be_thousands(text: str, column: MetricColumn) -> bool:
    whole = _LIKE_THOUSANDS.fullmatch(text)
    return bool(whole) and not metric(column.metric).refusal(float(text.replace(",", "")))
