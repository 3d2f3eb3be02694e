"""The measurement of sub-networks: extraction, recalibration and a call of each meter."""

from collections.abc import Mapping, Sequence
from typing import Any

from engine import devices, machine_lock
from engine.errors import DynasError, EvaluationError
from engine.evaluation_settings import EvaluationSettings
from engine.meters import registry
from engine.meters.base import Meter
from engine.meters.measured_network import MeasuredNetwork
from engine.quoting import error_text
from engine.supernets.base import Supernet
from engine.tasks.base import held_out_metric
from engine.tasks.int8_metrics import int8_quality


def measure(
    supernet: Supernet,
    config: Mapping[str, Any],
    metrics: Sequence[str],
    settings: EvaluationSettings,
) -> dict[str, float]:
    """The values of the requested `metrics` of a sub-network, also on held-out data by their names.

    Machine-specific metrics are measured while nothing else is. Raises SpaceError for a config
    outside the space, DataError for missing data, EvaluationError for metrics that cannot be
    measured.
    """
    devices.check(settings.device, settings.precision)
    _check_metrics(supernet, metrics, settings)
    subject = MeasuredNetwork(supernet, config, settings)
    values: dict[str, float] = {}
    for meter in registry.all_meters():
        names = [
            n for n in metrics if n not in values and _meter_of(supernet, n, settings) is meter
        ]
        if names:
            results = _run_meter(meter, subject, names, settings)
            values |= {name: value for name, value in results.items() if name in metrics}
    return values


def _meter_of(supernet: Supernet, name: str, settings: EvaluationSettings) -> Meter:
    """The meter of a metric; also of one that only this supernet and its task have."""
    measured, qualities = held_out_metric(name) or name, [q.name for q in supernet.task.metrics]
    if measured in qualities:
        return registry.QUALITY
    if int8_quality(measured) in qualities:
        return registry.INT8
    exact = registry.COSTS.sources(supernet, settings)
    return registry.COSTS if name in exact else registry.meter_of(name)


def _run_meter(
    meter: Meter, subject: MeasuredNetwork, names: Sequence[str], settings: EvaluationSettings
) -> Mapping[str, float]:
    is_built_in = meter in registry.BUILT_IN
    try:
        if not any("machine" in meter.factors(name, settings) for name in names):
            return meter.measure(subject, names)
        measure_alone = meter.prepare(subject, names)
        with machine_lock.exclusive():
            return measure_alone()
    except DynasError:
        raise
    except Exception as error:
        if is_built_in:
            raise
        raise EvaluationError(f"The meter '{meter.name}' fails: {error_text(error)}.") from error


def _check_metrics(
    supernet: Supernet, metrics: Sequence[str], settings: EvaluationSettings
) -> None:
    available = registry.sources(supernet, settings)
    unknown = [name for name in metrics if (held_out_metric(name) or name) not in available]
    if unknown:
        source, names = supernet.quality_source(settings), ", ".join(unknown)
        if source == "measured":
            raise EvaluationError(f"{names} is not available for {supernet.name}. Leave it out.")
        raise EvaluationError(
            f"{names} is not available with quality from the {source}. Measure it, or leave it out."
        )
