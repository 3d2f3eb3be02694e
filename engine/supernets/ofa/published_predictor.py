"""What a published predictor says of the sub-networks of one supernet, calibrated if wanted."""

import functools
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from engine.digest import sha256
from engine.errors import DataError
from engine.metrics import Source
from engine.sources import BY_IMPORTED, BY_PUBLISHED, PREDICTED
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
        """What calibrates the predictor that `options` take accuracy from; None if nothing does.

        What was published holds for the official predictor alone, not for another file.
        """
        if options.accuracy_source == "measured" or not options.calibrate:
            return None
        if options.calibration is not None:
            return options.calibration
        given = options.predictor_path
        path = None if given is None else Path(given).expanduser()
        if path is not None and path.is_file() and not self._model.calibrates(sha256(path)):
            return None
        return self._model.calibration

    def source(self, options: OfaOptions) -> Source:
        """The source of its accuracies under `options`."""
        if self._to_be_fitted(options):
            return BY_IMPORTED
        line = self.calibration(options)
        if line is None:
            return PREDICTED
        return BY_PUBLISHED if line.published else BY_IMPORTED

    def top1(self, genotypes: Genotypes, options: OfaOptions) -> Floats:
        """`(n,)` top-1 in % of `(n, genes)` genotypes as the predictor says, uncalibrated.

        Raises DataError if its file is missing or none.
        """
        if self._model.predictor is None:
            raise self.absence_error()
        file = self._model.predictor
        path = file.located(options.predictor_path)
        return _read(path, file.url, sha256(path)).top1(self._space, genotypes)

    def accuracy(self, genotypes: Genotypes, options: OfaOptions) -> Floats:
        """`(n,)` top-1 in % of `(n, genes)` genotypes as `options` want it."""
        said, line = self.top1(genotypes, options), self.calibration(options)
        return line.apply(said) if line else said

    def extrapolates(self, genotypes: Genotypes, options: OfaOptions) -> npt.NDArray[np.bool_]:
        """`(n,)` whether accuracies of `(n, genes)` genotypes lie beyond their calibration."""
        rows, line = np.atleast_2d(genotypes), self.calibration(options)
        if line is None:
            return np.zeros(len(rows), dtype=bool)
        several = len(self._resolutions) > 1
        choices = rows[:, -1] if several else np.zeros(len(rows), dtype=np.int64)
        return line.extrapolates(self.top1(rows, options), self._resolutions[choices])

    def description(self, options: OfaOptions) -> str:
        """What its accuracies are, and on which scale."""
        if self._to_be_fitted(options):
            return (
                f"The line is fitted to the measured sub-networks in {options.calibration_path} "
                "when the search starts."
            )
        line = self.calibration(options)
        told = (
            f"on the scale of measurements: {line.report}"
            if line
            else f"not calibrated: {self._why_uncalibrated(options)}"
        )
        return f"Accuracy is what the published predictor says, {told}. No images are needed."

    def _to_be_fitted(self, options: OfaOptions) -> bool:
        """Whether a file of measurements is given and no line is fitted to it yet."""
        fitted = options.calibration is not None
        return options.calibrate and options.calibration_path is not None and not fitted

    def _why_uncalibrated(self, options: OfaOptions) -> str:
        if not options.calibrate:
            return "that is switched off"
        if self._model.calibration is not None:
            return "the published measurements hold for the official predictor, not for this file"
        return "no published measurements of this supernet are known, so that it may read too high"

    def absence_error(self) -> DataError:
        """What to say where nobody has published a predictor."""
        return DataError(
            f"There is no published accuracy predictor for {self._model.name}. Choose measured "
            "accuracy."
        )


@functools.lru_cache(maxsize=4)
def _read(path: Path, url: str, digest: bytes) -> AccuracyPredictor:
    """The predictor in a file; read anew when its digest changes."""
    return AccuracyPredictor.read(path, url)
