"""What approaches with predictors have in common."""

from collections.abc import Sequence

import moocore
import numpy as np

from engine.evaluation.record import Evaluation
from engine.pareto.front import minimised, non_dominated
from engine.search import inner
from engine.search.strategy import Proposal, Strategy
from engine.search.surrogate import Surrogate
from engine.space import Genotypes

_SHORTLIST = 300  # candidates among which a batch is chosen


class PredictedSearch(Strategy):
    """Learns the measured objectives, and searches what it expects of the others."""

    SMALLEST_TRAINING_SET = 4

    def promising(
        self,
        usable: Sequence[Evaluation],
        rng: np.random.Generator,
        optimistic: bool,
        generations: int,
    ) -> tuple[Surrogate, Genotypes]:
        """What was learnt from `usable`, and `(c, genes)` candidates never proposed.

        The candidates are the best ranks of what a search of the predictions visits, of optimistic
        ones or of expected ones, in so many `generations`. There may be none.
        """
        space, objectives = self.problem.space, self.problem.objectives
        genotypes = np.array([e.genotype for e in usable])
        measured = minimised(usable, objectives)
        surrogate = Surrogate.fit(self.problem, genotypes, measured)
        predict = surrogate.optimistic if optimistic else surrogate.expected
        front = genotypes[non_dominated(measured)]
        pool = inner.search(
            self.algorithm, space, predict, len(objectives), front, rng, generations
        )
        fresh = pool[[key not in self._seen for key in space.keys(pool)]]
        if not len(fresh):
            return surrogate, fresh
        ranks = moocore.pareto_rank(predict(fresh))
        return surrogate, fresh[np.argsort(ranks, kind="stable")[:_SHORTLIST]]

    def proposals(
        self, picked: Genotypes, surrogate: Surrogate, cycle: int, count: int,
        rng: np.random.Generator,
    ) -> list[Proposal]:  # fmt: skip
        """`count` proposals with what is expected of them: `picked`, made up with random ones."""
        space, objectives = self.problem.space, self.problem.objectives
        seen = self._seen.union(space.keys(picked)) if len(picked) else self._seen
        extra = space.sample_new(count - len(picked), rng, seen)
        genes = np.vstack([picked, extra]).astype(np.int64)
        if not len(genes):
            return []
        values = surrogate.expected(genes)
        predicted = {c: objectives[c] for c in surrogate.models}
        return [
            Proposal(g, cycle, {o.name: float(o.sign * row[c]) for c, o in predicted.items()})
            for g, row in zip(genes, values, strict=True)
        ]
