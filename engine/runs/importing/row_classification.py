"""Classifies the rows of a results CSV as distinct, repeated or refused."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.metrics import metric
from engine.runs.importing.cells import CellNumbers
from engine.runs.importing.duplicates import DistinctRows
from engine.runs.importing.refusals import Refusals
from engine.runs.importing.sub_networks import SubNetworks
from engine.runs.importing.table import ResultsTable
from engine.runs.importing.tolerances import macs_agree
from engine.supernets.base import Supernet


@dataclass(frozen=True)
class ClassifiedRows:
    """The `distinct` sub-networks, each with the index of its first row, and the `refusals`.

    `confirmed` counts the rows whose MACs are those of their sub-network.
    """

    distinct: DistinctRows
    refusals: Refusals
    confirmed: int


def classify_rows(
    table: ResultsTable, numbers: Sequence[CellNumbers], rows: Sequence[int], networks: SubNetworks,
    supernet: Supernet,
) -> ClassifiedRows:  # fmt: skip
    """Classify `rows` of the table, whose sub-networks are `networks`, in order.

    Computable metrics are not taken from the file; MACs serve to verify the supernet.
    """
    distinct, refusals, confirmed = DistinctRows(), Refusals(table.lines), 0
    macs = macs_column(numbers, rows)
    has_equal_macs = macs_agree(macs, networks.macs).tolist()
    differs = (~np.isnan(macs - networks.macs) & ~np.array(has_equal_macs)).tolist()
    keys = supernet.space.keys(networks.genotypes)
    measured_values = {
        n.column.metric: n.values[list(rows)].tolist()
        for n in numbers
        if not metric(n.column.metric).computable
    }
    for index, row in enumerate(rows):
        if row in table.overlong:
            refusals.add(row, "length", _overlong_reason(table.overlong[row]))
        elif row in table.surplus:
            refusals.add(row, "shape", _surplus_reason(table, row))
        elif index in networks.problems:
            problem = networks.problems[index]
            refusals.add(row, "space" if problem.is_config else "text", problem.reason)
        elif column_numbers := next((n for n in numbers if row in n.unreadable), None):
            refusals.add(
                row, "number", column_numbers.unreadable[row], column_numbers.column.metric
            )
        elif column_numbers := next((n for n in numbers if row in n.impossible), None):
            refusals.add(row, "value", column_numbers.impossible[row], column_numbers.column.metric)
        elif differs[index]:
            exact = float(networks.macs[index])
            refusals.add(row, "macs", _macs_reason(float(macs[index]), exact, supernet.name))
        else:
            confirmed += has_equal_macs[index]
            values = {name: v[index] for name, v in measured_values.items() if v[index] == v[index]}
            distinct.add(keys[index], index, table.lines[row], values)
    return ClassifiedRows(distinct, refusals, confirmed)


def macs_column(numbers: Sequence[CellNumbers], rows: Sequence[int]) -> npt.NDArray[np.float64]:
    """`(n,)` the MACs in the file for `rows`, NaN where there are none."""
    columns = [n.values for n in numbers if n.column.metric == "macs"]
    return columns[0][list(rows)] if columns else np.full(len(rows), np.nan)


def _surplus_reason(table: ResultsTable, row: int) -> str:
    return (
        f"the row has {table.surplus[row]} entries, the first line {table.columns.count}. Put "
        "quotation marks around entries that hold the separator, or remove the line."
    )


def _overlong_reason(characters: int) -> str:
    return (
        f"the row has an entry of {characters:,} characters, more than any is read with. "
        "Repair or remove the line."
    )


def _macs_reason(stated: float, exact: float, name: str) -> str:
    return (
        f"the file says {stated:,.0f} MACs, {name} has {exact:,.0f} for this sub-network: "
        "the row is of another supernet."
    )
