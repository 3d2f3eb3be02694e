"""Which genes a metric depends on, as far as a predictor that was fitted to a log can tell."""

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

FEWEST = 20
"""Rows below which nothing is said."""

LARGEST = 600
"""Rows that are looked at: the last ones of a longer log."""

_FOLDS = 5
_REPEATS = 3


@dataclass(frozen=True)
class Importance:
    """The share of a metric's variance that is no longer predicted without knowing some genes.

    `mean` and `deviation` are over folds and repeats.
    """

    label: str
    mean: float
    deviation: float


@dataclass(frozen=True)
class ImportanceReport:
    """Importance by part of a stage and by single gene, the largest first; how far to trust it.

    `tau` is Kendall's tau, `explained` the share of variance explained, of `rows` sub-networks,
    each predicted by a predictor that had not seen it.
    """

    predictor: str
    rows: int
    tau: float
    explained: float
    groups: tuple[Importance, ...]
    genes: tuple[Importance, ...]


def gene_importance(
    space: SearchSpace, genotypes: Genotypes, values: Values, seed: int = 0
) -> ImportanceReport:
    """Permutation importance of the genes for a metric, on rows that were held out.

    `genotypes` is `(n, genes)`, `values` `(n,)` and finite. For each of five folds a predictor
    learns from the other four; then genes of the fold's rows are exchanged between its
    sub-networks, and the error that this adds is counted. A kernel or an expansion is exchanged
    between sub-networks in which its block exists; where a stage becomes deeper, the blocks that
    come to life are those of the sub-network that the depth came from.

    Takes seconds. Raises DataError for fewer than `FEWEST` rows or values that are all the same.
    Source: Breiman, "Random Forests", Machine Learning 45 (2001), section 10; Fisher, Rudin and
    Dominici, "All Models are Wrong, but Many are Useful", JMLR 20 (2019).
    """
    genotypes, values = genotypes[-LARGEST:], values[-LARGEST:]
    if len(values) < FEWEST:
        raise DataError(
            f"Importance needs {FEWEST} measured sub-networks; there are {len(values)} so far."
        )
    variance = float(np.var(values))
    if variance <= 0:
        raise DataError("Every sub-network has the same value: no gene makes a difference.")
    parts = _parts(space)
    kind = AutomaticPredictor(seed, space.kinds).fit(space.features(genotypes), values).chosen
    rng = np.random.default_rng(seed)
    folds = rng.permutation(len(values)) % _FOLDS
    said, losses = np.empty(len(values)), []
    for fold in range(_FOLDS):
        inside = folds == fold
        predictor = make(kind, seed, space.kinds)
        predictor.fit(space.features(genotypes[~inside]), values[~inside])
        rows, measured = genotypes[inside], values[inside]
        said[inside] = predictor.predict(space.features(rows))
        error = np.mean((said[inside] - measured) ** 2)
        for _ in range(_REPEATS):
            changed = np.concatenate([_exchanged(space, rows, part, rng) for _, part in parts])
            wrong = predictor.predict(space.features(changed)).reshape(len(parts), -1) - measured
            losses.append((np.mean(wrong**2, axis=1) - error) / variance)
    found = [
        Importance(name, float(mean), float(deviation))
        for (name, _), mean, deviation in zip(
            parts, np.mean(losses, axis=0), np.std(losses, axis=0, ddof=1), strict=True
        )
    ]
    groups = len(found) - len(space.genes)
    return ImportanceReport(
        label(kind),
        len(values),
        kendall_tau(said, values),
        1.0 - float(np.mean((said - values) ** 2)) / variance,
        _largest_first(found[:groups]),
        _largest_first(found[groups:]),
    )


def _largest_first(found: Sequence[Importance]) -> tuple[Importance, ...]:
    return tuple(sorted(found, key=lambda one: -one.mean))


def _parts(space: SearchSpace) -> list[tuple[str, list[int]]]:
    """Label and genes of what is exchanged together: each kind in each stage, then each gene."""
    genes = named_genes(space)
    groups: dict[str, list[int]] = {}
    for gene in genes:
        groups.setdefault(gene.belongs, []).append(gene.index)
    return [*groups.items(), *((gene.label, [gene.index]) for gene in genes)]


def _exchanged(
    space: SearchSpace, rows: Genotypes, part: list[int], rng: np.random.Generator
) -> Genotypes:
    """The rows with the genes of `part` exchanged among them, still canonical."""
    active = space.active(rows)
    donor = rng.permutation(len(rows))
    changed = rows.copy()
    switched = [i for i in space.conditions.below(part) if i not in part]
    for index in part:
        if space.genes[index].switch in (None, *part):
            changed[:, index] = rows[donor, index]
        else:  # among the sub-networks in which it has an effect
            on = np.flatnonzero(active[:, index])
            changed[on, index] = rows[rng.permutation(on), index]
    for index in switched:
        changed[:, index] = np.where(active[:, index], rows[:, index], rows[donor, index])
    return space.canonical(changed)
