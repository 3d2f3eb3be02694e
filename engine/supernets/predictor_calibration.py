"""A published accuracy predictor brought to the scale of measured accuracies by a straight line."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.errors import DataError

Floats = npt.NDArray[np.float64]

FEWEST = 10
"""Different predictions below which no line is fitted."""


@dataclass(frozen=True)
class Calibration:
    """`slope * prediction + intercept`, accuracies in %, and how well that fits.

    It was fitted to `rows` measured sub-networks by least squares; `rmse` (points) and `tau`
    (Kendall) tell measurements from what the line says of them. `measured` and `predicted` are the
    ranges of these rows, `predicted` None where nobody published it; `resolutions` are their input
    resolutions, empty where nobody published them. `origin` is a sentence on the rows;
    `published` tells those of others from those of the user's own file.
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
        line: Floats = np.clip(self.slope * predictions + self.intercept, 0.0, 100.0)
        return line

    def extrapolates(
        self, predictions: Floats, resolutions: npt.NDArray[np.int64]
    ) -> npt.NDArray[np.bool_]:
        """`(n,)` whether predictions at these input resolutions lie beyond the rows of the fit."""
        if self.predicted is not None:
            values, (low, high) = predictions, self.predicted
        else:
            values, (low, high) = self.slope * predictions + self.intercept, self.measured
        beyond = (values < low) | (values > high)
        if self.resolutions:
            beyond |= ~np.isin(resolutions, self.resolutions)
        return beyond

    @property
    def report(self) -> str:
        """The line and how well it fits, in a sentence."""
        low, high = self.measured
        sign = "+" if self.intercept >= 0 else "-"
        return (
            f"{self.slope:.4f} x prediction {sign} {abs(self.intercept):.3f}, from {self.rows:,} "
            f"measured sub-networks of {low:.1f} to {high:.1f} % (RMSE {self.rmse:.2f} points, "
            f"Kendall's tau {self.tau:.2f})"
        )


def fitted(
    predictions: Floats,
    measured: Floats,
    resolutions: Sequence[int],
    origin: str,
    published: bool = False,
) -> Calibration:
    """The least-squares line of `(n,)` measured accuracies on `(n,)` predictions, both in %.

    Raises DataError, one sentence, where there are too few different predictions, or where the
    measurements do not rise with them.
    """
    from scipy.stats import kendalltau

    different = len(np.unique(predictions))
    if different < FEWEST:
        raise DataError(
            f"{origin} has {different} measured sub-networks that the predictor tells apart, and a "
            f"calibration needs at least {FEWEST}. Give a file with more rows, or set calibrate to "
            "false."
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


def read_published(path: Path) -> dict[str, tuple[bytes, Calibration]]:
    """By model, the SHA-256 of the predictor that was calibrated, and its calibration."""
    content: dict[str, dict[str, Any]] = json.loads(path.read_text())
    return {
        name: (bytes.fromhex(entry.pop("predictor_sha256")), _read(entry))
        for name, entry in content.items()
    }


def _read(entry: dict[str, Any]) -> Calibration:
    known = entry["predicted"]
    return Calibration(
        **{
            **entry,
            "measured": tuple(entry["measured"]),
            "predicted": tuple(known) if known else None,
            "resolutions": tuple(entry["resolutions"]),
            "published": True,
        }
    )
