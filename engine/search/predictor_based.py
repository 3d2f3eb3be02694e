"""What approaches with predictors have in common."""

from abc import abstractmethod

import numpy as np
import numpy.typing as npt

from engine.evaluation.record import WARM_START_CYCLE
from engine.pareto.front import Points, minimised, non_dominated
from engine.predictors import registry
from engine.search import inner_search
from engine.search.acquisition import select_batch
from engine.search.strategy import Proposal, Strategy
from engine.search.surrogate import Surrogate
from engine.space import Genotypes

SMALLEST_TRAINING_SET = 4
_SHORTLIST = 300  # candidates among which a batch is chosen
_BEST_KNOWN = 20  # sub-networks from which an end of the front is looked for


class PredictedSearch(Strategy):
    """Learns the measured objectives, and chooses by what it holds possible of the others.

    It proposes what adds most hypervolume on average over what is held possible; what misses a
    constraint adds none, and what misses one that can be computed is not proposed at all.
    `individuals` and `generations` are the effort of the inner search. After it come `rounds` of a
    refinement, each with so many `offspring` of the predicted front. `predictor` is the name of
    what learns.

    `for_ends` of a batch are chosen for one predicted objective alone, for each in turn. The end of
    the front there is worth much, and hardest to find: it takes many evaluations in one place.
    """

    predictor = registry.DEFAULT

    individuals: int = 120
    generations: int
    rounds: int
    offspring: int

    def for_ends(self, n: int) -> int:
        """How many of a batch of `n` are chosen for a single objective; none unless overridden."""
        return 0

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
        known = sum(e.cycle == WARM_START_CYCLE for e in usable)
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
        ends = self._ends(surrogate, genotypes, measured, self.for_ends(count), rng)
        seen = self._seen.union(space.keys(ends)) if len(ends) else self._seen
        more = self._picked(surrogate, genotypes, measured, count - len(ends), rng, seen)
        picked = np.vstack([ends, more])
        seen = seen.union(space.keys(more)) if len(more) else seen
        extra = self.problem.sample_new(count - len(picked), rng, seen)
        return self._proposals(np.vstack([picked, extra]).astype(np.int64), surrogate, cycle)

    def _ends(
        self, surrogate: Surrogate, genotypes: Genotypes, measured: Points, n: int,
        rng: np.random.Generator,
    ) -> Genotypes:  # fmt: skip
        """`(at most n, genes)` what may be best in one predicted objective; maybe none."""
        objectives = range(len(self.problem.objectives))
        predicted = [column for column in objectives if column in surrogate.models]
        if n == 0 or len(objectives) == 1 or not predicted:
            return genotypes[:0]
        column = predicted[self._cycle % len(predicted)]

        def predict(genes: Genotypes) -> Points:
            return self.problem.penalised(surrogate.expected(genes), measured)[:, [column]]

        known = self.problem.penalised(measured, measured)[:, column]
        best = genotypes[np.argsort(known, kind="stable")[:_BEST_KNOWN]]
        candidates = self._refined(predict, best, rng, self._seen)
        return self._batch(surrogate, candidates, measured, [column], n, rng)

    def _picked(
        self, surrogate: Surrogate, genotypes: Genotypes, measured: Points, n: int,
        rng: np.random.Generator, seen: set[bytes],
    ) -> Genotypes:  # fmt: skip
        """`(at most n, genes)` what is chosen of the most promising sub-networks; maybe none."""
        penalised = self.problem.penalised(measured, measured)
        front = genotypes[non_dominated(penalised)]
        candidates = self._promising(surrogate, front, measured, rng, seen)
        columns = list(range(len(self.problem.objectives)))
        return self._batch(surrogate, candidates, measured, columns, n, rng)

    def _batch(
        self, surrogate: Surrogate, candidates: Genotypes, measured: Points, columns: list[int],
        n: int, rng: np.random.Generator,
    ) -> Genotypes:  # fmt: skip
        """`(at most n, genes)` of `(c, genes)`: those that add most in the objectives `columns`."""
        if not len(candidates):
            return candidates
        samples = self.samples(surrogate, candidates, rng)
        objectives = samples[..., columns]
        objectives[self.problem.violation(samples) > 0] = np.inf
        feasible = self.problem.violation(measured) == 0
        return candidates[select_batch(measured[:, columns], objectives, n, feasible)]

    def _promising(
        self, surrogate: Surrogate, front: Genotypes, measured: Points, rng: np.random.Generator,
        seen: set[bytes],
    ) -> Genotypes:  # fmt: skip
        """`(c, genes)` the best ranks of what a search of the predictions visits; maybe none."""

        def predict(genes: Genotypes) -> Points:
            return self.problem.penalised(surrogate.expected(genes), measured)

        effort = self.individuals, self.generations
        found = inner_search.search(self.algorithm, self.problem, predict, front, rng, *effort)
        return self._refined(predict, found, rng, seen)

    def _refined(
        self,
        predict: inner_search.Predict,
        start: Genotypes,
        rng: np.random.Generator,
        seen: set[bytes],
    ) -> Genotypes:
        """`(c, genes)` the best ranks of what may be proposed, after a refinement; maybe none."""
        pool = inner_search.refined(
            self.problem.space, predict, start, rng, self.rounds, self.offspring
        )
        return pool[self._new(pool, seen)][:_SHORTLIST]

    def _new(self, genotypes: Genotypes, seen: set[bytes]) -> npt.NDArray[np.bool_]:
        """`(c,)` whether each of `(c, genes)` may be proposed and is not in `seen`."""
        new = np.array([key not in seen for key in self.problem.space.keys(genotypes)])
        new &= self.problem.computed_violation(genotypes) == 0
        return new

    def _proposals(self, genes: Genotypes, surrogate: Surrogate, cycle: int) -> list[Proposal]:
        if not len(genes):
            return []
        values = surrogate.expected(genes)
        predicted = {c: self.problem.watched[c] for c in surrogate.models}
        return [
            Proposal(g, cycle, {o.name: float(o.sign * row[c]) for c, o in predicted.items()})
            for g, row in zip(genes, values, strict=True)
        ]
