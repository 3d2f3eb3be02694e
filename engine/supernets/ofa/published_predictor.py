"""Accuracies of the sub-networks of one supernet from a published predictor, with calibration."""

import functools
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from engine.digest import sha256
from engine.errors import DataError
from engine.metrics import Source
from engine.sources import CALIBRATED_ON_IMPORTED, CALIBRATED_ON_PUBLISHED, PREDICTED
from engine.space import Genotypes, SearchSpace
from engine.supernets.ofa.accuracy_predictor import AccuracyPredictor, Floats
from engine.supernets.ofa.options import OfaOptions
from engine.supernets.predictor_calibration import Calibration

if TYPE_CHECKING:
    from engine.supernets.ofa.catalogue import OfaModel


class PublishedPredictor:
    """The predictor of `model` for the genotypes of `space`, which have these `resolutions`."""

    def __init__(self, model: "OfaModel", space: SearchSpace, resolutions: Sequence[int]) -> None:
        self._model, self._space, self._resolutions = model, space, np.array(resolutions)

    def calibration(self, options: OfaOptions) -> Calibration | None:
        """The calibration under `options`; None if accuracies are measured or not calibrated.

        The published calibration applies to the official predictor only, not to another file.
        """
        if options.accuracy_source == "measured" or not options.calibrate:
            return None
        if options.calibration is not None:
            return options.calibration
        user_path = options.predictor_path
        path = None if user_path is None else Path(user_path).expanduser()
        if path is not None and path.is_file() and not self._model.calibrates(sha256(path)):
            return None
        return self._model.calibration

    def source(self, options: OfaOptions) -> Source:
        """The source of its accuracies under `options`."""
        if self.awaits_calibration(options):
            return CALIBRATED_ON_IMPORTED
        line = self.calibration(options)
        if line is None:
            return PREDICTED
        return CALIBRATED_ON_PUBLISHED if line.published else CALIBRATED_ON_IMPORTED

    def top1(self, genotypes: Genotypes, options: OfaOptions) -> Floats:
        """`(n,)` predicted, uncalibrated top-1 in % of `(n, genes)` genotypes.

        Raises DataError if its file is missing or holds no predictor.
        """
        if self._model.predictor is None:
            raise self.absence_error()
        file = self._model.predictor
        path = file.locate(options.predictor_path)
        return _read(path, file.url, sha256(path)).top1(self._space, genotypes)

    def accuracy(self, genotypes: Genotypes, options: OfaOptions) -> Floats:
        """`(n,)` top-1 in % of `(n, genes)` genotypes, calibrated according to `options`."""
        predictions, line = self.top1(genotypes, options), self.calibration(options)
        return line.apply(predictions) if line else predictions

    def extrapolates(self, genotypes: Genotypes, options: OfaOptions) -> npt.NDArray[np.bool_]:
        """`(n,)` whether accuracies of `(n, genes)` genotypes lie outside the calibrated range."""
        rows, line = np.atleast_2d(genotypes), self.calibration(options)
        if line is None:
            return np.zeros(len(rows), dtype=bool)
        is_gene = len(self._resolutions) > 1
        choices = rows[:, -1] if is_gene else np.zeros(len(rows), dtype=np.int64)
        return line.extrapolates(self.top1(rows, options), self._resolutions[choices])

    def description(self, options: OfaOptions) -> str:
        """A sentence on its accuracies and their scale."""
        if self.awaits_calibration(options):
            return (
                f"The line is fitted to the measured sub-networks in {options.calibration_path} "
                "when the search starts."
            )
        line = self.calibration(options)
        scale = (
            f"on the scale of measurements: {line.report}"
            if line
            else f"not calibrated: {self._uncalibrated_reason(options)}"
        )
        return f"Accuracy comes from the published predictor, {scale}. No images are needed."

    def awaits_calibration(self, options: OfaOptions) -> bool:
        """Whether the options name a file of measurements and no line is fitted to it yet."""
        is_fitted = options.calibration is not None
        return options.calibrate and options.calibration_path is not None and not is_fitted

    def _uncalibrated_reason(self, options: OfaOptions) -> str:
        if not options.calibrate:
            return "that is switched off"
        if self._model.calibration is not None:
            return "the published measurements hold for the official predictor, not for this file"
        return "no published measurements of this supernet are known, so that it may read too high"

    def absence_error(self) -> DataError:
        """The error for a supernet without a published predictor."""
        return DataError(
            f"There is no published accuracy predictor for {self._model.name}. Choose measured "
            "accuracy."
        )


@functools.lru_cache(maxsize=4)
def _read(path: Path, url: str, digest: bytes) -> AccuracyPredictor:
    """The predictor in a file; read again when its digest changes."""
    return AccuracyPredictor.read(path, url)
