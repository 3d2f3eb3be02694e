"""The genes that say most about a metric, for charts of one gene or two."""

import numpy as np
import numpy.typing as npt

from engine.analysis.charts.gene_levels import drawable_rows
from engine.analysis.measured_effects import measured_effects
from engine.errors import DataError
from engine.gene_names import representative_genes
from engine.runs.columns import RunColumns


def telling_genes(columns: RunColumns, metric: str, candidates: npt.NDArray[np.bool_]) -> list[str]:
    """The names of all genes; first those that most of the metric's variance goes with.

    Among the `(n,)` candidates of the first `n` evaluations. Where too few have the metric, the
    usual ones come first: depths, switches.
    """
    rows = drawable_rows(columns, metric, candidates)
    names = {gene.label: gene.name for gene in columns.genes}
    try:
        effects = measured_effects(
            columns.space, columns.genotypes[rows], columns.metrics[metric][rows]
        )
    except DataError:
        usual = representative_genes(columns.space, len(columns.genes))
        return list(dict.fromkeys([*(columns.genes[i].name for i in usual), *names.values()]))
    return [names[share.label] for share in effects.genes]


def telling_pair(columns: RunColumns, genes: list[str]) -> tuple[str, str]:
    """The first two of the names `genes` of which neither switches the other one on and off."""
    of = {gene.name: gene.index for gene in columns.genes}
    first, *others = genes
    space, index = columns.space, of[genes[0]]
    dependent = {index, *space.conditions.descendants([index])}
    free = (
        name
        for name in others
        if of[name] not in dependent and index not in space.conditions.descendants([of[name]])
    )
    return first, next(free, others[0])
