"""Search problems with made-up accuracies: real spaces and exact costs, random functions of genes.

They say nothing of real networks. They tell whether a search holds on spaces, numbers of objectives
and shapes of accuracy that it was not developed on.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from benchmarks.landscapes import Box, Landscape
from benchmarks.near_true_front import kept_front
from engine.metrics import METRICS
from engine.pareto.front import Points, non_dominated
from engine.search.algorithms import Evolution
from engine.search.initial_sample import spread_sample
from engine.search.problem import Problem
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
    def _deviations(self) -> Mapping[str, float]:
        """The deviation of an evaluation from the truth by measured objective."""
        measured = self._measured.items()
        return {n: self.noise * float(np.std(measure(self._random))) for n, measure in measured}

    def truth(self, genotypes: Genotypes) -> Points:
        """`(n, m)` minimised objectives of `(n, genes)` genotypes, without noise."""
        values = {**self.problem.exact(genotypes)}
        values |= {name: measure(genotypes) for name, measure in self._measured.items()}
        return np.stack([o.sign * values[o.name] for o in self.problem.objectives], axis=1)

    @cached_property
    def landscape(self) -> Landscape:
        """Its evaluations, and the share that they reach."""
        return Landscape(
            name=self.name,
            title=f"synthetic, {self.name}",
            problem=self.problem,
            truth=self.truth,
            make_box=self._box,
            sources=dict.fromkeys(self.objectives, "synthetic"),
            noise=self._deviations,
        )

    def _box(self) -> Box:
        front = self.near_true_front
        return Box.of(front, front.min(axis=0), self._reference)

    @property
    def near_true_front(self) -> Points:
        """`(n, m)` of two evolutions on the true values, kept once it was computed."""
        return kept_front(self.problem, self.truth, self._evolved_front)

    def _evolved_front(self) -> Points:
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
    def _reference(self) -> Points:
        """`(m,)` minimised values behind most sub-networks: the reference point."""
        space = self.problem.space
        values = self.truth(np.vstack([self._random, space.smallest, space.largest]))
        exact = [o.computable for o in self.problem.objectives]
        return np.where(exact, values.max(axis=0), np.quantile(values, _WORST, axis=0))


_RESNET, _PROXYLESS = "ofa_resnet50", "ofa_proxyless_d234_e346_k357_w1.3"
_BUILT_IN = "ofa_mbv3_fashion_d234_e346_k357"
_TWO, _THREE = ("acc", "macs"), ("acc", "macs", "params")
_FOUR = (*_THREE, "lat")

SYNTHETIC = {
    "synthetic-resnet50": SyntheticLandscape("ResNet50", _RESNET, _TWO, random_network, 0),
    "synthetic-proxyless": SyntheticLandscape(
        "ProxylessNAS", _PROXYLESS, _TWO, interacting_genes, 1
    ),
    "synthetic-built-in": SyntheticLandscape("built-in", _BUILT_IN, _TWO, random_network, 2),
    "synthetic-latency": SyntheticLandscape(
        "built-in, latency", _BUILT_IN, ("acc", "lat"), interacting_genes, 3
    ),
    "synthetic-noise": SyntheticLandscape(
        "ProxylessNAS, noisy", _PROXYLESS, _TWO, random_network, 4, noise=0.2
    ),
    "synthetic-three": SyntheticLandscape(
        "built-in, 3 objectives", _BUILT_IN, _THREE, random_network, 5
    ),
    "synthetic-four": SyntheticLandscape(
        "ResNet50, 4 objectives", _RESNET, _FOUR, interacting_genes, 6
    ),
}
"""The landscapes on which the search was not developed, by short name."""
