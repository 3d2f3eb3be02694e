"""The quality of sub-networks that a published predictor tells from their genotypes."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from engine.evaluation_settings import EvaluationSettings
from engine.metrics import Source
from engine.space import Genotypes
from engine.tasks.base import Task


class PredictedQuality:
    """The part of `Supernet` that has the sources of quality, and predicts it where that is one."""

    task: Task

    def quality_metric_sources(self, settings: EvaluationSettings) -> Mapping[str, Source]:
        """The quality metrics available under `settings`, and the source of each."""
        return {quality.name: "measured" for quality in self.task.metrics}

    def subnetwork_sources(
        self, genotype: Genotypes, settings: EvaluationSettings
    ) -> Mapping[str, str]:
        """Sources of one sub-network `(genes,)` that differ: its value may be extrapolated."""
        return {}

    def predictions(
        self, genotypes: Genotypes, settings: EvaluationSettings
    ) -> Mapping[str, npt.NDArray[np.float64]]:
        """`(n,)` uncalibrated values by metric of a published predictor for `(n, genes)` genotypes.

        Empty where `settings` have every metric measured.
        """
        return {}

    def predicted_qualities(
        self, genotypes: Genotypes, settings: EvaluationSettings
    ) -> Mapping[str, npt.NDArray[np.float64]]:
        """`(n,)` values by predicted quality metric for `(n, genes)` genotypes, as displayed."""
        return self.predictions(genotypes, settings)

    def predicted_quality(
        self, genotype: Genotypes, settings: EvaluationSettings
    ) -> Mapping[str, float]:
        """The quality metrics of one sub-network `(genes,)` that are predicted, as displayed."""
        values = self.predicted_qualities(genotype[None], settings)
        return {name: float(v[0]) for name, v in values.items()}

    def computed_quality_metrics(self, settings: EvaluationSettings) -> Sequence[str]:
        """The quality metrics that `predicted_qualities` has under `settings`.

        None for a supernet that predicts one sub-network at a time.
        """
        if type(self).predicted_quality is not PredictedQuality.predicted_quality:
            return []
        sources = self.quality_metric_sources(settings)
        return [name for name, source in sources.items() if source != "measured"]
