"""Support vector regression, as an ensemble whose members share one kernel matrix."""

import numpy as np
from sklearn.metrics.pairwise import rbf_kernel
from sklearn.svm import SVR

from engine.predictors.ensembles import Ensemble, Indices
from engine.predictors.predictor import Values

_PENALTY, _EPSILON = 10.0, 0.05  # of values of deviation 1


class SupportVectorPredictor(Ensemble):
    """A radial kernel; each member is fitted on rows drawn with replacement.

    All members are sums over the same rows: one kernel matrix serves all of them.

    Source: Drucker et al., "Support Vector Regression Machines", NeurIPS 1996.
    """

    name = "svr"
    members = 10
    max_rows = 1000

    def _fit_members(
        self, features: Values, values: Values, bootstrap_rows: Indices, seeds: Indices
    ) -> None:
        spread = features.size * features.var() / len(features)
        self._rows, self._gamma = features, 1.0 / spread if spread > 0 else 1.0
        kernel = rbf_kernel(features, gamma=self._gamma)
        self._weights = np.zeros((len(values), self.members))
        self._offsets = np.zeros(self.members)
        for member, rows in enumerate(bootstrap_rows):
            model = SVR(kernel="precomputed", C=_PENALTY, epsilon=_EPSILON)
            model.fit(kernel[np.ix_(rows, rows)], values[rows])
            np.add.at(self._weights[:, member], rows[model.support_], model.dual_coef_[0])
            self._offsets[member] = model.intercept_[0]

    def _member_predictions(self, features: Values) -> Values:
        kernel = rbf_kernel(features, self._rows, gamma=self._gamma)
        predictions: Values = (kernel @ self._weights + self._offsets).T
        return predictions
