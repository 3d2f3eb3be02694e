"""The search of what can be computed: a near-true front, without a measurement."""

import math
from collections.abc import Iterator
from functools import cached_property

import numpy as np

from engine.evaluation.record import WARM_START_CYCLE
from engine.search.algorithms import Evolution
from engine.search.initial_sample import spread_sample
from engine.search.strategy import Proposal, Strategy
from engine.search.value_pool import ValuePool
from engine.search_methods import algorithms_for
from engine.space import Genotypes
from engine.space.gene_order import genotypes_in_order

KEPT_SAMPLE = 2_000
"""Sub-networks of the log besides the final front."""
LARGEST_KEPT_FRONT = 3_000
_STEPS = 20  # in which the sample is kept, and progress is told
_POPULATION = 200
_MOST_ROUNDS, _SMALLEST_ROUND = 4, 0.05  # the latter a share of the budget
_SHARE = 0.25  # of the budget, for evolution before each climb
_MOST_REPEATS = 2  # times as many sub-networks, of which most were computed before
_MOST_NEIGHBOURS = 8  # of one gene
_CLIMBERS = 20  # sub-networks that climb at a time, and at least altogether


class ComputedSearch(Strategy):
    """NSGA-II on true values, then hill climbing by single genes until nothing improves.

    All objectives and constrained metrics are computed (`Problem.exact`), and `budget` is how many
    sub-networks are. A space with no more than that is computed completely: the front is the true
    one. The log keeps the front and a sample of the others, which is all that `plan` proposes.

    The state is a function of the configuration alone. After an interruption the same sub-networks
    are computed again, which takes seconds, and those in the log are not proposed again.
    """

    _ended = ""
    _is_cut = False  # whether the budget ended a climb

    @property
    def computed_count(self) -> int | None:
        """How many sub-networks were computed so far."""
        return len(self._pool)

    @property
    def stop_reason(self) -> str:
        """What was computed, and why no more is."""
        return self._ended or super().stop_reason

    def plan(self, cycle: int, n: int) -> list[Proposal]:
        """The next part of the sample, with the present front; at last the whole front."""
        for genotypes in self._kept:
            by_key = dict(zip(self.problem.space.keys(genotypes), genotypes, strict=True))
            new = [g for key, g in by_key.items() if key not in self._known_keys]
            if new:
                return [Proposal(genotype, cycle) for genotype in new]
        return []

    @cached_property
    def _pool(self) -> ValuePool:
        return ValuePool(self.problem)

    @cached_property
    def _kept(self) -> Iterator[Genotypes]:
        return self._kept_by_step()

    def _kept_by_step(self) -> Iterator[Genotypes]:
        """`(k, genes)` the sub-networks that the log keeps of each step, then the whole front."""
        pool, rng = self._pool, np.random.default_rng((self.seed, 1))
        is_whole = self.problem.space.size <= self.budget
        expected = min(self.problem.space.size, self.budget)
        step = seen = 0
        for _ in self._every_sub_network() if is_whole else self._improving():
            if len(pool) >= expected * (step + 1) / _STEPS:
                step = len(pool) * _STEPS // expected
                yield self._sample(seen, rng)
                seen = len(pool)
        yield np.vstack([self._sample(seen, rng), self._front()])

    def _sample(self, seen: int, rng: np.random.Generator) -> Genotypes:
        """Some of the sub-networks after the first `seen`: of the front, and of all others."""
        count, pool = KEPT_SAMPLE // _STEPS, self._pool
        front = pool.front()
        new_front = _evenly(front[front >= seen], count // 2)
        others = np.setdiff1d(pool.feasible(seen), new_front)
        chosen = rng.permutation(others)[: count - len(new_front)]
        return pool.genotypes(np.sort(np.concatenate([new_front, chosen])))

    def _front(self) -> Genotypes:
        return self._pool.genotypes(_evenly(self._pool.front(), LARGEST_KEPT_FRONT))

    def _every_sub_network(self) -> Iterator[None]:
        for block in genotypes_in_order(self.problem.space):
            for start in range(0, len(block), _POPULATION):
                self._pool.search_values(block[start : start + _POPULATION])
                yield
        self._ended = (
            f"All {len(self._pool):,} sub-networks of the space were computed: "
            "the front is the true one."
        )

    def _improving(self) -> Iterator[None]:
        """Evolve and climb in turn until the budget is used; yields after each batch."""
        pool, rng = self._pool, np.random.default_rng((self.seed, 0))
        start, goal = self._start(rng), _SHARE * self.budget
        for _ in range(_MOST_ROUNDS):
            before = len(pool)
            yield from self._evolving(start, goal, int(rng.integers(2**31)))
            yield from self._climbing()
            spent = len(pool) - before
            if spent < _SMALLEST_ROUND * self.budget or spent > self.budget - len(pool):
                break  # another round finds little, or would not end its climb
            start = spread_sample(self.problem, _POPULATION, rng)
            goal = len(pool) + _SHARE * self.budget
        self._ended = f"{len(pool):,} sub-networks were computed."
        if not self._waiting() and not self._is_cut:
            self._ended += " No change of a single gene improves the front."

    def _start(self, rng: np.random.Generator) -> Genotypes:
        """`(n, genes)` the first generation, after the sub-networks of a warm start."""
        warm = [e.genotype for e in self.evaluations if e.cycle == WARM_START_CYCLE]
        if warm:
            self._pool.search_values(np.array(warm, dtype=np.int64))
        return spread_sample(self.problem, min(_POPULATION, self.budget), rng)

    def _evolving(self, start: Genotypes, goal: float, seed: int) -> Iterator[None]:
        """Evolve from `start` until the pool has `goal` sub-networks, or grows too slowly."""
        pool = self._pool
        columns = pool.search_values(start).shape[1]
        name = algorithms_for(columns)[0]
        evolution = Evolution(name, self.problem.space, columns, start, seed)
        goal = min(goal, self.budget)
        for _ in range(math.ceil(_MOST_REPEATS * (goal - len(pool)) / len(start))):
            if len(pool) + len(start) > goal:
                break
            evolution.tell(pool.search_values(evolution.ask()))
            yield

    def _climbing(self) -> Iterator[None]:
        """Try every change of a single gene of the front, until none improves it."""
        pool = self._pool
        while len(pool) < self.budget and (waiting := self._waiting()[:_CLIMBERS]):
            self._climbed.update(waiting)
            neighbours = self._neighbours(pool.genotypes(np.array(waiting)))
            self._is_cut = len(neighbours) > self.budget - len(pool)
            pool.search_values(neighbours[: self.budget - len(pool)])
            yield

    def _waiting(self) -> list[int]:
        """The sub-networks of the front, or the best few, whose neighbours were not computed."""
        leaders = self._pool.leaders
        if len(leaders) < _CLIMBERS:
            leaders = self._pool.best(_CLIMBERS)
        return [number for number in leaders.tolist() if number not in self._climbed]

    @cached_property
    def _climbed(self) -> set[int]:
        return set()

    def _neighbours(self, genotypes: Genotypes) -> Genotypes:
        """`(n, genes)` all that differ in one gene; of a gene with many choices, the nearest."""
        space, neighbours = self.problem.space, []
        for gene, count in enumerate(space.choices.tolist()):
            for offset in _offsets(count):
                moved = genotypes[:, gene] + offset
                is_choice = (moved >= 0) & (moved < count)
                changed = genotypes[is_choice].copy()
                changed[:, gene] = moved[is_choice]
                neighbours.append(changed)
        return space.canonical(np.vstack(neighbours))


def _offsets(count: int) -> list[int]:
    """Steps between the choices of a gene with `count` of them, the nearest first."""
    furthest = min(count - 1, _MOST_NEIGHBOURS // 2 if count > _MOST_NEIGHBOURS else count - 1)
    return [sign * distance for distance in range(1, furthest + 1) for sign in (1, -1)]


def _evenly(numbers: "np.ndarray[tuple[int], np.dtype[np.int64]]", count: int) -> Genotypes:
    """At most `count` of the numbers, evenly spread over their order, with both ends."""
    if len(numbers) <= count:
        return numbers
    return numbers[np.unique(np.linspace(0, len(numbers) - 1, count).round().astype(np.int64))]
