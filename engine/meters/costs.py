"""The meter of exact metrics, which follow from a sub-network's configuration: MACs, parameters."""

from collections.abc import Mapping, Sequence

from engine.evaluation_settings import EvaluationSettings
from engine.meters.base import Meter
from engine.meters.computation import Computation
from engine.meters.measured_network import MeasuredNetwork
from engine.meters.metrics import MACS, PARAMS, SIZE
from engine.metrics import Source
from engine.supernets.base import Supernet


class CostMeter(Meter):
    """Returns the metrics that `Supernet.exact_metrics` computes."""

    name = "costs"
    label = "Costs"
    metrics = (MACS, PARAMS, SIZE)
    depends_on = frozenset()

    def sources(self, supernet: Supernet, settings: EvaluationSettings) -> Mapping[str, Source]:
        """The metrics that the supernet computes, all of them exact."""
        return dict.fromkeys(supernet.with_options(settings).exact_metric_names, "exact")

    def computation(self, supernet: Supernet, settings: EvaluationSettings) -> Computation:
        """All metrics that the supernet computes."""
        costs = supernet.with_options(settings)
        return Computation(costs.exact_metric_names, costs.exact_metrics)

    def measure(self, subject: MeasuredNetwork, metrics: Sequence[str]) -> Mapping[str, float]:
        """The requested exact metrics."""
        supernet = subject.supernet.with_options(subject.settings)
        exact = supernet.exact_metrics(subject.genotype[None])
        return {name: float(exact[name][0]) for name in metrics if name in exact}
