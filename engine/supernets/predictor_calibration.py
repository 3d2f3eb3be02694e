"""Calibration of a published accuracy predictor to measured accuracies by linear regression."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.errors import DataError

Floats = npt.NDArray[np.float64]

MIN_PREDICTIONS = 10
"""The fewest distinct predictions that a line is fitted to."""


@dataclass(frozen=True)
class Calibration:
    """`slope * prediction + intercept`, accuracies in %, and its goodness of fit.

    It is a least-squares fit to `rows` measured sub-networks; `rmse` (points) and `tau` (Kendall)
    compare the calibrated values with the measurements. `measured` and `predicted` are the ranges
    of these rows, `predicted` None if unpublished; `resolutions` are their input resolutions, empty
    if unpublished. `origin` is a sentence on the rows; `published` is true for published
    measurements and false for those in the user's own file.
    """

    slope: float
    intercept: float
    rows: int
    rmse: float
    tau: float
    measured: tuple[float, float]
    predicted: tuple[float, float] | None
    resolutions: tuple[int, ...]
    origin: str
    published: bool

    def apply(self, predictions: Floats) -> Floats:
        """`(n,)` calibrated accuracies in % of `(n,)` predictions in %, in [0, 100]."""
        calibrated: Floats = np.clip(self.slope * predictions + self.intercept, 0.0, 100.0)
        return calibrated

    def extrapolates(
        self, predictions: Floats, resolutions: npt.NDArray[np.int64]
    ) -> npt.NDArray[np.bool_]:
        """`(n,)` whether predictions at these input resolutions lie outside the fitted range."""
        if self.predicted is not None:
            values, (low, high) = predictions, self.predicted
        else:
            values, (low, high) = self.slope * predictions + self.intercept, self.measured
        is_extrapolated = (values < low) | (values > high)
        if self.resolutions:
            is_extrapolated |= ~np.isin(resolutions, self.resolutions)
        return is_extrapolated

    @property
    def report(self) -> str:
        """The line and its goodness of fit, in a sentence."""
        low, high = self.measured
        sign = "+" if self.intercept >= 0 else "-"
        return (
            f"{self.slope:.4f} x prediction {sign} {abs(self.intercept):.3f}, from {self.rows:,} "
            f"measured sub-networks of {low:.1f} to {high:.1f} % (RMSE {self.rmse:.2f} points, "
            f"Kendall's tau {self.tau:.2f})"
        )


def fit_line(
    predictions: Floats,
    measured: Floats,
    resolutions: Sequence[int],
    origin: str,
    published: bool = False,
) -> Calibration:
    """The least-squares line of `(n,)` measured accuracies on `(n,)` predictions, both in %.

    Raises DataError, one sentence, if there are too few distinct predictions, or if the
    measurements do not increase with them.
    """
    from scipy.stats import kendalltau

    distinct = len(np.unique(predictions))
    if distinct < MIN_PREDICTIONS:
        raise DataError(
            f"{origin} has {distinct} measured sub-networks with distinct predictions, and a "
            f"calibration needs at least {MIN_PREDICTIONS}. Give a file with more rows, or set "
            "calibrate to false."
        )
    slope, intercept = np.polyfit(predictions, measured, 1)
    if not slope > 0:
        raise DataError(
            f"The accuracies in {origin} do not rise with what the predictor says of the same "
            f"sub-networks (slope {slope:.3g}). Check that the file is of this supernet, or set "
            "calibrate to false."
        )
    errors = measured - (slope * predictions + intercept)
    return Calibration(
        slope=float(slope),
        intercept=float(intercept),
        rows=len(measured),
        rmse=float(np.sqrt(np.mean(errors**2))),
        tau=float(kendalltau(predictions, measured).statistic),
        measured=(float(measured.min()), float(measured.max())),
        predicted=(float(predictions.min()), float(predictions.max())),
        resolutions=tuple(sorted(set(resolutions))),
        origin=origin,
        published=published,
    )


def read_published_calibrations(path: Path) -> dict[str, tuple[bytes, Calibration]]:
    """The SHA-256 of the calibrated predictor and its calibration, by model."""
    content: dict[str, dict[str, Any]] = json.loads(path.read_text())
    return {
        name: (bytes.fromhex(entry.pop("predictor_sha256")), _calibration_of(entry))
        for name, entry in content.items()
    }


def _calibration_of(entry: dict[str, Any]) -> Calibration:
    predicted = entry["predicted"]
    return Calibration(
        **{
            **entry,
            "measured": tuple(entry["measured"]),
            "predicted": tuple(predicted) if predicted else None,
            "resolutions": tuple(entry["resolutions"]),
            "published": True,
        }
    )
