"""What a search begins with from a run of a sibling supernet: one with the same search space."""

from collections.abc import Mapping

import numpy as np

from engine.pareto.front import Points, non_dominated
from engine.predictors import registry
from engine.predictors.predictor import Predictor
from engine.search.acquisition import select_batch
from engine.search.measured_rows import MeasuredRows
from engine.search.problem import Problem
from engine.search.surrogate import fitted_models
from engine.space import Genotypes


class Sibling:
    """`(n, genes)` sub-networks of a sibling supernet, as knowledge about the one that is searched.

    `values` has their `(n,)` values there by metric, all of the metrics that the problem does not
    compute. What it computes, it computes for the supernet that is searched. No value becomes a
    result of the search: its front says what to measure first, and its `priors` what to expect.

    Raises SpaceError for genotypes outside the space.
    """

    def __init__(
        self, problem: Problem, genotypes: Genotypes, values: Mapping[str, Points]
    ) -> None:
        self._problem = problem
        known = {**values, **problem.exact(problem.space.rows(genotypes))}
        points = [m.sign * np.asarray(known[m.name]) for m in problem.metrics]
        self._rows = MeasuredRows(problem)
        self._rows.add_rows(genotypes, np.stack(points, axis=1))

    def leading(self, n: int) -> Genotypes:
        """`(at most n, genes)` members of the front that dominate most together, the best first.

        Sub-networks that a computed constraint excludes are left out.
        """
        leading = self._rows.leading()
        genotypes, points = self._rows.genotypes(leading), self._rows.points(leading)
        objectives = points[:, : len(self._problem.objectives)]
        is_permitted = self._problem.computed_violation(genotypes) == 0
        genotypes, permitted = genotypes[is_permitted], objectives[is_permitted]
        is_on_front = non_dominated(permitted)
        none_measured = np.zeros(len(objectives), dtype=np.bool_)
        chosen = select_batch(objectives, permitted[is_on_front][None], n, none_measured)
        best: Genotypes = genotypes[is_on_front][chosen]
        return best

    def priors(self, predictor: str, seed: int) -> Mapping[int, Predictor]:
        """A predictor of each measured metric by its column, fitted on the sibling's values.

        Raises ConfigError where there is no `predictor` of that name.
        """
        rows = self._rows.informative(registry.max_rows(predictor))
        return fitted_models(
            self._problem, self._rows.genotypes(rows), self._rows.points(rows), predictor, seed
        )
