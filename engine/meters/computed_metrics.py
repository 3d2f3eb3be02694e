"""Which metrics a run computes from genotypes, and which it has to measure."""

from collections.abc import Iterable

from engine.evaluation_settings import EvaluationSettings
from engine.meters.computation import ComputedMetrics
from engine.meters.registry import all_meters
from engine.supernets.base import Supernet


def computed_metrics(supernet: Supernet, settings: EvaluationSettings) -> ComputedMetrics:
    """The metrics of a supernet that follow from genotypes alone under `settings`.

    Costs always do; latency from a table of parts and quality from a published predictor as well.

    >>> computed = computed_metrics(supernet, EvaluationSettings())
    >>> "macs" in computed.names, "lat" in computed.names
    (True, False)
    """
    computations = (meter.computation(supernet, settings) for meter in all_meters())
    return ComputedMetrics(c for c in computations if c is not None)


def measured_metrics(
    names: Iterable[str], supernet: Supernet, settings: EvaluationSettings
) -> list[str]:
    """Those of `names` that are not computed: a worker measures them."""
    computed = computed_metrics(supernet, settings).names
    return [name for name in names if name not in computed]
