"""The levels of a gene on an axis: its choices, or ranges of choices of a gene with many."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.gene_names import NamedGene
from engine.runs.columns import RunColumns
from engine.space import Gene

Integers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

MAX_LEVELS = 16
"""Levels of a gene; one with more choices has ranges of them."""

OFF = "off"
"""The level of sub-networks in which a gene has no effect."""


@dataclass(frozen=True)
class GeneLevels:
    """A gene as an axis: `texts` names its levels in order, `level` is the `(k,)` level of rows."""

    name: str
    label: str
    texts: tuple[str, ...]
    level: Integers

    def __len__(self) -> int:
        return len(self.texts)


def gene_called(columns: RunColumns, name: str) -> NamedGene:
    """The gene `name` of a run, such as `d1`; raises KeyError for another name."""
    return next(gene for gene in columns.genes if gene.name == name)


def gene_levels(columns: RunColumns, name: str, rows: Integers) -> GeneLevels:
    """The levels of the gene `name`, and that of each of the evaluations `rows`, `(k,)` from 0.

    Levels ascend; choices without an order are in the order of the supernet. The level `off` comes
    first, if the gene has no effect in one of the rows.
    """
    named_gene = gene_called(columns, name)
    gene = columns.space.genes[named_gene.index]
    level_of_choice = levels_of_choices(gene)
    values = gene.values(np.arange(len(gene.choices)))
    texts = []
    for i in range(int(level_of_choice.max()) + 1):
        members = np.sort(values[level_of_choice == i])
        ends = [columns.gene_text(named_gene.index, float(end)) for end in members[[0, -1]]]
        texts.append(ends[0] if len(members) == 1 else f"{ends[0]}–{ends[1]}")
    genotypes = columns.genotypes[rows]
    level = level_of_choice[genotypes[:, named_gene.index]]
    is_active = columns.space.active(genotypes)[:, named_gene.index]
    if not is_active.all():
        texts, level = [OFF, *texts], np.where(is_active, level + 1, 0)
    return GeneLevels(name, named_gene.label, tuple(texts), level)


def levels_of_choices(gene: Gene) -> Integers:
    """`(choices,)` the level of each choice of a gene, from 0, ascending by value.

    Of a gene with many choices, each level has about as many of them.
    """
    order = np.argsort(gene.values(np.arange(len(gene.choices))), kind="stable")
    level = np.empty(len(order), dtype=np.int64)
    level[order] = np.arange(len(order)) * min(len(order), MAX_LEVELS) // len(order)
    return level


def drawable_rows(columns: RunColumns, metric: str, candidates: Mask) -> Integers:
    """`(k,)` rows, from 0, of the `(n,)` candidates among the first evaluations with the metric."""
    values = columns.metrics[metric][: len(candidates)]
    rows: Integers = np.flatnonzero(
        candidates & columns.ok[: len(candidates)] & np.isfinite(values)
    )
    return rows
