"""Ensembles: predictors of several models, each fitted on a bootstrap sample of the rows."""

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
from engine.predictors.predictor import Folds, Predictor, Values, deviation_factor

Indices = npt.NDArray[np.int64]

_MIN_MEMBERS = 2  # out-of-bag members of a row whose error counts


class Ensemble(Predictor):
    """Predicts the members' mean and deviation; each member is a joint sample.

    Every member is fitted on rows drawn with replacement, so members disagree where the rows leave
    the value open. Members of some kinds disagree less than they err, of others more: their
    distance from the mean is scaled so that the deviation fits the errors on out-of-bag rows.

    Source: bagging (Breiman, Machine Learning 24, 1996); members as draws as in bootstrapped
    Thompson sampling (Eckles & Kaptein, arXiv 1410.4009); scaled deviations (Palmer et al.,
    "Calibration after bootstrap", npj Computational Materials 8, 2022).
    """

    members: ClassVar[int]

    def _fit(self, features: Values, values: Values) -> None:
        rng = np.random.default_rng(self.seed)
        bootstrap_rows = rng.integers(len(values), size=(self.members, len(values)))
        with (
            config_context(skip_parameter_validation=True, assume_finite=True),
            warnings.catch_warnings(),
        ):
            warnings.simplefilter("ignore", ConvergenceWarning)  # the few steps are intended
            self._fit_members(
                features, values, bootstrap_rows, rng.integers(2**31, size=self.members)
            )
        self._out_of_bag = np.array(
            [~np.isin(np.arange(len(values)), rows) for rows in bootstrap_rows]
        )
        self._deviation_factor = deviation_factor(
            *_out_of_bag_errors(self._member_predictions(features), self._out_of_bag, values)
        )

    @abstractmethod
    def _fit_members(
        self, features: Values, values: Values, bootstrap_rows: Indices, seeds: Indices
    ) -> None:
        """Fit each member on its row of `(members, n)` `bootstrap_rows`, with its seed."""

    @abstractmethod
    def _member_predictions(self, features: Values) -> Values:
        """`(members, n)` predictions of each member."""

    def _predict_scaled(self, features: Values) -> Values:
        expected: Values = self._member_predictions(features).mean(axis=0)
        return expected

    def _predict_scaled_with_deviation(self, features: Values) -> tuple[Values, Values]:
        predictions = self._member_predictions(features)
        return predictions.mean(axis=0), self._deviation_factor * predictions.std(axis=0)

    def _sample_scaled(self, features: Values, n: int, rng: np.random.Generator) -> Values:
        """Draw members; none is drawn again before all others have been."""
        order = np.resize(rng.permutation(self.members), n)
        predictions = self._member_predictions(features)
        mean = predictions.mean(axis=0)
        draws: Values = mean + self._deviation_factor * (predictions[order] - mean)
        return draws


def _out_of_bag_errors(
    predictions: Values, is_out_of_bag: npt.NDArray[np.bool_], values: Values
) -> tuple[Values, Values]:
    """Errors and deviations of the out-of-bag members by row, for rows with enough of them.

    `predictions` and `is_out_of_bag` are `(members, n)`.
    """
    has_enough_members = is_out_of_bag.sum(axis=0) >= _MIN_MEMBERS
    out_of_bag = np.ma.array(predictions, mask=~is_out_of_bag)[:, has_enough_members]
    errors = out_of_bag.mean(axis=0) - values[has_enough_members]
    return np.ma.getdata(errors), np.ma.getdata(out_of_bag.std(axis=0, ddof=1))


class BaggedEnsemble(Ensemble):
    """An ensemble of scikit-learn regressors."""

    def _fit_members(
        self, features: Values, values: Values, bootstrap_rows: Indices, seeds: Indices
    ) -> None:
        self._models = [
            self._member(int(seed)).fit(features[rows], values[rows])
            for rows, seed in zip(bootstrap_rows, seeds, strict=True)
        ]

    @abstractmethod
    def _member(self, seed: int) -> Any:
        """An unfitted regressor."""

    def _member_predictions(self, features: Values) -> Values:
        with config_context(skip_parameter_validation=True, assume_finite=True):
            return np.array([model.predict(features) for model in self._models])


class RandomForestPredictor(BaggedEnsemble):
    """Regression trees, each split chosen among a third of the features.

    Source: Breiman, "Random Forests", Machine Learning 45 (2001).
    """

    name = "random_forest"
    members = 100

    def cross_validated(self, features: Values, values: Values, folds: Folds) -> Values:
        """The out-of-bag predictions; one fit per fold would cost five forests.

        Out-of-bag trees are fitted on fewer rows than all other folds hold, so the forest is at
        least as good as this estimate.
        """
        is_out_of_bag = self._out_of_bag | ~self._out_of_bag.any(axis=0)
        scaled_predictions = np.ma.array(
            self._member_predictions(features), mask=~is_out_of_bag
        ).mean(axis=0)
        predictions: Values = self._centre + self._scale * scaled_predictions.data
        return predictions

    def _member(self, seed: int) -> DecisionTreeRegressor:
        return DecisionTreeRegressor(max_features=1 / 3, random_state=seed)

    def _member_predictions(self, features: Values) -> Values:
        return tree_predictions(self._models, features)


class GradientBoostingPredictor(BaggedEnsemble):
    """Shallow trees, each fitted on the residuals of those before.

    Source: Friedman, "Stochastic Gradient Boosting", Computational Statistics 38 (2002).
    """

    name = "gradient_boosting"
    members = 6

    def _member(self, seed: int) -> GradientBoostingRegressor:
        return GradientBoostingRegressor(
            n_estimators=80, learning_rate=0.15, max_depth=3, max_features=1 / 3, random_state=seed
        )


class MLPPredictor(BaggedEnsemble):
    """Neural networks with one hidden layer, fitted by a quasi-Newton method."""

    name = "mlp"
    members = 6

    def _member(self, seed: int) -> MLPRegressor:
        return MLPRegressor(
            hidden_layer_sizes=(32,), solver="lbfgs", alpha=1.0, max_iter=60, random_state=seed
        )
