"""What predictors learn from: the genes of a sub-network as numbers between 0 and 1."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.space.choice import Kind
from engine.space.gene import Gene

Genotypes = npt.NDArray[np.int64]

_FEWEST_SUMMED = 4  # genes of which a sum tells more than each by itself
_MOST_STEPS: dict[Kind, int] = {"ordinal": 128, "range": 16}


@dataclass(frozen=True)
class FeatureCode:
    """How each kind of gene becomes features; all are 0 where a gene is switched off.

    An ordinal gene is a thermometer: column `j` is 1 where its choice is `j` or a later one.
    Choices that are further apart differ in more columns, and a switched-off gene is next to its
    first choice. Of a gene with many choices (a range of more than 16, more than 128 others)
    the thermometer has as many columns as that, evenly spaced over its choices, and the column that
    is neither full nor empty says exactly where between two of them the choice is. A categorical
    gene has a column for each choice, 1 where it is chosen: all choices are equally far apart.
    """

    genes: tuple[Gene, ...]

    @cached_property
    def columns(self) -> npt.NDArray[np.int64]:
        """`(genes,)` features of each gene."""
        return np.array([_width(gene) for gene in self.genes])

    def features(self, chosen: Genotypes) -> npt.NDArray[np.float64]:
        """`(n, features)` of `(n, genes)` choice indices, -1 where a gene is switched off."""
        gene, level = self._places
        features = (chosen.take(gene, axis=1) >= level).astype(np.float64)
        one_hot, graded = self._one_hot, self._graded
        if len(one_hot):
            features[:, one_hot] = chosen.take(gene[one_hot], axis=1) == level[one_hot]
        if len(graded):
            last = self._last[gene[graded]]
            steps = self.columns[gene[graded]] - 1
            index = chosen.take(gene[graded], axis=1)
            over = np.clip(index * steps - (level[graded] - 1) * last, 0, last) / last
            features[:, graded] = np.where(level[graded] == 0, index >= 0, over)
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
        """`(features, totals)` weights that sum the features of a group, and of it in a stage.

        Of categorical genes each choice is summed by itself: how often it is chosen.
        """
        genes, levels = self._places
        switches = np.array([-1 if (s := self.genes[g].switch) is None else s for g in genes])
        summed = [
            (gene.group, "" if gene.ordered else gene.choices[level])
            for gene, level in zip((self.genes[g] for g in genes), levels, strict=True)
        ]
        numbers = {name: i for i, name in enumerate(dict.fromkeys(summed))}
        belongs, parts = np.array([numbers[name] for name in summed]), []
        for number in numbers.values():
            inside = belongs == number
            if len(np.unique(genes[inside])) < _FEWEST_SUMMED:
                continue
            stages = [inside & (switches == s) for s in np.unique(switches[inside])]
            parts += [inside, *(stage for stage in stages if len(stages) > 1)]
        parts = [part for part in parts if len(np.unique(genes[part])) >= _FEWEST_SUMMED]
        members = np.array(parts, dtype=float).reshape(len(parts), len(genes)).T
        weights: npt.NDArray[np.float64] = members / np.sqrt(members.sum(axis=0))
        return weights

    def with_totals(
        self, features: npt.NDArray[np.float64], precision: type[np.floating[Any]]
    ) -> npt.NDArray[np.floating[Any]]:
        """`(n, features + totals)`: the `(n, features)`, and their sums as of `totals`."""
        converted = features.astype(precision, copy=False)
        return np.hstack([converted, converted @ self.totals.astype(precision, copy=False)])

    @cached_property
    def _places(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """The gene and the number within it of each feature."""
        gene = np.repeat(np.arange(len(self.genes)), self.columns)
        return gene, np.concatenate([np.arange(n) for n in self.columns])

    @cached_property
    def _last(self) -> npt.NDArray[np.int64]:
        """`(genes,)` the index of each gene's last choice."""
        return np.array([len(gene.choices) - 1 for gene in self.genes])

    @cached_property
    def _one_hot(self) -> npt.NDArray[np.int64]:
        """The features of categorical genes."""
        ordered = np.array([gene.ordered for gene in self.genes])
        return np.flatnonzero(~ordered[self._places[0]])

    @cached_property
    def _graded(self) -> npt.NDArray[np.int64]:
        """The features of genes with more choices than features."""
        return np.flatnonzero((self._last >= self.columns)[self._places[0]])


def _width(gene: Gene) -> int:
    if gene.kind is None or not gene.ordered:
        return len(gene.choices)
    return min(len(gene.choices), _MOST_STEPS[gene.kind])
