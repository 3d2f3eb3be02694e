"""What was measured before of a run's sub-networks: its numbers in the evaluation cache."""

import os
import platform
from pathlib import Path
from typing import Any

from engine.config import NASConfig
from engine.digest import sha256
from engine.evaluation.measuring import Measurement
from engine.log.cache import EvaluationCache
from engine.meters.conditions import TIMED, processor, threads, timed_here
from engine.meters.timing import PROTOCOL as TIMING
from engine.metrics import metric
from engine.space import Genotypes
from engine.supernets.base import Supernet


class KnownNumbers:
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
        timed = timed_here(list(measurement.values), self._settings)
        slowed = timed if measurement.conditions.get("slowed") else []
        for name, value in measurement.values.items():
            keys = self._determinants(genotype, name)
            if name not in slowed:
                self._cache.put(keys, value)
            if name in timed:
                self._cache.note_conditions(keys, measurement.conditions)

    def _conditions(self, genotype: Genotypes) -> dict[str, Any]:
        """What the numbers of the cache were timed on."""
        for name in timed_here(self.measured, self._settings):
            return self._cache.conditions(self._determinants(genotype, name))
        return {}

    def _determinants(self, genotype: Genotypes, name: str) -> dict[str, Any]:
        """Everything that decides the number."""
        keys: dict[str, Any] = {
            "supernet": self._supernet,
            "fingerprint": self._fingerprint,
            "genotype": [int(gene) for gene in genotype],
            "metric": name,
        }
        if name == "lat" and self._settings.latency_table:
            keys["table"] = sha256(Path(self._settings.latency_table).expanduser()).hex()
        elif name in TIMED:
            keys["device"] = [
                self._settings.device, platform.node(), processor(), os.cpu_count(),
                self._settings.latency_batch, threads(self._settings), TIMING,
            ]  # fmt: skip
        elif name == "peak_memory":
            keys["batch"] = self._settings.latency_batch
        return keys
