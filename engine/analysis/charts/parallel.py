"""Parallel coordinates: a line for each sub-network, an axis for each metric or gene."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.count_text import count_text
from engine.gene_names import representative_genes
from engine.runs.columns import RunColumns
from engine.runs.filter_expression import FLAGS
from engine.space import Gene

Values = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Ranges = Mapping[str, Sequence[tuple[float, float]]]
"""Ranges by the name of a column, such as the brushed ones of its axis."""

MAX_LINES = 2000
"""Lines that are drawn at most: the front and a random sample of the others."""

_MAX_TICKS = 12  # of a gene
_USUAL_GENE_AXES = 5  # by default


@dataclass(frozen=True)
class ParallelAxis:
    """One axis. `values` is `(k,)` in drawn units; `ticks` maps discrete positions to text."""

    name: str
    label: str
    values: Values
    ticks: Mapping[float, str]


@dataclass(frozen=True)
class ParallelInfo:
    """Plain data of the chart: `number` `(k,)` are the sub-networks whose lines are drawn."""

    run: str
    axes: tuple[ParallelAxis, ...]
    number: npt.NDArray[np.int64]
    candidates: int
    selected: int | None
    budget: int

    @property
    def description(self) -> str:
        """A text alternative of the chart."""
        names = ", ".join(axis.label for axis in self.axes)
        return f"{count_text(len(self.number), 'sub-network')} over {names}."

    @property
    def note(self) -> str:
        """The lines that are not drawn, if any, and how to brush an axis."""
        drawn_text = (
            f"{len(self.number):,} of {self.candidates:,} sub-networks drawn, with the whole "
            "front. "
            if len(self.number) < self.candidates
            else ""
        )
        return drawn_text + "Drag along an axis to brush it, click the axis to take the brush away."


def axis_values(columns: RunColumns, name: str, n: int) -> tuple[Values, Mapping[float, str]]:
    """`(n,)` positions of the first `n` sub-networks on the axis `name`, and its discrete ticks.

    A gene that has no effect in a sub-network is one step below its smallest value. Choices without
    an order are in the order of the supernet. If there are many choices, some have ticks.
    """
    values = np.asarray(columns.by_name(n)[name], dtype=np.float64)
    if name in FLAGS:
        return values, {0.0: "no", 1.0: "yes"}
    gene = next((gene for gene in columns.genes if gene.name == name), None)
    if gene is None:
        return values, {}
    positions, off_position = _tick_values(columns.space.genes[gene.index])
    ticks = {position: columns.gene_text(gene.index, position) for position in positions}
    if np.isnan(values).any():
        ticks = {off_position: "off", **ticks}
    return np.where(np.isnan(values), off_position, values), ticks


def _tick_values(gene: Gene) -> tuple[list[float], float]:
    """The values of a gene that have a tick, ascending, and the position of a gene that is off."""
    count = len(gene.choices)
    indices = np.unique(np.linspace(0, count - 1, min(count, _MAX_TICKS)).astype(np.int64))
    positions = np.sort(gene.values(indices)).tolist()
    return positions, positions[0] - (positions[1] - positions[0] if len(positions) > 1 else 1.0)


def brushed_mask(columns: RunColumns, ranges: Ranges, n: int) -> Mask:
    """`(n,)` which of the first `n` sub-networks are in a range on every brushed axis."""
    is_inside = np.ones(min(n, len(columns)), dtype=bool)
    for name, intervals in ranges.items():
        values, _ = axis_values(columns, name, n)
        is_inside &= np.logical_or.reduce(
            [(values >= low) & (values <= high) for low, high in intervals]
        )
    return is_inside


def parallel_info(
    run: str,
    columns: RunColumns,
    names: Sequence[str],
    candidates: Mask,
    selected: int | None,
    budget: int,
) -> ParallelInfo:
    """The lines of the `(n,)` candidates among the first `n` evaluations that have every value."""
    n = len(candidates)
    values_and_ticks = {name: axis_values(columns, name, n) for name in names}
    is_drawable = candidates & columns.ok[:n]
    for values, _ in values_and_ticks.values():
        is_drawable = is_drawable & np.isfinite(values)
    rows = np.flatnonzero(is_drawable)
    total = len(rows)
    if total > MAX_LINES:
        front = columns.front(n)[rows]
        order = np.random.default_rng(0).random(total) - front - (rows + 1 == (selected or 0))
        rows = np.sort(rows[np.argsort(order, kind="stable")[: max(MAX_LINES, int(front.sum()))]])
    axes = tuple(
        ParallelAxis(name, axis_label(columns, name), values[rows], ticks)
        for name, (values, ticks) in values_and_ticks.items()
    )
    number = rows + 1
    return ParallelInfo(run, axes, number, total, selected if selected in number else None, budget)


def usual_axes(columns: RunColumns, metrics: Sequence[str]) -> list[str]:
    """The default columns: metrics, the most informative genes, the front."""
    genes = [
        columns.genes[index].name for index in representative_genes(columns.space, _USUAL_GENE_AXES)
    ]
    return [*metrics, *genes, "front"]


def axis_label(columns: RunColumns, name: str) -> str:
    """The label of a column: of a metric, of a gene, or the name itself."""
    if name in columns.metrics:
        return columns.metric(name).label
    gene = next((gene for gene in columns.genes if gene.name == name), None)
    words = {"front": "On the front", "number": "Number"}
    return gene.label if gene else words.get(name, name.capitalize())
