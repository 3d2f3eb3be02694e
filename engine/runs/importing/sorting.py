"""Rows of a results CSV sorted into sub-networks, repeats of them, and what cannot be used."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.metrics import metric
from engine.runs.importing.agreement import macs_agree
from engine.runs.importing.cells import CellNumbers
from engine.runs.importing.networks import SubNetworks
from engine.runs.importing.refusals import Refusals
from engine.runs.importing.repeats import DistinctRows
from engine.runs.importing.table import ResultsTable
from engine.supernets.base import Supernet


@dataclass(frozen=True)
class SortedRows:
    """The `distinct` sub-networks, each with the place of its first row, and the `refusals`.

    `confirmed` counts the rows that give the MACs of their sub-network.
    """

    distinct: DistinctRows
    refusals: Refusals
    confirmed: int


def sort_rows(
    table: ResultsTable, numbers: Sequence[CellNumbers], rows: Sequence[int], networks: SubNetworks,
    supernet: Supernet,
) -> SortedRows:  # fmt: skip
    """Sort `rows` of the table, whose sub-networks are `networks`, in their order.

    What can be computed is not taken from the file. MACs only tell whether it is of this supernet.
    """
    distinct, refusals, confirmed = DistinctRows(), Refusals(table.lines), 0
    macs = given_macs(numbers, rows)
    agree = macs_agree(macs, networks.exact["macs"]).tolist()
    keys = supernet.space.keys(networks.genotypes)
    measured = {
        n.column.metric: n.values[list(rows)].tolist()
        for n in numbers
        if not metric(n.column.metric).computable
    }
    for place, row in enumerate(rows):
        if row in table.overlong:
            refusals.add(row, "length", _overlong(table.overlong[row]))
        elif row in table.surplus:
            refusals.add(row, "shape", _surplus(table, row))
        elif place in networks.problems:
            problem = networks.problems[place]
            refusals.add(row, "space" if problem.is_config else "text", problem.reason)
        elif wrong := next((n for n in numbers if row in n.unreadable), None):
            refusals.add(row, "number", wrong.unreadable[row], wrong.column.metric)
        elif wrong := next((n for n in numbers if row in n.impossible), None):
            refusals.add(row, "value", wrong.impossible[row], wrong.column.metric)
        elif not agree[place] and macs[place] == macs[place]:  # given at all
            exact = float(networks.exact["macs"][place])
            refusals.add(row, "macs", _other_macs(float(macs[place]), exact, supernet.name))
        else:
            confirmed += agree[place]
            values = {name: v[place] for name, v in measured.items() if v[place] == v[place]}
            distinct.add(keys[place], place, table.lines[row], values)
    return SortedRows(distinct, refusals, confirmed)


def given_macs(numbers: Sequence[CellNumbers], rows: Sequence[int]) -> npt.NDArray[np.float64]:
    """`(n,)` the MACs that the file gives for `rows`, NaN where it gives none."""
    columns = [n.values for n in numbers if n.column.metric == "macs"]
    return columns[0][list(rows)] if columns else np.full(len(rows), np.nan)


def _surplus(table: ResultsTable, row: int) -> str:
    return (
        f"the row has {table.surplus[row]} entries, the first line {table.columns.count}. Put "
        "quotation marks around entries that hold the separator, or remove the line."
    )


def _overlong(characters: int) -> str:
    return (
        f"the row has an entry of {characters:,} characters, more than any is read with. "
        "Repair or remove the line."
    )


def _other_macs(given: float, exact: float, name: str) -> str:
    return (
        f"the file says {given:,.0f} MACs, {name} has {exact:,.0f} for this sub-network: "
        "the row is of another supernet."
    )
