"""The share of a metric's variance that goes with each gene, from the evaluations alone.

No predictor is fitted, so that it takes a fraction of a second. It tells what goes along with a
metric, not what causes it: where a search has chosen two genes together, both get the share.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.analysis.charts.gene_levels import levels_of_choices
from engine.errors import DataError
from engine.gene_names import named_genes
from engine.predictors.importance import Importance
from engine.space import Genotypes, SearchSpace

Values = npt.NDArray[np.float64]

MIN_ROWS = 4
"""Sub-networks below which there are no shares."""

_MOST_NUMBERS = 1_500_000  # of the matrix of levels: the last rows of a longer log are used


@dataclass(frozen=True)
class MeasuredEffects:
    """Shares by part of a stage and by single gene, the largest first, of `rows` sub-networks."""

    rows: int
    groups: tuple[Importance, ...]
    genes: tuple[Importance, ...]


def measured_effects(space: SearchSpace, genotypes: Genotypes, values: Values) -> MeasuredEffects:
    """The share of the variance of `(n,)` finite `values` that goes with genes or with their kinds.

    `genotypes` is `(n, genes)`. A share is the adjusted coefficient of determination of a linear
    model with a level for each choice of the genes, and one where a gene has no effect; it is 0
    where chance explains as much. `deviation` is its standard error.
    Raises DataError for fewer than `MIN_ROWS` rows or values that are all the same.
    Source: Cohen, Cohen, West and Aiken, "Applied Multiple Regression/Correlation Analysis for the
    Behavioral Sciences", 3rd edition, 2003, sections 3.5.3 and 3.6.2.
    """
    if len(values) < MIN_ROWS:
        raise DataError(
            f"Importance needs {MIN_ROWS} sub-networks with the metric; there "
            f"{'is 1' if len(values) == 1 else f'are {len(values)}'} so far."
        )
    sizes = [int(levels_of_choices(gene).max()) + 2 for gene in space.genes]
    kept = max(_MOST_NUMBERS // sum(sizes), MIN_ROWS)
    genotypes, values = genotypes[-kept:], values[-kept:]
    if not np.ptp(values):
        raise DataError("Every sub-network has the same value: no gene makes a difference.")
    columns, owner = _level_columns(space, genotypes, sizes)
    columns -= columns.mean(axis=0)
    centred = values - values.mean()
    products, with_values = columns.T @ columns, columns.T @ centred
    total = float(centred @ centred)
    genes = named_genes(space)
    groups: dict[str, list[int]] = {}
    for gene in genes:
        groups.setdefault(gene.group_label, []).append(gene.index)

    def share(name: str, members: list[int]) -> Importance:
        used = np.flatnonzero(np.isin(owner, members))
        return _share(name, products[np.ix_(used, used)], with_values[used], total, len(values))

    return MeasuredEffects(
        len(values),
        _largest_first([share(name, members) for name, members in groups.items()]),
        _largest_first([share(gene.label, [gene.index]) for gene in genes]),
    )


def _level_columns(
    space: SearchSpace, genotypes: Genotypes, sizes: list[int]
) -> tuple[Values, npt.NDArray[np.int64]]:
    """A column of 0 and 1 for each level of each gene that occurs, and the gene of each column."""
    active = space.active(genotypes)
    starts = np.cumsum([0, *sizes])
    columns = np.zeros((len(genotypes), starts[-1]))
    row = np.arange(len(genotypes))
    for index, gene in enumerate(space.genes):
        level = levels_of_choices(gene)[genotypes[:, index]] + 1
        columns[row, starts[index] + np.where(active[:, index], level, 0)] = 1.0
    occurs = columns.any(axis=0)
    return columns[:, occurs], np.repeat(np.arange(len(sizes)), sizes)[occurs]


def _share(name: str, products: Values, with_values: Values, total: float, n: int) -> Importance:
    inverse = np.linalg.pinv(products, rcond=1e-10, hermitian=True)
    free = n - 1 - int(np.linalg.matrix_rank(products, tol=1e-8 * max(n, 1), hermitian=True))
    if free < 1:
        return Importance(name, 0.0, 0.0)
    explained = float(np.clip(with_values @ inverse @ with_values / total, 0.0, 1.0))
    adjusted = max(0.0, 1.0 - (1.0 - explained) * (n - 1) / free)
    variance = 4.0 * adjusted * (1.0 - adjusted) ** 2 * free**2 / ((n**2 - 1.0) * (n + 3.0))
    return Importance(name, adjusted, float(np.sqrt(variance)))


def _largest_first(shares: list[Importance]) -> tuple[Importance, ...]:
    return tuple(sorted(shares, key=lambda share: -share.mean))
