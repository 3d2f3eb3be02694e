"""What each part of the search brings: DyNAS with one part at a time replaced by the plain choice.

Prints, for five seeds, the median share of the near-true front's hypervolume after so many
evaluations, on the published landscape of Once-for-All's MobileNetV3. Writes
benchmarks/results/ablation.json.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property, partial
from typing import Any
from unittest.mock import patch

import numpy as np

from benchmarks.command_line import given_numbers
from benchmarks.sample_efficiency import EVALUATIONS, POPULATION, RESULTS, landscape, spend
from engine.pareto.front import Points
from engine.predictors.marginal_likelihood import MarginalLikelihood
from engine.search.dynas import Dynas
from engine.search.strategy import Proposal
from engine.search.surrogate import Surrogate
from engine.space import Genotypes, SearchSpace
from engine.space.features import FeatureCode

SHOWN_AT = (25, 50, 100, 250)


class LongCycles(Dynas):
    """A cycle measures a population, the initial sample too."""

    def batch_size(self) -> int:
        """A population."""
        return self.population

    initial_size = batch_size


class QuarterCycles(Dynas):
    """A cycle measures as many as the initial sample."""

    def batch_size(self) -> int:
        """A quarter of a population."""
        return self.initial_size()


class NoRefinement(Dynas):
    """What the inner search visits, which runs for longer instead."""

    individuals, generations, rounds = 120, 27, 0


class NoEnds(Dynas):
    """All of a batch is chosen for the whole front."""

    def extreme_columns(self) -> Sequence[int]:
        """None."""
        return ()


class UniformStart(Dynas):
    """Every gene of the initial sample drawn uniformly."""

    def initial_genotypes(self, n: int, rng: np.random.Generator) -> Genotypes:
        """A quarter of a population of random genotypes."""
        return self.problem.sample_new(min(n, self.initial_size()), rng, set())


class ExpectedOnly(Dynas):
    """Hypervolume gain of what is expected, in place of the mean over 32 joint draws."""

    def objective_samples(
        self, surrogate: Surrogate, candidates: Genotypes, rng: np.random.Generator
    ) -> Points:
        """The expected values as the only case."""
        return surrogate.predict(candidates)[None]


class FromScratch(Dynas):
    """The inner search starts from random genotypes instead of the front."""

    def _promising_candidates(
        self, surrogate: Surrogate, front: Genotypes, measured: Points, rng: np.random.Generator,
        seen: set[bytes],
    ) -> Genotypes:  # fmt: skip
        return super()._promising_candidates(surrogate, front[:0], measured, rng, seen)


class NoNetworks(Dynas):
    """The Gaussian process knows nothing of networks of genes."""

    def plan(self, cycle: int, n: int) -> list[Proposal]:
        """As any, with another likelihood."""
        without = partial(MarginalLikelihood, without=("network",))
        with patch("engine.predictors.gaussian_process.MarginalLikelihood", without):
            return super().plan(cycle, n)


class CodeWithoutTotals(FeatureCode):
    """The features of genes alone, without their sums."""

    @cached_property
    def totals(self) -> Points:
        """`(features, 0)`."""
        return np.empty((int(self.columns.sum()), 0))


class WithoutTotals(SearchSpace):
    """A space whose features have no sums of genes."""

    @cached_property
    def _feature_code(self) -> FeatureCode:
        return CodeWithoutTotals(self.genes)


class NoTotals(Dynas):
    """Predictors see no sums of genes."""

    def __init__(self, problem: Any, *arguments: Any) -> None:
        super().__init__(replace(problem, space=WithoutTotals(problem.space.genes)), *arguments)


class OneHotSpace(SearchSpace):
    """One column a choice, in place of the thermometer."""

    def features(self, genotypes: Genotypes) -> Points:
        """`(n, sum of choices)` one-hot encoding, all zeros where a gene is switched off."""
        rows = np.atleast_2d(genotypes)
        gene = np.repeat(np.arange(len(self.genes)), self.choices)
        level = np.concatenate([np.arange(n) for n in self.choices])
        return ((rows[:, gene] == level) & self.active(rows)[:, gene]).astype(np.float64)


class OneHot(Dynas):
    """Predictors see one-hot genes."""

    def __init__(self, problem: Any, *arguments: Any) -> None:
        space = OneHotSpace(problem.space.genes)
        super().__init__(replace(problem, space=space), *arguments)


VARIANTS: dict[str, type[Dynas]] = {
    "as it is": Dynas,
    "cycles of a quarter of a population": QuarterCycles,
    "cycles of a population": LongCycles,
    "no refinement, 25 generations of 120 more": NoRefinement,
    "ends not looked for by themselves": NoEnds,
    "uniform initial sample": UniformStart,
    "one-hot features": OneHot,
    "no sums of genes": NoTotals,
    "kernel without networks": NoNetworks,
    "gain of the expected values, no draws": ExpectedOnly,
    "inner search from random genotypes": FromScratch,
}


def main(seeds: int = 5) -> None:
    """Run every variant with every seed."""
    where, result = landscape(), dict[str, Any]()
    print(f"{'variant':44}" + "".join(f"{f'at {k}':>8}" for k in SHOWN_AT), flush=True)
    for name, variant in VARIANTS.items():
        strategies = (variant(where.problem, POPULATION, EVALUATIONS, s) for s in range(seeds))
        shares = np.array([spend(where, strategy)[0] for strategy in strategies])
        middle = np.median(shares, axis=0)
        result[name] = {
            "seeds": seeds,
            "share": {str(k): float(middle[k - 1]) for k in SHOWN_AT},
            "share_of_each_seed": {str(k): shares[:, k - 1].tolist() for k in SHOWN_AT},
        }
        print(f"{name:44}" + "".join(f"{middle[k - 1]:8.3f}" for k in SHOWN_AT), flush=True)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "ablation.json").write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main(*given_numbers(__doc__, seeds=5))
