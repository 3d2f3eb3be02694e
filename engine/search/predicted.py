"""What approaches with predictors have in common."""

from abc import abstractmethod

import moocore
import numpy as np

from engine.pareto.front import Points, minimised, non_dominated
from engine.predictors import registry
from engine.search import inner
from engine.search.strategy import Proposal, Strategy
from engine.search.surrogate import Surrogate
from engine.space import Genotypes

SMALLEST_TRAINING_SET = 4
_SHORTLIST = 300  # candidates among which a batch is chosen


class PredictedSearch(Strategy):
    """Learns the measured objectives, and chooses by what it holds possible of the others.

    `generations` is the effort of the inner search, `optimistic` whether that search takes
    predictions for better than expected, `predictor` the name of what learns.
    """

    predictor = registry.DEFAULT

    generations: int
    optimistic: bool

    @abstractmethod
    def first(self, n: int, rng: np.random.Generator) -> Genotypes:
        """At most `n` genotypes to learn from, before there are predictors."""

    @abstractmethod
    def size(self) -> int:
        """How many sub-networks a cycle after the first proposes."""

    @abstractmethod
    def choose(
        self, surrogate: Surrogate, candidates: Genotypes, measured: Points, n: int,
        rng: np.random.Generator,
    ) -> list[int]:  # fmt: skip
        """Indices of up to `n` candidates to measure."""

    def plan(self, cycle: int, n: int) -> list[Proposal]:
        """The first sample, then the most promising sub-networks never proposed."""
        rng, space = self._rng(cycle), self.problem.space
        if cycle == 0:
            return [Proposal(genotype, 0) for genotype in self.first(n, rng)]
        count = min(n, self.size())
        usable = [e for e in self.told if e.ok]
        if len(usable) < SMALLEST_TRAINING_SET:
            drawn = space.sample_new(count, rng, self._seen)
            return [Proposal(genotype, cycle) for genotype in drawn]
        genotypes = np.array([e.genotype for e in usable])
        measured = minimised(usable, self.problem.objectives)
        surrogate = Surrogate.fit(self.problem, genotypes, measured, self.predictor, self.seed)
        self.fitted = surrogate.fitted
        candidates = self._promising(surrogate, genotypes[non_dominated(measured)], rng)
        picked = candidates[:0]
        if len(candidates):
            picked = candidates[self.choose(surrogate, candidates, measured, count, rng)]
        seen = self._seen.union(space.keys(picked)) if len(picked) else self._seen
        extra = space.sample_new(count - len(picked), rng, seen)
        return self._proposals(np.vstack([picked, extra]).astype(np.int64), surrogate, cycle)

    def _promising(
        self, surrogate: Surrogate, front: Genotypes, rng: np.random.Generator
    ) -> Genotypes:
        """`(c, genes)` the best ranks of what a search of the predictions visits; maybe none."""
        space = self.problem.space
        predict = surrogate.optimistic if self.optimistic else surrogate.expected
        objectives = len(self.problem.objectives)
        pool = inner.search(
            self.algorithm, space, predict, objectives, front, rng, self.generations
        )
        fresh = pool[[key not in self._seen for key in space.keys(pool)]]
        if not len(fresh):
            return fresh
        ranks = moocore.pareto_rank(predict(fresh))
        return fresh[np.argsort(ranks, kind="stable")[:_SHORTLIST]]

    def _proposals(self, genes: Genotypes, surrogate: Surrogate, cycle: int) -> list[Proposal]:
        if not len(genes):
            return []
        values = surrogate.expected(genes)
        predicted = {c: self.problem.objectives[c] for c in surrogate.models}
        return [
            Proposal(g, cycle, {o.name: float(o.sign * row[c]) for c, o in predicted.items()})
            for g, row in zip(genes, values, strict=True)
        ]
