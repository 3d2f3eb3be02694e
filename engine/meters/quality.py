"""The quality meter: the metrics of a task, measured or from a published predictor."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from engine.errors import EvaluationError
from engine.evaluation_settings import EvaluationSettings
from engine.meters.base import Meter
from engine.meters.computation import Computation
from engine.meters.measured_network import MeasuredNetwork
from engine.metrics import Source
from engine.notes import add_quality_notes
from engine.quoting import quoted
from engine.supernets.base import Supernet
from engine.tasks.base import DataSplit, held_out_metric, held_out_name
from engine.tasks.quality_protocol import (
    METER,
    QualityOptions,
    describe_backend,
    require_openvino,
)


class QualityMeter(Meter):
    """Measures the metrics of the supernet's task, also on held-out data (`held_out_name`)."""

    name = METER
    label = "Quality"
    metrics = ()
    depends_on = frozenset({"weights", "data", "precision", "device"})
    Options = QualityOptions

    def disagreements(self, settings: EvaluationSettings) -> Mapping[str, str]:
        """OpenVINO, where no processor computes."""
        if self.options(settings).backend != "openvino" or settings.device == "cpu":
            return {}
        return {
            "backend": "is OpenVINO, which runs on a processor: leave backend out, or set device "
            f"to cpu instead of {settings.device}"
        }

    def describe(self, supernet: Supernet, settings: EvaluationSettings) -> str:
        """That OpenVINO runs the networks, where it does."""
        measured = "measured" in supernet.quality_metric_sources(settings).values()
        backend = describe_backend(supernet.task, settings) if measured else "torch"
        if backend == "torch":
            return ""
        items = supernet.task.data_names.items.capitalize()
        return f"{items} are classified by {backend}, after statistics from torch."

    def determinants(self, metric: str, settings: EvaluationSettings) -> Mapping[str, Any]:
        """None: the backend is in the fingerprint of the supernet."""
        return {}

    def check(self, settings: EvaluationSettings) -> None:
        """Raise DataError if OpenVINO is chosen and not installed."""
        if self.options(settings).backend == "openvino":
            require_openvino()

    def sources(self, supernet: Supernet, settings: EvaluationSettings) -> Mapping[str, Source]:
        """The sources of the quality metrics of the supernet's task."""
        return supernet.quality_metric_sources(settings)

    def computation(self, supernet: Supernet, settings: EvaluationSettings) -> Computation | None:
        """The metrics that a published predictor tells."""
        names = tuple(supernet.computed_quality_metrics(settings))
        if not names:
            return None
        return Computation(names, partial(supernet.predicted_qualities, settings=settings))

    def measure(self, subject: MeasuredNetwork, metrics: Sequence[str]) -> Mapping[str, float]:
        """The requested quality metrics; raises EvaluationError if there is no held-out data."""
        supernet, settings = subject.supernet, subject.settings
        sources = supernet.quality_metric_sources(settings)
        requested = [name for name in metrics if name in sources]
        held_out = [name for name in metrics if held_out_metric(name) in sources]
        predicted = [name for name in requested if sources[name] != "measured"]
        measured = [name for name in requested if name not in predicted]
        values: dict[str, float] = {}
        if predicted:
            predictions = supernet.predicted_quality(subject.genotype, settings)
            values |= {name: predictions[name] for name in predicted}
        if measured:
            values |= self._measure_part(subject, "validation", measured)
        if held_out:
            values |= self._measure_held_out(subject, held_out, sources)
        return values

    def _measure_held_out(
        self, subject: MeasuredNetwork, names: Sequence[str], sources: Mapping[str, Source]
    ) -> dict[str, float]:
        task = subject.supernet.task
        metrics = [metric for name in names if (metric := held_out_metric(name))]
        if not task.data_names.held_out:
            raise EvaluationError(f"{subject.supernet.name} has no held-out data for a test.")
        if any(sources[metric] != "measured" for metric in metrics):
            raise EvaluationError(
                f"A predictor has no {task.data_names.held_out}. Choose a measured quality."
            )
        values = self._measure_part(subject, "held out", metrics)
        return {held_out_name(metric): values[metric] for metric in metrics if metric in values}

    def _measure_part(
        self, subject: MeasuredNetwork, part: DataSplit, metrics: Sequence[str]
    ) -> Mapping[str, float]:
        task, settings = subject.supernet.task, subject.settings
        values: object = task.quality(subject.network, part, metrics, settings, subject.resolution)
        if not isinstance(values, Mapping):
            raise EvaluationError(
                f"{subject.supernet.name} returned {quoted(values, 60)} of type "
                f"{type(values).__name__} for a measurement. A mapping of metric names to numbers "
                "is needed. Repair its task."
            )
        add_quality_notes(**subject.quality_conditions)
        return values
