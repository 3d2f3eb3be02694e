"""The one way in which sub-networks are measured: taken out, calibrated, handed to the meters."""

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


def measure(
    supernet: Supernet,
    config: Mapping[str, Any],
    metrics: Sequence[str],
    settings: EvaluationSettings,
) -> dict[str, float]:
    """The `metrics` of a sub-network, as asked; also those on held-out data by their names.

    What holds for this machine alone is measured while nothing else is. Raises SpaceError for a
    config outside the space, DataError for what is missing, EvaluationError for what cannot be
    measured.
    """
    devices.check(settings.device, settings.precision)
    _check(supernet, metrics, settings)
    subject = MeasuredNetwork(supernet, config, settings)
    values: dict[str, float] = {}
    for meter in registry.all_meters():
        wanted = [
            n for n in metrics if n not in values and _meter_of(supernet, n, settings) is meter
        ]
        if wanted:
            found = _measured(meter, subject, wanted, settings)
            values |= {name: value for name, value in found.items() if name in metrics}
    return values


def _meter_of(supernet: Supernet, name: str, settings: EvaluationSettings) -> Meter:
    """The meter of a metric; also of one that only this supernet and its task have."""
    if held_out_metric(name) or any(name == known.name for known in supernet.task.metrics):
        return registry.QUALITY
    exact = registry.COSTS.sources(supernet, settings)
    return registry.COSTS if name in exact else registry.meter_of(name)


def _measured(
    meter: Meter, subject: MeasuredNetwork, names: Sequence[str], settings: EvaluationSettings
) -> Mapping[str, float]:
    ours = meter in registry.BUILT_IN
    try:
        if not any("machine" in meter.factors(name, settings) for name in names):
            return meter.measure(subject, names)
        _ = subject.module  # which others need not wait for
        with machine_lock.alone():
            return meter.measure(subject, names)
    except DynasError:
        raise
    except Exception as error:
        if ours:
            raise
        raise EvaluationError(f"The meter '{meter.name}' fails: {error_text(error)}.") from error


def _check(supernet: Supernet, metrics: Sequence[str], settings: EvaluationSettings) -> None:
    there = registry.sources(supernet, settings)
    unknown = [name for name in metrics if (held_out_metric(name) or name) not in there]
    if unknown:
        source, names = supernet.quality_source(settings), ", ".join(unknown)
        if source == "measured":
            raise EvaluationError(f"{names} cannot be had of {supernet.name} here. Leave it out.")
        raise EvaluationError(
            f"{names} cannot be had with quality from the {source}. Measure it, or leave it out."
        )
