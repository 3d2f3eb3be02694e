"""Parallel coordinates: a line a sub-network, an axis a metric or a gene; axes can be brushed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.gene_names import telling_genes
from engine.runs.columns import RunColumns
from engine.runs.filter_expression import FLAGS
from engine.space import Gene

Values = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Ranges = Mapping[str, Sequence[tuple[float, float]]]
"""Ranges by the name of a column, such as those that are brushed on its axis."""

DRAWN = 2000
"""Lines that are drawn; of more, the front and as many others drawn at random."""

_MOST_TICKS = 12  # of a gene
_GENES = 5  # that are drawn unasked


@dataclass(frozen=True)
class ParallelAxis:
    """One axis. `values` is `(k,)` in drawn units; `ticks` maps position to text where discrete."""

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
        """What a reader who does not see the chart should know."""
        names = ", ".join(axis.label for axis in self.axes)
        return f"{len(self.number)} sub-networks as lines over {names}."

    @property
    def note(self) -> str:
        """What is not drawn, if anything, and what can be done."""
        few = (
            f"{len(self.number):,} of {self.candidates:,} sub-networks drawn, with the whole "
            "front. "
            if len(self.number) < self.candidates
            else ""
        )
        return few + "Drag along an axis to brush it, click the axis to take the brush away."


def axis_values(columns: RunColumns, name: str, n: int) -> tuple[Values, Mapping[float, str]]:
    """`(n,)` where the first `n` sub-networks are on the axis `name`, and its discrete ticks.

    A gene that has no effect in a sub-network stands one step below its smallest value. Choices
    without an order stand in the order in which the supernet lists them. Of many choices a few
    have a tick.
    """
    values = np.asarray(columns.by_name(n)[name], dtype=np.float64)
    if name in FLAGS:
        return values, {0.0: "no", 1.0: "yes"}
    gene = next((gene for gene in columns.genes if gene.name == name), None)
    if gene is None:
        return values, {}
    places, off = _ticked(columns.space.genes[gene.index])
    ticks = {place: columns.gene_text(gene.index, place) for place in places}
    if np.isnan(values).any():
        ticks = {off: "off", **ticks}
    return np.where(np.isnan(values), off, values), ticks


def _ticked(gene: Gene) -> tuple[list[float], float]:
    """Values of a gene that have a tick, in ascending order, and where it stands if it is off."""
    count = len(gene.choices)
    indices = np.unique(np.linspace(0, count - 1, min(count, _MOST_TICKS)).astype(np.int64))
    places = np.sort(gene.values(indices)).tolist()
    return places, places[0] - (places[1] - places[0] if len(places) > 1 else 1.0)


def brushed_mask(columns: RunColumns, ranges: Ranges, n: int) -> Mask:
    """`(n,)` which of the first `n` sub-networks lie in a range on every brushed axis."""
    inside = np.ones(min(n, len(columns)), dtype=bool)
    for name, parts in ranges.items():
        values, _ = axis_values(columns, name, n)
        inside &= np.logical_or.reduce([(values >= low) & (values <= high) for low, high in parts])
    return inside


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
    placed = {name: axis_values(columns, name, n) for name in names}
    there = candidates & columns.ok[:n]
    for values, _ in placed.values():
        there = there & np.isfinite(values)
    rows = np.flatnonzero(there)
    total = len(rows)
    if total > DRAWN:
        front = columns.front(n)[rows]
        order = np.random.default_rng(0).random(total) - front - (rows + 1 == (selected or 0))
        rows = np.sort(rows[np.argsort(order, kind="stable")[: max(DRAWN, int(front.sum()))]])
    axes = tuple(
        ParallelAxis(name, axis_label(columns, name), values[rows], ticks)
        for name, (values, ticks) in placed.items()
    )
    number = rows + 1
    return ParallelInfo(run, axes, number, total, selected if selected in number else None, budget)


def usual_axes(columns: RunColumns, metrics: Sequence[str]) -> list[str]:
    """The columns drawn until others are chosen: metrics, genes that say much, the front."""
    genes = [columns.genes[index].name for index in telling_genes(columns.space, _GENES)]
    return [*metrics, *genes, "front"]


def axis_label(columns: RunColumns, name: str) -> str:
    """What people call a column: a metric's label, a gene's place, or the name itself."""
    if name in columns.metrics:
        return columns.metric(name).label
    gene = next((gene for gene in columns.genes if gene.name == name), None)
    words = {"front": "On the front", "number": "Number"}
    return gene.label if gene else words.get(name, name.capitalize())
