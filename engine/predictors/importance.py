"""Permutation importance of genes for a metric, from a predictor fitted to a log."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.errors import DataError
from engine.gene_names import named_genes
from engine.predictors.automatic import AutomaticPredictor
from engine.predictors.predictor import Values
from engine.predictors.quality import kendall_tau
from engine.predictors.registry import label, make
from engine.space import Genotypes, SearchSpace

MIN_ROWS = 20
"""Rows below which there is no importance."""

MAX_ROWS = 600
"""Rows that are used: the last ones of a longer log."""

_FOLDS = 5
_REPEATS = 3


@dataclass(frozen=True)
class Importance:
    """The share of a metric's variance that is no longer predicted without some genes.

    `mean` and `deviation` are over folds and repeats.
    """

    label: str
    mean: float
    deviation: float


@dataclass(frozen=True)
class ImportanceReport:
    """Importance by part of a stage and by single gene, the largest first, and its reliability.

    `tau` is Kendall's tau and `explained_variance` the explained share of the variance, both in
    cross-validation on `rows` sub-networks.
    """

    predictor: str
    rows: int
    tau: float
    explained_variance: float
    groups: tuple[Importance, ...]
    genes: tuple[Importance, ...]


def gene_importance(
    space: SearchSpace, genotypes: Genotypes, values: Values, seed: int = 0
) -> ImportanceReport:
    """Permutation importance of the genes for a metric, on held-out rows.

    `genotypes` is `(n, genes)`, `values` `(n,)` and finite. For each of five folds a predictor
    learns from the other four; then genes of the fold's rows are permuted among its sub-networks,
    and the added error is the importance. A kernel or an expansion is permuted among the
    sub-networks in which its block exists; where a stage becomes deeper, the added blocks are those
    of the sub-network that the depth came from.

    Takes seconds. Raises DataError for fewer than `MIN_ROWS` rows or values that are all the same.
    Source: Breiman, "Random Forests", Machine Learning 45 (2001), section 10; Fisher, Rudin and
    Dominici, "All Models are Wrong, but Many are Useful", JMLR 20 (2019).
    """
    genotypes, values = genotypes[-MAX_ROWS:], values[-MAX_ROWS:]
    if len(values) < MIN_ROWS:
        raise DataError(
            f"Importance needs {MIN_ROWS} measured sub-networks; there are {len(values)} so far."
        )
    variance = float(np.var(values))
    if variance <= 0:
        raise DataError("Every sub-network has the same value: no gene makes a difference.")
    gene_groups = _gene_groups(space)
    predictor_name = (
        AutomaticPredictor(seed, space.kinds).fit(space.features(genotypes), values).selected_name
    )
    rng = np.random.default_rng(seed)
    folds = rng.permutation(len(values)) % _FOLDS
    predictions, losses = np.empty(len(values)), []
    for fold in range(_FOLDS):
        is_in_fold = folds == fold
        predictor = make(predictor_name, seed, space.kinds)
        predictor.fit(space.features(genotypes[~is_in_fold]), values[~is_in_fold])
        rows, fold_values = genotypes[is_in_fold], values[is_in_fold]
        predictions[is_in_fold] = predictor.predict(space.features(rows))
        baseline_error = np.mean((predictions[is_in_fold] - fold_values) ** 2)
        for _ in range(_REPEATS):
            permuted_rows = np.concatenate(
                [_permute_genes(space, rows, group, rng) for _, group in gene_groups]
            )
            permuted_predictions = predictor.predict(space.features(permuted_rows))
            errors = permuted_predictions.reshape(len(gene_groups), -1) - fold_values
            losses.append((np.mean(errors**2, axis=1) - baseline_error) / variance)
    importances = [
        Importance(name, float(mean), float(deviation))
        for (name, _), mean, deviation in zip(
            gene_groups, np.mean(losses, axis=0), np.std(losses, axis=0, ddof=1), strict=True
        )
    ]
    group_count = len(importances) - len(space.genes)
    return ImportanceReport(
        label(predictor_name),
        len(values),
        kendall_tau(predictions, values),
        1.0 - float(np.mean((predictions - values) ** 2)) / variance,
        _largest_first(importances[:group_count]),
        _largest_first(importances[group_count:]),
    )


def _largest_first(importances: Sequence[Importance]) -> tuple[Importance, ...]:
    return tuple(sorted(importances, key=lambda importance: -importance.mean))


def _gene_groups(space: SearchSpace) -> list[tuple[str, list[int]]]:
    """Label and genes of each permuted group: kinds by stage, then single genes."""
    genes = named_genes(space)
    groups: dict[str, list[int]] = {}
    for gene in genes:
        groups.setdefault(gene.group_label, []).append(gene.index)
    return [*groups.items(), *((gene.label, [gene.index]) for gene in genes)]


def _permute_genes(
    space: SearchSpace, rows: Genotypes, group: list[int], rng: np.random.Generator
) -> Genotypes:
    """The rows with the genes of `group` permuted among them, still canonical."""
    active = space.active(rows)
    donors = rng.permutation(len(rows))
    permuted = rows.copy()
    dependent_genes = [i for i in space.conditions.descendants(group) if i not in group]
    for index in group:
        if space.genes[index].switch in (None, *group):
            permuted[:, index] = rows[donors, index]
        else:  # among the sub-networks in which it has an effect
            active_rows = np.flatnonzero(active[:, index])
            permuted[active_rows, index] = rows[rng.permutation(active_rows), index]
    for index in dependent_genes:
        permuted[:, index] = np.where(active[:, index], rows[:, index], rows[donors, index])
    return space.canonical(permuted)
