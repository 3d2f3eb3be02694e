"""What is held to be true of sub-networks that nobody has measured."""

from dataclasses import dataclass

import numpy as np

from engine.pareto.front import Points
from engine.predictors.gaussian_process import GaussianProcessPredictor
from engine.search.problem import Problem
from engine.space import Genotypes


@dataclass(frozen=True)
class Surrogate:
    """Metrics of any genotypes, minimised: computed where possible, else predicted.

    Columns are those of `problem.watched`: the objectives first, then what is constrained besides.
    `models` holds a fitted predictor for each column that is measured.
    """

    problem: Problem
    models: dict[int, GaussianProcessPredictor]

    @classmethod
    def fit(cls, problem: Problem, genotypes: Genotypes, measured: Points) -> "Surrogate":
        """Learn from `(n, genes)` genotypes and their `(n, m)` minimised values."""
        features = problem.space.features(genotypes)
        models = {
            column: GaussianProcessPredictor().fit(features, measured[:, column])
            for column, metric in enumerate(problem.watched)
            if not metric.computable
        }
        return cls(problem, models)

    def expected(self, genotypes: Genotypes) -> Points:
        """`(n, m)` expected values."""
        features = self.problem.space.features(genotypes)
        points = self._computed(genotypes)
        for column, model in self.models.items():
            points[:, column] = model.predict(features)
        return points

    def optimistic(self, genotypes: Genotypes) -> Points:
        """`(n, m)` values, predicted ones better than expected by a standard deviation."""
        features = self.problem.space.features(genotypes)
        points = self._computed(genotypes)
        for column, model in self.models.items():
            mean, deviation = model.predict_with_deviation(features)
            points[:, column] = mean - deviation
        return points

    def sample(self, genotypes: Genotypes, n: int, rng: np.random.Generator) -> Points:
        """`(n, c, m)` joint draws of the values of `(c, genes)` genotypes."""
        features = self.problem.space.features(genotypes)
        draws = np.repeat(self._computed(genotypes)[None], n, axis=0)
        for column, model in self.models.items():
            draws[:, :, column] = model.sample(features, n, rng)
        return draws

    def _computed(self, genotypes: Genotypes) -> Points:
        exact = self.problem.exact(genotypes)
        points = np.zeros((len(genotypes), len(self.problem.watched)))
        for column, metric in enumerate(self.problem.watched):
            if column not in self.models:
                points[:, column] = metric.sign * np.asarray(exact[metric.name])
        return points
