"""What approaches with predictors have in common."""

from abc import abstractmethod

import moocore
import numpy as np

from engine.evaluation.record import KNOWN
from engine.pareto.front import Points, minimised, non_dominated
from engine.predictors import registry
from engine.search import inner
from engine.search.acquisition import select_batch
from engine.search.strategy import Proposal, Strategy
from engine.search.surrogate import Surrogate
from engine.space import Genotypes

SMALLEST_TRAINING_SET = 4
_SHORTLIST = 300  # candidates among which a batch is chosen


class PredictedSearch(Strategy):
    """Learns the measured objectives, and chooses by what it holds possible of the others.

    It proposes what adds most hypervolume on average over what is held possible; what misses a
    constraint adds none, and what misses one that can be computed is not proposed at all.
    `generations` is the effort of the inner search. After it come `rounds` of a local search, each
    of which looks at `neighbours` neighbours of the predicted front. `optimistic` tells whether
    both take predictions for better than expected; `predictor` is the name of what learns.
    """

    predictor = registry.DEFAULT

    generations: int
    rounds: int
    neighbours: int
    optimistic: bool

    @abstractmethod
    def first(self, n: int, rng: np.random.Generator) -> Genotypes:
        """At most `n` genotypes to learn from, before there are predictors."""

    def initial(self) -> int:
        """How many known sub-networks make a first sample superfluous."""
        return self.size()

    @abstractmethod
    def size(self) -> int:
        """How many sub-networks a cycle after the first proposes."""

    @abstractmethod
    def samples(
        self, surrogate: Surrogate, candidates: Genotypes, rng: np.random.Generator
    ) -> Points:
        """`(s, c, m)` what the `(c, genes)` candidates might turn out to be, in `s` cases."""

    def plan(self, cycle: int, n: int) -> list[Proposal]:
        """The first sample, then the most promising sub-networks never proposed."""
        rng, space = self._rng(cycle), self.problem.space
        usable = [e for e in self.told if e.ok]
        known = sum(e.cycle == KNOWN for e in usable)
        if cycle == 0 and known < max(self.initial(), SMALLEST_TRAINING_SET):
            return [Proposal(genotype, 0) for genotype in self.first(n, rng)]
        count = min(n, self.size())
        if len(usable) < SMALLEST_TRAINING_SET:
            drawn = self.problem.sample_new(count, rng, self._seen)
            return [Proposal(genotype, cycle) for genotype in drawn]
        genotypes = np.array([e.genotype for e in usable])
        measured = minimised(usable, self.problem.watched)
        surrogate = Surrogate.fit(self.problem, genotypes, measured, self.predictor, self.seed)
        self.fitted = surrogate.fitted
        picked = self._picked(surrogate, genotypes, measured, count, rng)
        seen = self._seen.union(space.keys(picked)) if len(picked) else self._seen
        extra = self.problem.sample_new(count - len(picked), rng, seen)
        return self._proposals(np.vstack([picked, extra]).astype(np.int64), surrogate, cycle)

    def _picked(
        self, surrogate: Surrogate, genotypes: Genotypes, measured: Points, n: int,
        rng: np.random.Generator,
    ) -> Genotypes:  # fmt: skip
        """`(at most n, genes)` what is chosen of the most promising sub-networks; maybe none."""
        penalised = self.problem.penalised(measured, measured)
        front = genotypes[non_dominated(penalised)]
        candidates = self._promising(surrogate, front, measured, rng)
        if not len(candidates):
            return candidates
        samples = self.samples(surrogate, candidates, rng)
        objectives = samples[..., : penalised.shape[1]]
        objectives[self.problem.violation(samples) > 0] = np.inf
        feasible = self.problem.violation(measured) == 0
        reached = measured[:, : penalised.shape[1]]
        return candidates[select_batch(reached, objectives, n, feasible)]

    def _promising(
        self, surrogate: Surrogate, front: Genotypes, measured: Points, rng: np.random.Generator
    ) -> Genotypes:
        """`(c, genes)` the best ranks of what a search of the predictions visits; maybe none."""
        space = self.problem.space
        held = surrogate.optimistic if self.optimistic else surrogate.expected

        def predict(genes: Genotypes) -> Points:
            return self.problem.penalised(held(genes), measured)

        pool = inner.search(self.algorithm, self.problem, predict, front, rng, self.generations)
        values = predict(pool)
        for _ in range(self.rounds):
            leading = pool[non_dominated(values)]
            near = self.problem.neighbours(
                leading[rng.integers(0, len(leading), self.neighbours)], rng
            )
            pool, values = np.vstack([pool, near]), np.vstack([values, predict(near)])
        pool, distinct = np.unique(pool, axis=0, return_index=True)
        new = np.array([key not in self._seen for key in space.keys(pool)])
        new &= self.problem.computed_violation(pool) == 0
        if not new.any():
            return pool[:0]
        ranks = moocore.pareto_rank(values[distinct][new])
        best: Genotypes = pool[new][np.argsort(ranks, kind="stable")[:_SHORTLIST]]
        return best

    def _proposals(self, genes: Genotypes, surrogate: Surrogate, cycle: int) -> list[Proposal]:
        if not len(genes):
            return []
        values = surrogate.expected(genes)
        predicted = {c: self.problem.watched[c] for c in surrogate.models}
        return [
            Proposal(g, cycle, {o.name: float(o.sign * row[c]) for c, o in predicted.items()})
            for g, row in zip(genes, values, strict=True)
        ]
