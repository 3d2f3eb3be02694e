"""How good a sub-network is, as its task measures it or as a published predictor tells."""

from collections.abc import Mapping, Sequence

from engine.errors import EvaluationError
from engine.evaluation_settings import EvaluationSettings
from engine.meters.base import Meter
from engine.meters.measured_network import MeasuredNetwork
from engine.metrics import Source
from engine.quoting import quoted
from engine.supernets.base import Supernet
from engine.tasks.base import Part, held_out_metric, held_out_name


class QualityMeter(Meter):
    """The metrics of the supernet's task, and the same on held-out data by `held_out_name`."""

    name = "quality"
    label = "Quality"
    metrics = ()
    depends_on = frozenset({"weights", "data", "precision", "device"})

    def sources(self, supernet: Supernet, settings: EvaluationSettings) -> Mapping[str, Source]:
        """Where the qualities that the supernet's task knows come from."""
        return supernet.quality_metric_sources(settings)

    def measure(self, subject: MeasuredNetwork, metrics: Sequence[str]) -> Mapping[str, float]:
        """The qualities that are asked for; raises EvaluationError where no data is held out."""
        supernet, settings = subject.supernet, subject.settings
        sources = supernet.quality_metric_sources(settings)
        asked = [name for name in metrics if name in sources]
        held_out = [name for name in metrics if held_out_metric(name) in sources]
        predicted = [name for name in asked if sources[name] != "measured"]
        measured = [name for name in asked if name not in predicted]
        values: dict[str, float] = {}
        if predicted:
            found = supernet.predicted_quality(subject.genotype, settings)
            values |= {name: found[name] for name in predicted}
        if measured:
            values |= self._measured(subject, "validation", measured)
        if held_out:
            values |= self._held_out(subject, held_out, sources)
        return values

    def _held_out(
        self, subject: MeasuredNetwork, names: Sequence[str], sources: Mapping[str, Source]
    ) -> dict[str, float]:
        task = subject.supernet.task
        wanted = [metric for name in names if (metric := held_out_metric(name))]
        if not task.data_names.held_out:
            raise EvaluationError(f"{subject.supernet.name} holds no data out for a test.")
        if any(sources[metric] != "measured" for metric in wanted):
            raise EvaluationError(
                f"A predictor has no {task.data_names.held_out}. Choose a measured quality."
            )
        found = self._measured(subject, "held out", wanted)
        return {held_out_name(metric): found[metric] for metric in wanted if metric in found}

    def _measured(
        self, subject: MeasuredNetwork, part: Part, metrics: Sequence[str]
    ) -> Mapping[str, float]:
        task, settings = subject.supernet.task, subject.settings
        found: object = task.quality(subject.network, part, metrics, settings, subject.resolution)
        if not isinstance(found, Mapping):
            raise EvaluationError(
                f"{subject.supernet.name} returned {quoted(found, 60)} of type "
                f"{type(found).__name__} for a measurement: a number by the name of its metric is "
                "wanted. Repair its task."
            )
        return found
