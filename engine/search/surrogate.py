"""What is held to be true of sub-networks that nobody has measured."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from engine.pareto.front import Points
from engine.predictors import registry
from engine.predictors.predictor import Predictor
from engine.predictors.quality import FittedPredictor
from engine.search.problem import Problem
from engine.search.training_set import informative
from engine.space import Genotypes


@dataclass(frozen=True)
class Surrogate:
    """Metrics of any genotypes, minimised: computed where possible, else predicted.

    Columns are those of `problem.watched`: the objectives first, then what is constrained besides.
    `models` holds a fitted predictor for each column that is measured.
    """

    problem: Problem
    models: dict[int, Predictor]

    @classmethod
    def fit(
        cls, problem: Problem, genotypes: Genotypes, measured: Points,
        predictor: str = registry.DEFAULT, seed: int = 0,
    ) -> "Surrogate":  # fmt: skip
        """Learn from `(n, genes)` genotypes and their `(n, m)` minimised values.

        Of more than the predictor can learn from it is given the most informative ones. Raises
        ConfigError where there is no `predictor` of that name.
        """
        limit = registry.make(predictor, seed).largest
        kept = informative(problem.penalised(measured, measured), limit)
        features, learnt = problem.space.features_with_totals(genotypes[kept]), measured[kept]
        kinds = problem.space.kinds_with_totals
        models = {
            column: registry.make(predictor, seed, kinds).fit(features, learnt[:, column])
            for column, metric in enumerate(problem.watched)
            if not metric.computable
        }
        return cls(problem, models)

    @property
    def fitted(self) -> Mapping[str, FittedPredictor]:
        """Which predictor each predicted metric has, by its name."""
        return {
            self.problem.watched[column].name: FittedPredictor(
                model.chosen, model.trained_on, dict(model.tau)
            )
            for column, model in self.models.items()
        }

    def expected(self, genotypes: Genotypes) -> Points:
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
        exact = self.problem.exact(genotypes)
        points = np.zeros((len(genotypes), len(self.problem.watched)))
        for column, metric in enumerate(self.problem.watched):
            if column not in self.models:
                points[:, column] = metric.sign * np.asarray(exact[metric.name])
        return points
