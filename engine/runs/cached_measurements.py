"""What was measured before of a run's sub-networks: its numbers in the evaluation cache."""

from typing import Any

from engine.config import NASConfig
from engine.evaluation.measurement import Measurement
from engine.log.cache import EvaluationCache
from engine.meters import registry as meters
from engine.metrics import metric
from engine.space import Genotypes
from engine.supernets.base import Supernet


class CachedMeasurements:
    """Looks up and remembers measurements made as `config` has them made."""

    def __init__(self, cache: EvaluationCache, config: NASConfig, supernet: Supernet) -> None:
        self._cache, self._settings = cache, config.settings
        self._supernet = config.dynas.supernet
        self._fingerprint = supernet.fingerprint(self._settings)
        self.measured = [m for m in config.all_metrics if not metric(m).computable]

    def find(self, genotype: Genotypes) -> Measurement | None:
        """Every number that has to be measured of a sub-network, if all of them are known."""
        values = {m: self._cache.get(self._determinants(genotype, m)) for m in self.measured}
        known = {m: v for m, v in values.items() if v is not None}
        if len(known) < len(values):
            return None
        return Measurement(known, 0.0, "", self._conditions(genotype))

    def remember(self, genotype: Genotypes, measurement: Measurement) -> None:
        """Keep what was measured; a latency that other programs slowed is worth another one."""
        timed = meters.machine_metrics(measurement.values, self._settings)
        slowed = timed if measurement.conditions.get("slowed") else []
        for name, value in measurement.values.items():
            keys = self._determinants(genotype, name)
            if name not in slowed:
                self._cache.put(keys, value)
            if name in timed:
                self._cache.note_conditions(keys, measurement.conditions)

    def _conditions(self, genotype: Genotypes) -> dict[str, Any]:
        """What the numbers of the cache were timed on."""
        for name in meters.machine_metrics(self.measured, self._settings):
            return self._cache.conditions(self._determinants(genotype, name))
        return {}

    def _determinants(self, genotype: Genotypes, name: str) -> dict[str, Any]:
        """Everything that decides the number."""
        return meters.determinants(
            name, self._supernet, self._fingerprint, genotype, self._settings
        )
