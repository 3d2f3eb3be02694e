"""The base class of approaches with predictors."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from functools import cached_property

import moocore
import numpy as np
import numpy.typing as npt

from engine.evaluation.record import WARM_START_CYCLE, Evaluation
from engine.pareto.front import Points, non_dominated
from engine.predictors import registry
from engine.predictors.predictor import Predictor
from engine.search import inner_search
from engine.search.acquisition import select_batch
from engine.search.measured_rows import MeasuredRows
from engine.search.problem import Problem
from engine.search.strategy import Proposal, Strategy
from engine.search.surrogate import NO_PRIORS, Surrogate
from engine.space import Genotypes

SMALLEST_TRAINING_SET = 4
_MAX_CANDIDATES = 300  # from which a batch is selected; twice the batch where that is more
_MAX_PENDING = 300  # sub-networks without a result that a batch takes into account
_EXTREME_START_SIZE = 20  # best sub-networks that start the search for an extreme point


class PredictorBasedSearch(Strategy):
    """Predicts the objectives that are not computed, and proposes by expected improvement.

    It proposes the batch of largest mean hypervolume improvement over samples of the predictions. A
    predicted constraint violation adds none; a computed one excludes a sub-network. `individuals`
    and `generations` are the effort of the inner search, `rounds` and `offspring` that of the
    refinement after it. `predictor` is the name of the predictor.

    A share of a batch is chosen for one of the `extreme_columns` alone, for each in turn. The end
    of the front is worth much there and hard to find: it takes many evaluations in one place.
    """

    predictor = registry.DEFAULT

    individuals: int = 120
    generations: int
    rounds: int
    offspring: int

    def __init__(
        self, problem: Problem, population: int, budget: int, seed: int,
        algorithm: str | None = None,
    ) -> None:  # fmt: skip
        super().__init__(problem, population, budget, seed, algorithm)
        self._measured = MeasuredRows(problem)
        self._warm_start_count = 0

    def extreme_columns(self) -> Sequence[int]:
        """Predicted objectives that a share of a batch is for alone; none unless overridden."""
        return ()

    @abstractmethod
    def initial_genotypes(self, n: int, rng: np.random.Generator) -> Genotypes:
        """At most `n` genotypes to learn from, before there are predictors."""

    def initial_size(self) -> int:
        """The number of warm-start evaluations that replaces the initial sample."""
        return self.batch_size()

    @abstractmethod
    def batch_size(self) -> int:
        """How many sub-networks a cycle after the first proposes."""

    @abstractmethod
    def objective_samples(
        self, surrogate: Surrogate, candidates: Genotypes, rng: np.random.Generator
    ) -> Points:
        """`(s, c, m)` samples of the metrics of `(c, genes)` candidates."""

    def plan(self, cycle: int, n: int) -> list[Proposal]:
        """The initial sample, then the most promising sub-networks that were not proposed."""
        rng, space = self._rng(cycle), self.problem.space
        measured = self._measured
        if cycle == 0 and self._warm_start_count < max(self.initial_size(), SMALLEST_TRAINING_SET):
            return [Proposal(genotype, 0) for genotype in self._first_genotypes(n, rng)]
        count = min(n, self.supplying_size(self.batch_size()))
        if len(measured) < SMALLEST_TRAINING_SET:
            random_genotypes = self.problem.sample_new(count, rng, self._known_keys)
            return [Proposal(genotype, cycle) for genotype in random_genotypes]
        surrogate = self._fit()
        leading = measured.leading()
        genotypes, points = measured.genotypes(leading), measured.points(leading)
        self.fitted_predictors = surrogate.fitted_predictors
        extremes = self._select_extremes(surrogate, genotypes, points, count, rng)
        chosen_keys = set(space.keys(extremes)) if len(extremes) else set()
        front_count = count - len(extremes)
        front = self._select_for_front(surrogate, genotypes, points, front_count, rng, chosen_keys)
        batch = np.vstack([extremes, front]).astype(np.int64)
        if len(batch) < count:
            excluded_keys = self._known_keys.union(space.keys(batch) if len(batch) else ())
            others = self.problem.sample_new(count - len(batch), rng, excluded_keys)
            batch = np.vstack([batch, others])
        return self._proposals(batch, surrogate, cycle)

    def tell(self, evaluations: Sequence[Evaluation]) -> None:
        """Learn from evaluations, in the order of the log; failed ones too."""
        super().tell(evaluations)
        measured = [e for e in evaluations if e.ok]
        self._measured.add(measured)
        self._warm_start_count += sum(e.cycle == WARM_START_CYCLE for e in measured)

    def _fit(self) -> Surrogate:
        """A surrogate of the most informative evaluations that its predictor can use."""
        rows = self._measured.informative(registry.max_rows(self.predictor))
        genotypes, points = self._measured.genotypes(rows), self._measured.points(rows)
        return Surrogate.fit(
            self.problem, genotypes, points, self.predictor, self.seed, self._priors
        )

    @cached_property
    def _priors(self) -> Mapping[int, Predictor]:
        """What a sibling supernet lets expect, by column; nothing without one."""
        return self.sibling.priors(self.predictor, self.seed) if self.sibling else NO_PRIORS

    def _first_genotypes(self, n: int, rng: np.random.Generator) -> Genotypes:
        """`(at most n, genes)` the initial sample; up to a population from a sibling's front."""
        initial = self.initial_genotypes(n, rng)
        if self.sibling is None:
            return initial
        front = self.sibling.leading(min(len(initial), self.population))
        front_keys = set(self.problem.space.keys(front))
        is_new = [key not in front_keys for key in self.problem.space.keys(initial)]
        first: Genotypes = np.vstack([front, initial[is_new]])[: len(initial)]
        return first

    def _select_extremes(
        self, surrogate: Surrogate, genotypes: Genotypes, measured_points: Points, n: int,
        rng: np.random.Generator,
    ) -> Genotypes:  # fmt: skip
        """`(k, genes)` of a batch of `n`, for the best of one objective alone; maybe none."""
        columns = self.extreme_columns()
        if not columns:
            return genotypes[:0]
        column = columns[self._cycle % len(columns)]

        def predict(genes: Genotypes) -> Points:
            return self.problem.penalised_objectives(surrogate.predict(genes), measured_points)[
                :, [column]
            ]

        objective_values = self.problem.penalised_objectives(measured_points, measured_points)[
            :, column
        ]
        start = genotypes[np.argsort(objective_values, kind="stable")[:_EXTREME_START_SIZE]]
        candidates = self._refine(predict, start, rng, set())
        count = n // len(self.problem.objectives)
        return self._select_batch(surrogate, candidates, measured_points, [column], count, rng)

    def _select_for_front(
        self, surrogate: Surrogate, genotypes: Genotypes, measured_points: Points, n: int,
        rng: np.random.Generator, chosen_keys: set[bytes],
    ) -> Genotypes:  # fmt: skip
        """`(at most n, genes)` a batch of the most promising sub-networks; maybe none."""
        objective_values = self.problem.penalised_objectives(measured_points, measured_points)
        front = genotypes[non_dominated(objective_values)]
        candidates = self._promising_candidates(surrogate, front, measured_points, rng, chosen_keys)
        columns = list(range(len(self.problem.objectives)))
        return self._select_batch(surrogate, candidates, measured_points, columns, n, rng)

    def _select_batch(
        self, surrogate: Surrogate, candidates: Genotypes, measured_points: Points,
        columns: list[int], n: int, rng: np.random.Generator,
    ) -> Genotypes:  # fmt: skip
        """`(at most n, genes)` of `(c, genes)`: the batch that adds most in `columns`."""
        if not len(candidates):
            return candidates
        pending = self._relevant_pending(surrogate, measured_points)
        samples = self.objective_samples(surrogate, np.vstack([pending, candidates]), rng)
        objectives = samples[..., columns]
        objectives[self.problem.violation(samples) > 0] = np.inf
        is_feasible = self.problem.violation(measured_points) == 0
        chosen = select_batch(
            measured_points[:, columns], objectives, n, is_feasible, pending=len(pending)
        )
        return candidates[chosen]

    def _relevant_pending(self, surrogate: Surrogate, measured_points: Points) -> Genotypes:
        """`(at most 300, genes)` the pending sub-networks of the best predicted ranks."""
        pending = self.pending_genotypes
        if len(pending) <= _MAX_PENDING:
            return pending
        values = self.problem.penalised_objectives(surrogate.predict(pending), measured_points)
        return pending[np.argsort(moocore.pareto_rank(values), kind="stable")[:_MAX_PENDING]]

    def _promising_candidates(
        self, surrogate: Surrogate, front: Genotypes, measured_points: Points,
        rng: np.random.Generator, chosen_keys: set[bytes],
    ) -> Genotypes:  # fmt: skip
        """`(c, genes)` the best ranks of a search of the predictions; maybe none."""

        def predict(genes: Genotypes) -> Points:
            return self.problem.penalised_objectives(surrogate.predict(genes), measured_points)

        effort = self.individuals, self.generations
        visited_genotypes = inner_search.search(
            self.algorithm, self.problem, predict, front, rng, *effort
        )
        return self._refine(predict, visited_genotypes, rng, chosen_keys)

    def _refine(
        self,
        predict: inner_search.Predict,
        start: Genotypes,
        rng: np.random.Generator,
        chosen_keys: set[bytes],
    ) -> Genotypes:
        """`(c, genes)` the best ranks of eligible genotypes, after a refinement; maybe none."""
        pool = inner_search.refine(
            self.problem.space, predict, start, rng, self.rounds, self.offspring
        )
        count = max(_MAX_CANDIDATES, 2 * self.smallest_plan)
        return pool[self._is_eligible(pool, chosen_keys)][:count]

    def _is_eligible(self, genotypes: Genotypes, chosen_keys: set[bytes]) -> npt.NDArray[np.bool_]:
        """`(c,)` whether `(c, genes)` are new and satisfy the computed constraints.

        Those with `chosen_keys` are in the batch already.
        """
        known_keys = self._known_keys
        is_eligible = np.array(
            [
                key not in known_keys and key not in chosen_keys
                for key in self.problem.space.keys(genotypes)
            ]
        )
        is_eligible &= self.problem.computed_violation(genotypes) == 0
        return is_eligible

    def _proposals(self, genotypes: Genotypes, surrogate: Surrogate, cycle: int) -> list[Proposal]:
        if not len(genotypes):
            return []
        values = surrogate.predict(genotypes)
        predicted_metrics = {c: self.problem.metrics[c] for c in surrogate.models}
        return [
            Proposal(
                g, cycle, {o.name: float(o.sign * row[c]) for c, o in predicted_metrics.items()}
            )
            for g, row in zip(genotypes, values, strict=True)
        ]
