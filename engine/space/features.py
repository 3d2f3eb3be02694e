"""The features of predictors: the genes of a sub-network as numbers between 0 and 1."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.space.choice import Kind
from engine.space.gene import Gene

Genotypes = npt.NDArray[np.int64]

_MIN_GENES_OF_SUM = 4  # fewer genes are informative enough without a sum
_MAX_STEPS: dict[Kind, int] = {"ordinal": 128, "range": 16}


@dataclass(frozen=True)
class FeatureCode:
    """The encoding of each kind of gene as features; all are 0 where a gene is switched off.

    An ordinal gene is a thermometer: column `j` is 1 where its choice is `j` or a later one.
    Choices that are further apart differ in more columns, and a switched-off gene is next to its
    first choice. For a gene with many choices (a range of more than 16, more than 128 others)
    the thermometer has as many columns as that, evenly spaced over its choices, and a fractional
    column gives the exact position between two of them. A categorical gene is one-hot: all choices
    are equally far apart.
    """

    genes: tuple[Gene, ...]

    @cached_property
    def columns(self) -> npt.NDArray[np.int64]:
        """`(genes,)` features of each gene."""
        return np.array([_width(gene) for gene in self.genes])

    def features(self, choice_indices: Genotypes) -> npt.NDArray[np.float64]:
        """`(n, features)` of `(n, genes)` choice indices, -1 where a gene is switched off."""
        gene, level = self._genes_and_levels
        features = (choice_indices.take(gene, axis=1) >= level).astype(np.float64)
        one_hot, graded = self._one_hot, self._graded
        if len(one_hot):
            features[:, one_hot] = choice_indices.take(gene[one_hot], axis=1) == level[one_hot]
        if len(graded):
            last_choices = self._last_choices[gene[graded]]
            steps = self.columns[gene[graded]] - 1
            index = choice_indices.take(gene[graded], axis=1)
            fractions = (
                np.clip(index * steps - (level[graded] - 1) * last_choices, 0, last_choices)
                / last_choices
            )
            features[:, graded] = np.where(level[graded] == 0, index >= 0, fractions)
        return features

    @cached_property
    def kinds(self) -> npt.NDArray[np.int64]:
        """`(features,)` the number of each feature's gene group."""
        numbers = {group: i for i, group in enumerate(dict.fromkeys(g.group for g in self.genes))}
        return np.repeat([numbers[gene.group] for gene in self.genes], self.columns)

    @cached_property
    def kinds_with_totals(self) -> npt.NDArray[np.int64]:
        """`(features + totals,)` as `kinds`; sums are a kind of their own."""
        return np.append(self.kinds, np.full(self.totals.shape[1], self.kinds.max() + 1))

    @cached_property
    def totals(self) -> npt.NDArray[np.float64]:
        """`(features, totals)` weights that sum the features of a group, and of a group by stage.

        Each choice of categorical genes has a sum of its own: the number of genes that chose it.
        """
        genes, levels = self._genes_and_levels
        switches = np.array([-1 if (s := self.genes[g].switch) is None else s for g in genes])
        sum_names = [
            (gene.group, "" if gene.ordered else gene.choices[level])
            for gene, level in zip((self.genes[g] for g in genes), levels, strict=True)
        ]
        numbers = {name: i for i, name in enumerate(dict.fromkeys(sum_names))}
        sum_indices, members = np.array([numbers[name] for name in sum_names]), []
        for number in numbers.values():
            is_in_sum = sum_indices == number
            if len(np.unique(genes[is_in_sum])) < _MIN_GENES_OF_SUM:
                continue
            stages = [is_in_sum & (switches == s) for s in np.unique(switches[is_in_sum])]
            members += [is_in_sum, *(is_in_stage for is_in_stage in stages if len(stages) > 1)]
        members = [
            member for member in members if len(np.unique(genes[member])) >= _MIN_GENES_OF_SUM
        ]
        membership = np.array(members, dtype=float).reshape(len(members), len(genes)).T
        weights: npt.NDArray[np.float64] = membership / np.sqrt(membership.sum(axis=0))
        return weights

    def with_totals(
        self, features: npt.NDArray[np.float64], precision: type[np.floating[Any]]
    ) -> npt.NDArray[np.floating[Any]]:
        """`(n, features + totals)`: the `(n, features)`, and their sums as of `totals`."""
        converted = features.astype(precision, copy=False)
        return np.hstack([converted, converted @ self.totals.astype(precision, copy=False)])

    @cached_property
    def _genes_and_levels(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """The gene of each feature, and the number of the feature within it."""
        gene = np.repeat(np.arange(len(self.genes)), self.columns)
        return gene, np.concatenate([np.arange(n) for n in self.columns])

    @cached_property
    def _last_choices(self) -> npt.NDArray[np.int64]:
        """`(genes,)` the index of each gene's last choice."""
        return np.array([len(gene.choices) - 1 for gene in self.genes])

    @cached_property
    def _one_hot(self) -> npt.NDArray[np.int64]:
        """The features of categorical genes."""
        ordered = np.array([gene.ordered for gene in self.genes])
        return np.flatnonzero(~ordered[self._genes_and_levels[0]])

    @cached_property
    def _graded(self) -> npt.NDArray[np.int64]:
        """The features of genes with more choices than features."""
        return np.flatnonzero((self._last_choices >= self.columns)[self._genes_and_levels[0]])


def _width(gene: Gene) -> int:
    if gene.kind is None or not gene.ordered:
        return len(gene.choices)
    return min(len(gene.choices), _MAX_STEPS[gene.kind])
