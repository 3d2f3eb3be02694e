"""CachedMeasurements: the view of one run on the evaluation cache."""

from collections.abc import Sequence
from typing import Any

from engine.config import NASConfig
from engine.errors import UnusableDataError
from engine.evaluation.measurement import Measurement
from engine.log.cache import EvaluationCache
from engine.meters import registry as meters
from engine.meters.computed_metrics import measured_metrics
from engine.meters.machine import MachineKind
from engine.runs.running_evaluations import RunningEvaluation
from engine.space import Genotypes
from engine.supernets.base import Supernet


class CachedMeasurements:
    """Looks up and stores measurements made with the settings of `config`.

    `machine` is the kind of machine that measures, None for this one: values that depend on a
    machine are those of its kind.
    """

    def __init__(self, cache: EvaluationCache, config: NASConfig, supernet: Supernet) -> None:
        self._cache, self._settings = cache, config.settings
        self._supernet = config.dynas.supernet
        self.machine: MachineKind | None = None
        self._fingerprint = supernet.fingerprint(self._settings)
        self.measured_metrics = measured_metrics(config.all_metrics, supernet, self._settings)
        self._timed_metrics = meters.machine_metrics(self.measured_metrics, self._settings)
        self._quality_metrics = [m for m in self.measured_metrics if meters.is_quality(m)]

    def find(self, genotype: Genotypes) -> Measurement | None:
        """The cached values of all measured metrics of a sub-network; None if one is missing."""
        values = {
            m: self._cache.get(self._determinants(genotype, m)) for m in self.measured_metrics
        }
        cached_values = {m: v for m, v in values.items() if v is not None}
        if len(cached_values) < len(values):
            return None
        return Measurement(
            cached_values,
            0.0,
            "",
            self._conditions(genotype, self._timed_metrics[:1]),
            self._conditions(genotype, self._quality_metrics),
        )

    def store(self, genotype: Genotypes, measurement: Measurement) -> None:
        """Store measured values, except a latency that other programs slowed down."""
        timed_metrics = meters.machine_metrics(measurement.values, self._settings)
        slowed_metrics = timed_metrics if measurement.conditions.get("slowed") else []
        for name, value in measurement.values.items():
            keys = self._determinants(genotype, name)
            if name not in slowed_metrics:
                self._cache.put(keys, value)
            if name in timed_metrics:
                self._cache.note_conditions(keys, measurement.conditions)
            elif measurement.quality_conditions and meters.is_quality(name):
                self._cache.note_conditions(keys, measurement.quality_conditions)

    def store_completed(self, completed: RunningEvaluation) -> None:
        """Store the values of a completed evaluation once, possibly before it is recorded.

        Raises the error of a worker that has other weights or data.
        """
        error = completed.error()
        if isinstance(error, UnusableDataError):
            raise error
        if error is None and not completed.reused and not completed.is_cached:
            self.store(completed.proposal.genotype, completed.future.result())
        completed.is_cached = True

    def _conditions(self, genotype: Genotypes, names: Sequence[str]) -> dict[str, Any]:
        """The conditions under which the cached metrics `names` were measured; may be empty."""
        conditions: dict[str, Any] = {}
        for name in names:
            conditions |= self._cache.conditions(self._determinants(genotype, name))
        return conditions

    def _determinants(self, genotype: Genotypes, name: str) -> dict[str, Any]:
        """All values on which the measured value of a metric depends."""
        how = self.machine.determinants.get(name) if self.machine else None
        return meters.determinants(
            name, self._supernet, self._fingerprint, genotype, self._settings, how
        )
