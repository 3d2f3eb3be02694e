"""The quality of a network and of its model files, measured on the data of the task."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.analysis.number_text import number_with_unit
from engine.errors import EvaluationError
from engine.export.bundle.exported_network import InputCollector
from engine.meters.measured_network import MeasuredNetwork
from engine.metrics import Metric
from engine.tasks.base import DataSplit, Network

_PERCENT = "%"
_POINTS = 0.02  # by which the quality of a file may differ, in points of a percentage
_RELATIVE = 1e-3  # and for other metrics, relative to the value, if that is above 1


@dataclass(frozen=True)
class MeasuredQuality:
    """The values of the task's metrics over so many `inputs`; `batches` are the first of them."""

    values: Mapping[str, float]
    inputs: int
    batches: tuple[Any, ...]


class QualityCheck:
    """Measures networks that take the place of a sub-network.

    `on_inputs` is called with the number of inputs that were classified so far.
    """

    def __init__(self, subject: MeasuredNetwork, on_inputs: Callable[[int], None]) -> None:
        self._subject, self._on_inputs = subject, on_inputs
        sources = subject.supernet.quality_metric_sources(subject.settings)
        self.metrics: tuple[Metric, ...] = tuple(
            metric for metric in subject.supernet.task.metrics if metric.name in sources
        )

    def measure(self, network: Network, part: DataSplit = "validation") -> MeasuredQuality:
        """The quality of `network` on a part of the data.

        Raises DataError for missing data, EvaluationError if there is none to measure on.
        """
        task, settings = self._subject.supernet.task, self._subject.settings
        collector = InputCollector(network, self._on_inputs)
        names = [metric.name for metric in self.metrics]
        values = task.quality(collector, part, names, settings, self._subject.resolution)
        numbers = {name: float(values[name]) for name in names}
        return MeasuredQuality(numbers, collector.count, tuple(collector.batches))

    def compare(self, expected: MeasuredQuality, measured: MeasuredQuality) -> None:
        """Raise EvaluationError if the quality of a file is not that of the network."""
        for metric in self.metrics:
            wanted, given = expected.values[metric.name], measured.values[metric.name]
            if not abs(wanted - given) <= quality_tolerance(metric, wanted, expected.inputs):
                texts = [number_with_unit(value, metric.unit) for value in (given, wanted)]
                raise EvaluationError(
                    f"its {metric.label} on the same data is {texts[0]}, that of the network "
                    f"{texts[1]}. Use another format."
                )


def quality_tolerance(metric: Metric, value: float, inputs: int) -> float:
    """The difference of two measurements of `metric` that rounding explains.

    In points of a percentage 0.02, or a single one of the `inputs`, which may be a tie.
    """
    if metric.unit == _PERCENT:
        return max(_POINTS, 100 / inputs if inputs else 0.0) + 1e-9
    return _RELATIVE * max(1.0, abs(value))
