"""Predictors without a posterior: several models, each of which learnt from rows drawn anew."""

import warnings
from abc import abstractmethod
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
from sklearn import config_context
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPRegressor
from sklearn.tree import DecisionTreeRegressor

from engine.compat.sklearn import tree_predictions
from engine.predictors.predictor import Folds, Predictor, Values, stretch

Indices = npt.NDArray[np.int64]

_FEWEST = 2  # members that must not have seen a row, for it to tell how far off they are


class Ensemble(Predictor):
    """The members' mean is the expectation, their deviation the deviation, each of them a draw.

    Every member learnt from rows drawn with replacement: what they disagree on is what the rows do
    not settle. A draw is one member's opinion of all sub-networks, so that draws are joint. Members
    of some kinds disagree less than they err, of others more: their distance from the mean is
    scaled so that the deviation fits the errors on rows that they had not drawn.

    Source: bagging (Breiman, Machine Learning 24, 1996); members as draws as in bootstrapped
    Thompson sampling (Eckles & Kaptein, arXiv 1410.4009); scaled deviations (Palmer et al.,
    "Calibration after bootstrap", npj Computational Materials 8, 2022).
    """

    members: ClassVar[int]

    def _learn(self, features: Values, values: Values) -> None:
        rng = np.random.default_rng(self.seed)
        drawn = rng.integers(len(values), size=(self.members, len(values)))
        with (
            config_context(skip_parameter_validation=True, assume_finite=True),
            warnings.catch_warnings(),
        ):
            warnings.simplefilter("ignore", ConvergenceWarning)  # few steps are meant to be enough
            self._fit_members(features, values, drawn, rng.integers(2**31, size=self.members))
        self._unseen = np.array([~np.isin(np.arange(len(values)), rows) for rows in drawn])
        self._stretch = stretch(*_unseen_errors(self._opinions(features), self._unseen, values))

    @abstractmethod
    def _fit_members(
        self, features: Values, values: Values, drawn: Indices, seeds: Indices
    ) -> None:
        """Fit each member on its row of `drawn (members, n)`, with its entry of `seeds`."""

    @abstractmethod
    def _opinions(self, features: Values) -> Values:
        """`(members, n)` what each member says."""

    def _expected(self, features: Values) -> Values:
        expected: Values = self._opinions(features).mean(axis=0)
        return expected

    def _expected_with_deviation(self, features: Values) -> tuple[Values, Values]:
        opinions = self._opinions(features)
        return opinions.mean(axis=0), self._stretch * opinions.std(axis=0)

    def _draws(self, features: Values, n: int, rng: np.random.Generator) -> Values:
        """No member is drawn again before all others have been."""
        order = np.resize(rng.permutation(self.members), n)
        opinions = self._opinions(features)
        mean = opinions.mean(axis=0)
        draws: Values = mean + self._stretch * (opinions[order] - mean)
        return draws


def _unseen_errors(
    opinions: Values, unseen: npt.NDArray[np.bool_], values: Values
) -> tuple[Values, Values]:
    """Error and deviation, a row, of the members that had not drawn it; rows with too few left out.

    `opinions` and `unseen` are `(members, n)`.
    """
    judged = unseen.sum(axis=0) >= _FEWEST
    said = np.ma.array(opinions, mask=~unseen)[:, judged]
    errors = said.mean(axis=0) - values[judged]
    return np.ma.getdata(errors), np.ma.getdata(said.std(axis=0, ddof=1))


class Bagged(Ensemble):
    """Members are scikit-learn regressors."""

    def _fit_members(
        self, features: Values, values: Values, drawn: Indices, seeds: Indices
    ) -> None:
        self._models = [
            self._member(int(seed)).fit(features[rows], values[rows])
            for rows, seed in zip(drawn, seeds, strict=True)
        ]

    @abstractmethod
    def _member(self, seed: int) -> Any:
        """An unfitted regressor."""

    def _opinions(self, features: Values) -> Values:
        with config_context(skip_parameter_validation=True, assume_finite=True):
            return np.array([model.predict(features) for model in self._models])


class RandomForestPredictor(Bagged):
    """Regression trees, each split chosen among a third of the features.

    Source: Breiman, "Random Forests", Machine Learning 45 (2001).
    """

    name = "random_forest"
    members = 100

    def held_out(self, features: Values, values: Values, folds: Folds) -> Values:
        """What the trees that had not drawn a row say of it; a fold at a time costs five forests.

        Such trees learnt from fewer rows than all other folds hold, so a forest is no better than
        this says.
        """
        unseen = self._unseen | ~self._unseen.any(axis=0)
        said = np.ma.array(self._opinions(features), mask=~unseen).mean(axis=0)
        held_out: Values = self._centre + self._scale * said.data
        return held_out

    def _member(self, seed: int) -> DecisionTreeRegressor:
        return DecisionTreeRegressor(max_features=1 / 3, random_state=seed)

    def _opinions(self, features: Values) -> Values:
        return tree_predictions(self._models, features)


class GradientBoostingPredictor(Bagged):
    """Shallow trees, each of which learns what those before left over.

    Source: Friedman, "Stochastic Gradient Boosting", Computational Statistics 38 (2002).
    """

    name = "gradient_boosting"
    members = 6

    def _member(self, seed: int) -> GradientBoostingRegressor:
        return GradientBoostingRegressor(
            n_estimators=80, learning_rate=0.15, max_depth=3, max_features=1 / 3, random_state=seed
        )


class MLPPredictor(Bagged):
    """Neural networks with one hidden layer, fitted by a quasi-Newton method."""

    name = "mlp"
    members = 6

    def _member(self, seed: int) -> MLPRegressor:
        return MLPRegressor(
            hidden_layer_sizes=(32,), solver="lbfgs", alpha=1.0, max_iter=60, random_state=seed
        )
