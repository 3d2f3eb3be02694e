"""Search problems with made-up accuracies: real spaces and exact costs, random functions of genes.

They say nothing of real networks. They tell whether a search holds on spaces, numbers of objectives
and shapes of accuracy that it was not developed on.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import moocore
import numpy as np

from engine.evaluation.record import Evaluation
from engine.metrics import METRICS
from engine.pareto.front import Points, non_dominated
from engine.search.algorithms import Evolution
from engine.search.initial_sample import spread_sample
from engine.search.problem import Problem
from engine.search.strategy import Proposal
from engine.space import Genotypes, SearchSpace
from engine.supernets.registry import load

Measure = Callable[[Genotypes], Points]

_SAMPLE = 2000  # random sub-networks that set the scale
_POPULATION, _GENERATIONS = 200, 100  # of each evolution behind the near-true front
_WORST = 0.95  # the reference point of a measured objective is this quantile of random ones


def interacting_genes(space: SearchSpace, seed: int) -> Measure:
    """Top-1 that saturates in a sum over choices and over random pairs of them."""
    rng = np.random.default_rng(seed)
    columns = int(space.choices.sum())
    weights = rng.gamma(1.0, size=columns) * np.where(rng.random(columns) < 0.2, -0.3, 1.0)
    pairs = rng.integers(0, columns, (3 * columns, 2))
    together = 0.35 * rng.normal(size=len(pairs))

    def raw(genotypes: Genotypes) -> Points:
        features = space.features(genotypes)
        total: Points = features @ weights
        return total + (features[:, pairs[:, 0]] * features[:, pairs[:, 1]]) @ together

    scale = _scaled(space, raw)
    return lambda genotypes: 77 + 2.2 * (1 - np.exp(-0.35 * (scale(genotypes) + 4)))


def random_network(space: SearchSpace, seed: int) -> Measure:
    """Top-1 of a random network with two layers of 64 ReLU, and a part that grows with size."""
    rng = np.random.default_rng(seed)
    columns = int(space.choices.sum())
    first = rng.normal(size=(columns, 64)) * (3.2 / np.sqrt(columns))
    second, last = rng.normal(size=(64, 64)) * (1.4 / 8), rng.normal(size=64) / 8

    def raw(genotypes: Genotypes) -> Points:
        hidden = np.maximum(space.features(genotypes) @ first + 0.1, 0)
        output: Points = np.maximum(hidden @ second, 0) @ last
        return output

    shape = _scaled(space, raw)
    size = _scaled(space, lambda genotypes: space.features(genotypes).sum(axis=1))
    return lambda genotypes: 76 + shape(genotypes) + 2.4 * np.tanh(size(genotypes) / 2.5)


def latency(space: SearchSpace, seed: int) -> Measure:
    """Milliseconds that add up over choices, each with a random cost."""
    costs = 0.2 * np.random.default_rng(seed).gamma(1.0, size=int(space.choices.sum()))
    return lambda genotypes: 5 + space.features(genotypes) @ costs


def _scaled(space: SearchSpace, raw: Measure) -> Measure:
    """`raw` with mean 0 and deviation 1 over random sub-networks."""
    values = raw(space.sample(_SAMPLE, np.random.default_rng(1)))
    return lambda genotypes: (raw(genotypes) - values.mean()) / values.std()


@dataclass(frozen=True)
class SyntheticLandscape:
    """A supernet's space and costs, with made-up functions for the objectives that are measured.

    `noise` is the deviation of an evaluation, as a share of that among random sub-networks.
    """

    name: str
    supernet: str
    objectives: Sequence[str]
    accuracy: Callable[[SearchSpace, int], Measure]
    seed: int
    noise: float = 0.0

    @cached_property
    def problem(self) -> Problem:
        """What is searched."""
        supernet = load(self.supernet)
        return Problem(
            supernet.space, [METRICS[o] for o in self.objectives], supernet.exact_metrics
        )

    @cached_property
    def _measured(self) -> Mapping[str, Measure]:
        space = self.problem.space
        made_up = {"acc": self.accuracy(space, self.seed), "lat": latency(space, self.seed)}
        return {name: made_up[name] for name in self.objectives if name in made_up}

    @cached_property
    def _random(self) -> Genotypes:
        return self.problem.space.sample(_SAMPLE, np.random.default_rng(2))

    @cached_property
    def deviations(self) -> Mapping[str, float]:
        """The deviation of an evaluation from the truth by measured objective."""
        measured = self._measured.items()
        return {n: self.noise * float(np.std(measure(self._random))) for n, measure in measured}

    def truth(self, genotypes: Genotypes) -> Points:
        """`(n, m)` minimised objectives of `(n, genes)` genotypes, without noise."""
        values = {**self.problem.exact(genotypes)}
        values |= {name: measure(genotypes) for name, measure in self._measured.items()}
        return np.stack([o.sign * values[o.name] for o in self.problem.objectives], axis=1)

    def evaluate(self, number: int, proposal: Proposal, rng: np.random.Generator) -> Evaluation:
        """The record of a proposal, as if it had been measured."""
        rows = self.problem.objectives
        values = self.truth(proposal.genotype[None])[0]
        metrics = {o.name: float(o.sign * v) for o, v in zip(rows, values, strict=True)}
        for name, deviation in self.deviations.items():
            metrics[name] += deviation * rng.standard_normal()
        return Evaluation(
            number=number, genotype=tuple(map(int, proposal.genotype)),
            config=self.problem.space.to_config(proposal.genotype), cycle=proposal.cycle,
            status="ok", metrics=metrics, sources=dict.fromkeys(metrics, "synthetic"),
            seconds=0.0, finished=0.0, predicted=proposal.predicted,
        )  # fmt: skip

    @cached_property
    def near_true_front(self) -> Points:
        """`(n, m)` of two evolutions on the true values."""
        fronts = []
        for seed in range(2):
            start = spread_sample(self.problem, _POPULATION, np.random.default_rng(seed))
            search = Evolution("nsga2", self.problem.space, len(self.objectives), start, seed)
            front = np.empty((0, len(self.objectives)))
            for _ in range(_GENERATIONS):
                values = self.truth(search.ask())
                search.tell(values)
                front = np.vstack([front, values])
                front = front[non_dominated(front)]
            fronts.append(front)
        return np.vstack(fronts)

    @cached_property
    def reference(self) -> Points:
        """`(m,)` minimised values behind most sub-networks: the reference point."""
        space = self.problem.space
        values = self.truth(np.vstack([self._random, space.smallest, space.largest]))
        exact = [o.computable for o in self.problem.objectives]
        return np.where(exact, values.max(axis=0), np.quantile(values, _WORST, axis=0))

    def _hypervolume(self, points: Points) -> float:
        best = self.near_true_front.min(axis=0)
        return float(moocore.hypervolume((points - best) / (self.reference - best), ref=1.0))

    def share(self, evaluations: Sequence[Evaluation]) -> float:
        """Share of the near-true hypervolume that the true values of the measured front have."""
        rows = self.problem.objectives
        told = np.array([[o.sign * e.metrics[o.name] for o in rows] for e in evaluations])
        genotypes = np.array([e.genotype for e in evaluations])
        found = self.truth(genotypes[non_dominated(told)])
        return self._hypervolume(found) / self._hypervolume(self.near_true_front)
