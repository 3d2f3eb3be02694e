"""Evolutionary search on measurements alone, without predictors."""

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from engine.constraints import violations
from engine.evaluation.record import WARM_START_CYCLE, Evaluation
from engine.pareto.front import Points, minimised, non_dominated
from engine.search.algorithms import Evolution
from engine.search.initial_sample import spread_sample
from engine.search.problem import penalise
from engine.search.strategy import Plan, Proposal, Strategy
from engine.space import Genotypes

_MAX_REPEATED_GENERATIONS = 50  # without a new sub-network; then random sampling


class Evolutionary(Strategy):
    """One generation a cycle; the next starts when all of it has been measured.

    Offspring that was measured before is not measured again: the algorithm gets the known result,
    and a generation costs as many evaluations as it has new sub-networks. Offspring that violates a
    constraint counts as worse than every feasible one, without a measurement where the constraint
    is computable. `restore` replays the generations from the results in the log.
    """

    _evolution: Evolution | None = None
    _generation: Genotypes
    _worst: Points
    _best: Points

    @cached_property
    def _known_results(self) -> dict[bytes, tuple[Points, float]]:
        """By key: minimised objectives, NaN if failed, and violation of the constraints."""
        return {}

    def tell(self, evaluations: Sequence[Evaluation]) -> None:
        """Record evaluations, and index their objectives by sub-network."""
        super().tell(evaluations)
        for row, e in zip(
            minimised(evaluations, self.problem.objectives), evaluations, strict=True
        ):
            violation = float(violations(self.problem.constraints, e.metrics)) if e.ok else 0.0
            self._known_results[self.problem.space.key(np.array(e.genotype))] = row, violation

    def restore(self, evaluations: Sequence[Evaluation], plans: Sequence[Plan]) -> None:
        """Restore the state; a sub-network to be evaluated again has no result until then."""
        super().restore(evaluations, plans)
        for proposal in self._queue:
            self._known_results.pop(self.problem.space.key(proposal.genotype), None)

    def plan(self, cycle: int, n: int) -> list[Proposal]:
        """The new sub-networks of the generation; none while some of it is being measured."""
        evolution = self._evolution or self._initialise()
        for _ in range(_MAX_REPEATED_GENERATIONS):
            keys = self.problem.space.keys(self._generation)
            violation = self.problem.computed_violation(self._generation)
            feasible_keys = [k for k, v in zip(keys, violation, strict=True) if v == 0]
            members = dict(zip(keys, self._generation, strict=True))
            new_members = [
                members[key] for key in dict.fromkeys(feasible_keys) if key not in self._known_keys
            ]
            if new_members:
                return [Proposal(member, cycle) for member in new_members[:n]]
            if any(key not in self._known_results for key in feasible_keys):
                return []
            evolution.tell(self._penalised_values(keys, violation))
            self._generation = evolution.ask()
        count = min(n, self.population)
        genotypes = self.problem.sample_new(count, self._rng(cycle), self._known_keys)
        return [Proposal(genotype, cycle) for genotype in genotypes]

    def _initialise(self) -> Evolution:
        """The first generation: both ends of the space, and a spread over size between them.

        A warm start replaces as many of these as its front has members, and so does a sibling.
        """
        rng = self._rng(0)
        population = spread_sample(self.problem, self.population, rng)
        front = self._earlier_front(len(population))
        if len(front):
            front_keys = set(self.problem.space.keys(front))
            is_new = [key not in front_keys for key in self.problem.space.keys(population)]
            population = np.vstack([front, population[is_new]])[: len(population)]
        objective_count = len(self.problem.objectives)
        self._evolution = Evolution(
            self.algorithm,
            self.problem.space,
            objective_count,
            population,
            int(rng.integers(2**31)),
        )
        self._generation = self._evolution.ask()
        self._worst = np.full(objective_count, -np.inf)
        self._best = np.full(objective_count, np.inf)
        return self._evolution

    def _earlier_front(self, n: int) -> Genotypes:
        """`(at most n, genes)` of the front of a warm start, or of a sibling."""
        if self.sibling is not None:
            return self.sibling.leading(n)
        return self._warm_start_front()[:n]

    def _warm_start_front(self) -> Genotypes:
        """`(k, genes)` the feasible front of the warm-start evaluations."""
        constraints = self.problem.constraints
        evaluations = [
            e for e in self.evaluations
            if e.cycle == WARM_START_CYCLE and e.ok and violations(constraints, e.metrics) == 0
        ]  # fmt: skip
        if not evaluations:
            return np.empty((0, len(self.problem.space.genes)), dtype=np.int64)
        is_on_front = non_dominated(minimised(evaluations, self.problem.objectives))
        return np.array([e.genotype for e in evaluations], dtype=np.int64)[is_on_front]

    def _penalised_values(self, keys: list[bytes], computed_violation: Points) -> Points:
        """`(n, m)` minimised values that the algorithm gets for a generation.

        A violation makes a value worse than all so far, in proportion to the violation. Failed
        evaluations (NaN) count as the worst value so far, so that they leave no offspring.
        """
        missing_values = np.full(len(self._worst), np.nan)
        rows, violation = zip(
            *(
                self._known_results.get(k, (missing_values, v))
                for k, v in zip(keys, computed_violation, strict=True)
            ),
            strict=True,
        )
        values = np.array(rows)
        is_measured = np.isfinite(values).all(axis=1)
        self._worst = np.maximum(self._worst, values[is_measured].max(axis=0, initial=-np.inf))
        self._best = np.minimum(self._best, values[is_measured].min(axis=0, initial=np.inf))
        worst = np.where(np.isfinite(self._worst), self._worst, 0.0)
        best = np.where(np.isfinite(self._best), self._best, 0.0)
        values = np.where(is_measured[:, None], values, worst)
        return penalise(values, np.array(violation), np.array([best, worst]))
