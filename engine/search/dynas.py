"""DyNAS: measure a few, learn predictors, search what they predict, measure the best, repeat.

Source: Cummings et al., arXiv 2205.10358 and arXiv 2202.12934. What differs: cycles are short, the
initial sample is spread over size, metrics that can be computed are never predicted, the inner
search starts from the front so far, and proposals are chosen for expected hypervolume improvement.
"""

import moocore
import numpy as np

from engine.pareto.front import minimised, non_dominated
from engine.search import nsga2
from engine.search.acquisition import select_batch
from engine.search.initial import spread_sample
from engine.search.strategy import Proposal, Strategy
from engine.search.surrogate import Surrogate
from engine.space import Genotypes

_CYCLES_PER_POPULATION = 4
_SMALLEST_CYCLE = 4  # also the least to learn from
_SHORTLIST = 300  # candidates among which a batch is chosen
_DRAWS = 32  # of the objectives of the shortlist


class Dynas(Strategy):
    """The DyNAS cycle. A cycle measures a quarter of a population, so that predictors learn soon.

    Cycle 0, the initial sample, is as small: every sub-network after it is chosen with knowledge.
    """

    def plan(self, cycle: int, n: int) -> list[Proposal]:
        """The initial sample, then the most promising sub-networks never proposed."""
        rng = self._rng(cycle)
        count = min(n, max(self.population // _CYCLES_PER_POPULATION, _SMALLEST_CYCLE))
        if cycle == 0:
            return [Proposal(g, 0) for g in spread_sample(self.problem, count, rng)]
        usable = [e for e in self.told if e.ok]
        if len(usable) < _SMALLEST_CYCLE:
            drawn = self.problem.space.sample_new(count, rng, self._seen)
            return [Proposal(genotype, cycle) for genotype in drawn]
        genotypes = np.array([e.genotype for e in usable])
        measured = minimised(usable, self.problem.objectives)
        surrogate = Surrogate.fit(self.problem, genotypes, measured)
        front = genotypes[non_dominated(measured)]
        candidates = self._candidates(surrogate, front, rng)
        picked = candidates[:0]
        if len(candidates):
            samples = surrogate.sample(candidates, _DRAWS, rng)
            picked = candidates[select_batch(measured, samples, count)]
        seen = self._seen.union(self.problem.space.keys(picked))
        extra = self.problem.space.sample_new(count - len(picked), rng, seen)
        return self._proposals(np.vstack([picked, extra]).astype(np.int64), surrogate, cycle)

    def _candidates(
        self, surrogate: Surrogate, front: Genotypes, rng: np.random.Generator
    ) -> Genotypes:
        """The shortlist: the best ranks of what a search of optimistic predictions visits."""
        space, objectives = self.problem.space, len(self.problem.objectives)
        pool = nsga2.search(space, surrogate.optimistic, objectives, front, rng)
        fresh = pool[[key not in self._seen for key in space.keys(pool)]]
        if not len(fresh):
            return fresh
        ranks = moocore.pareto_rank(surrogate.optimistic(fresh))
        return fresh[np.argsort(ranks, kind="stable")[:_SHORTLIST]]

    def _proposals(self, genes: Genotypes, surrogate: Surrogate, cycle: int) -> list[Proposal]:
        if not len(genes):
            return []
        values = surrogate.expected(genes)
        names = {c: self.problem.objectives[c] for c in surrogate.models}
        return [
            Proposal(g, cycle, {o.name: float(o.sign * row[c]) for c, o in names.items()})
            for g, row in zip(genes, values, strict=True)
        ]
