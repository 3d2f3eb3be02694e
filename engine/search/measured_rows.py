"""MeasuredRows: the successful evaluations of a search as arrays, ranked as they arrive."""

from collections.abc import Sequence

import moocore
import numpy as np
import numpy.typing as npt

from engine.evaluation.record import Evaluation
from engine.pareto.front import Points, minimised
from engine.search.problem import Problem
from engine.search.training_set import informative_rows
from engine.space import Genotypes

_FEWEST_RANKED = 5_000  # rows of the best ranks that are kept apart from the others
_MOST_RANKED = 4 * _FEWEST_RANKED


class MeasuredRows:
    """Genotypes and minimised metrics of `n` evaluations, in the order of the log.

    What a plan costs hardly grows with `n`: only rows of the best ranks are ranked again. Another
    row cannot join them, since the rank of a row never falls as further rows are added. When too
    few are left, as many sub-networks beat them, all are ranked again.
    """

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        genes = len(problem.space.genes)
        choice = np.min_scalar_type(int(problem.space.choices.max()))
        self._count = 0
        self._genotypes: npt.NDArray[np.unsignedinteger] = np.empty((0, genes), choice)
        self._points = np.empty((0, len(problem.metrics)))
        self._ranked = np.empty(0, dtype=np.int64)  # rows of the best ranks, ascending
        self._ranks = np.empty(0, dtype=np.int64)
        self._ranked_until = 0
        self._largest_rank = 0

    def __len__(self) -> int:
        return self._count

    def add(self, evaluations: Sequence[Evaluation]) -> None:
        """Add evaluations, none of which has failed."""
        if evaluations:
            genotypes = np.array([e.genotype for e in evaluations])
            self.add_rows(genotypes, minimised(evaluations, self._problem.metrics))

    def add_rows(self, genotypes: Genotypes, points: Points) -> None:
        """Add `(n, genes)` genotypes with their `(n, metrics)` minimised metrics."""
        end = self._count + len(genotypes)
        if end > len(self._points):
            size = max(2 * len(self._points), end)
            self._genotypes, self._points = (
                np.concatenate([old, np.empty((size - len(old), old.shape[1]), old.dtype)])
                for old in (self._genotypes, self._points)
            )
        self._genotypes[self._count : end] = genotypes
        self._points[self._count : end] = points
        self._count = end

    def genotypes(self, rows: npt.NDArray[np.int64]) -> Genotypes:
        """`(r, genes)` genotypes of rows."""
        return self._genotypes[rows].astype(np.int64)

    def points(self, rows: npt.NDArray[np.int64]) -> Points:
        """`(r, metrics)` minimised metrics of rows."""
        points: Points = self._points[rows]
        return points

    def leading(self) -> npt.NDArray[np.int64]:
        """Rows, ascending: of the best ranks, and the best and the worst in each metric.

        Front, ranges and reference points of all rows are those of these.
        """
        self._rank_new()
        points = self._points[: self._count]
        ends = np.concatenate([points.argmin(axis=0), points.argmax(axis=0)])
        return np.union1d(self._ranked, ends)

    def rises(self, recent: int) -> Points:
        """`(objectives,)` by how much the last `recent` rows improved the best of each objective.

        As shares of the range of its measured values; infinite where no rows are older. A row that
        violates a constraint counts as worse than all that do not.
        """
        objectives = len(self._problem.objectives)
        older = self._count - recent
        if older < 1:
            return np.full(objectives, np.inf)
        points = self._points[: self._count]
        values = self._problem.penalised_objectives(points, points)[:, :objectives]
        improvements = values[:older].min(axis=0) - values.min(axis=0)
        spans = np.ptp(points[:, :objectives], axis=0)
        rises: Points = improvements / np.where(spans > 0, spans, 1.0)
        return rises

    def informative(self, limit: int) -> npt.NDArray[np.int64]:
        """At most `limit` rows to learn from, as of `informative_rows`."""
        self._rank_new()
        order = self._ranked[np.argsort(self._ranks, kind="stable")]
        return informative_rows(order, self._count, limit)

    def _rank_new(self) -> None:
        """Rank the rows that are new, together with those of the best ranks."""
        if self._ranked_until == self._count:
            return
        rows = np.concatenate([self._ranked, np.arange(self._ranked_until, self._count)])
        ranks = self._ranks_of(rows)
        if self._ranked_until > len(self._ranked):  # some rows are of larger ranks
            rows, ranks = rows[ranks <= self._largest_rank], ranks[ranks <= self._largest_rank]
            if len(rows) < _FEWEST_RANKED:
                rows = np.arange(self._count)
                ranks = self._ranks_of(rows)
        if len(rows) > _MOST_RANKED:
            self._largest_rank = int(np.sort(ranks)[2 * _FEWEST_RANKED])
            rows, ranks = rows[ranks <= self._largest_rank], ranks[ranks <= self._largest_rank]
        self._ranked, self._ranks, self._ranked_until = rows, ranks, self._count

    def _ranks_of(self, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        points = self._points[rows]
        values = self._problem.penalised_objectives(points, points)
        ranks: npt.NDArray[np.int64] = moocore.pareto_rank(values).astype(np.int64)
        return ranks
