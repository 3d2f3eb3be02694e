"""Surrogate models of the metrics of sub-networks."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from engine.pareto.front import Points
from engine.predictors import registry
from engine.predictors.predictor import Predictor
from engine.predictors.prior_mean import PriorMeanPredictor
from engine.predictors.quality import FittedPredictor
from engine.search.problem import Problem
from engine.space import Genotypes

NO_PRIORS: Mapping[int, Predictor] = MappingProxyType({})


def fitted_models(
    problem: Problem, genotypes: Genotypes, points: Points, predictor: str, seed: int,
    priors: Mapping[int, Predictor] = NO_PRIORS,
) -> Mapping[int, Predictor]:  # fmt: skip
    """A predictor of each column of the `(n, m)` minimised points that is measured, fitted on them.

    Raises ConfigError where there is no `predictor` of that name.
    """
    features, kinds = problem.space.features_with_totals(genotypes), problem.space.kinds_with_totals
    models = dict[int, Predictor]()
    for column, metric in enumerate(problem.metrics):
        if metric.name not in problem.computed_names:
            model = registry.make(predictor, seed, kinds)
            if column in priors:
                model = PriorMeanPredictor(priors[column], model)
            models[column] = model.fit(features, points[:, column])
    return models


@dataclass(frozen=True)
class Surrogate:
    """Metrics of any genotypes, minimised: computed where possible, else predicted.

    Columns are those of `problem.metrics`: the objectives first, then other constrained metrics.
    `models` holds a fitted predictor for each column that is measured.
    """

    problem: Problem
    models: dict[int, Predictor]

    @classmethod
    def fit(
        cls, problem: Problem, genotypes: Genotypes, measured_points: Points,
        predictor: str = registry.DEFAULT, seed: int = 0,
        priors: Mapping[int, Predictor] = NO_PRIORS,
    ) -> "Surrogate":  # fmt: skip
        """Learn from `(n, genes)` genotypes and their `(n, m)` minimised values.

        `priors` are predictors of columns that were fitted elsewhere, as of `PriorMeanPredictor`.
        Raises ConfigError where there is no `predictor` of that name.
        """
        models = fitted_models(problem, genotypes, measured_points, predictor, seed, priors)
        return cls(problem, dict(models))

    @property
    def fitted_predictors(self) -> Mapping[str, FittedPredictor]:
        """The fitted predictor of each predicted metric, by the metric's name."""
        return {
            self.problem.metrics[column].name: FittedPredictor(
                model.selected_name, model.trained_on, dict(model.tau)
            )
            for column, model in self.models.items()
        }

    def predict(self, genotypes: Genotypes) -> Points:
        """`(n, m)` expected values.

        Predictions are in single precision, good to a thousandth of the spread of the values.
        """
        features = self.problem.space.features_with_totals(genotypes, np.float32)
        points = self._computed(genotypes)
        for column, model in self.models.items():
            points[:, column] = model.predict(features)
        return points

    def sample(self, genotypes: Genotypes, n: int, rng: np.random.Generator) -> Points:
        """`(n, c, m)` joint draws of the values of `(c, genes)` genotypes."""
        features = self.problem.space.features_with_totals(genotypes)
        draws = np.repeat(self._computed(genotypes)[None], n, axis=0)
        for column, model in self.models.items():
            draws[:, :, column] = model.sample(features, n, rng)
        return draws

    def _computed(self, genotypes: Genotypes) -> Points:
        computed_metrics = self.problem.exact(genotypes)
        points = np.zeros((len(genotypes), len(self.problem.metrics)))
        for column, metric in enumerate(self.problem.metrics):
            if column not in self.models:
                points[:, column] = metric.sign * np.asarray(computed_metrics[metric.name])
        return points
