"""The sub-networks that a search of computed values has met, with their values and their front."""

from functools import cached_property
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from engine.pareto.front import Points, non_dominated
from engine.search.problem import Problem, penalise
from engine.space import Genotypes

_BLOCK = 2_000  # genotypes that are computed at once
_Indices = npt.NDArray[np.int64]
_Rows = TypeVar("_Rows", npt.NDArray[np.int64], npt.NDArray[np.float64])


class ValuePool:
    """Distinct sub-networks of a problem whose metrics are all computed, each computed once.

    Everything is minimised. `leaders` are the front that a search should improve. Where there is a
    single objective and a limit, it is the front of both: at the best value, a change of one gene
    mostly violates the limit, and the way to a better one leads along that front.
    """

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._numbers: dict[bytes, int] = {}
        self._genotypes: list[Genotypes] = []  # blocks
        self._values: list[Points] = []
        self._violation: list[Points] = []
        self._reference: Points | None = None
        self._leaders: _Indices = np.empty(0, dtype=np.int64)
        self._leader_values: Points = np.empty((0, len(self._columns)))

    def __len__(self) -> int:
        return len(self._numbers)

    def search_values(self, genotypes: Genotypes) -> Points:
        """`(n, columns)` values of `(n, genes)` canonical genotypes for an algorithm to minimise.

        Those that violate a constraint are worse than all that do not, in proportion.
        """
        keys = self._problem.space.keys(genotypes)
        first_rows = {k: i for i, k in enumerate(keys) if k not in self._numbers}
        self._add(genotypes[list(first_rows.values())], list(first_rows))
        numbers = np.array([self._numbers[key] for key in keys], dtype=np.int64)
        return self._penalised(numbers)

    def genotypes(self, numbers: _Indices) -> Genotypes:
        """`(n, genes)` the sub-networks with these numbers, counted from 0."""
        genotypes: Genotypes = _joined(self._genotypes)[numbers]
        return genotypes

    @property
    def leaders(self) -> _Indices:
        """The numbers of the sub-networks on the front that is searched, ascending."""
        return np.sort(self._leaders)

    def best(self, count: int) -> _Indices:
        """The numbers of `count` sub-networks, the front first, then those of least rank sum."""
        others = np.setdiff1d(np.arange(len(self)), self._leaders)
        values = self._penalised(others)
        ranks = values.argsort(axis=0).argsort(axis=0).sum(axis=1)
        return np.concatenate([self.leaders, others[np.argsort(ranks, kind="stable")]])[:count]

    def front(self) -> _Indices:
        """The numbers of the feasible front of the objectives, by the first objective."""
        count = len(self._problem.objectives)
        feasible = self._leaders[_joined(self._violation)[self._leaders] == 0]
        points = _joined(self._values)[feasible][:, :count]
        front = feasible[non_dominated(points)]
        ordered: _Indices = front[np.argsort(_joined(self._values)[front, 0], kind="stable")]
        return ordered

    def feasible(self, after: int) -> _Indices:
        """The numbers from `after` of the sub-networks that satisfy the constraints."""
        return after + np.flatnonzero(_joined(self._violation)[after:] == 0)

    @cached_property
    def _columns(self) -> list[tuple[int, float]]:
        """The columns that are searched, of the problem's metrics, and the sign of each."""
        objectives = [(i, 1.0) for i, _ in enumerate(self._problem.objectives)]
        if len(objectives) > 1:
            return objectives
        names = [metric.name for metric in self._problem.metrics]
        limits = {c.metric.name: c for c in self._problem.constraints}
        one_sided = [
            (names.index(name), c.metric.sign * (-1.0 if c.at_least else 1.0))
            for name, c in limits.items()
            if sum(other.metric.name == name for other in self._problem.constraints) == 1
        ]
        return objectives + [(i, sign) for i, sign in one_sided if i > 0]

    def _add(self, genotypes: Genotypes, keys: list[bytes]) -> None:
        first = len(self)
        for start in range(0, len(genotypes), _BLOCK):
            block = genotypes[start : start + _BLOCK]
            computed = self._problem.exact(block)
            values = np.column_stack([m.sign * computed[m.name] for m in self._problem.metrics])
            self._genotypes.append(block)
            self._values.append(values)
            self._violation.append(self._problem.violation(values))
        self._numbers.update(zip(keys, range(first, first + len(keys)), strict=True))
        new = np.arange(first, len(self))
        candidates = np.concatenate([self._leaders, new])
        values = np.vstack([self._leader_values, self._penalised(new)])
        is_feasible = _joined(self._violation)[candidates] == 0
        if is_feasible.any():
            candidates, values = candidates[is_feasible], values[is_feasible]
        is_leader = non_dominated(values)
        self._leaders, self._leader_values = candidates[is_leader], values[is_leader]

    def _penalised(self, numbers: _Indices) -> Points:
        columns, signs = zip(*self._columns, strict=True)
        values: Points = _joined(self._values)[numbers][:, columns] * np.array(signs)
        if not self._problem.constraints or not len(values):
            return values
        if self._reference is None:
            self._reference = np.array([values.min(axis=0), values.max(axis=0)])
        return penalise(values, _joined(self._violation)[numbers], self._reference)


def _joined(blocks: "list[_Rows]") -> "_Rows":
    """The blocks as one array, which takes their place."""
    if len(blocks) > 1:
        blocks[:] = [np.concatenate(blocks)]
    return blocks[0]
