"""The memory meter: the peak memory of a forward pass."""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.evaluation_settings import EvaluationSettings
from engine.meters.base import Meter
from engine.meters.latency import LatencyMeter
from engine.meters.measured_network import MeasuredNetwork
from engine.meters.metrics import PEAK_MEMORY
from engine.options import Options, option

_MB = 1e6


class MemoryOptions(Options):
    """How memory is counted."""

    inputs: int | None = option(
        None,
        "Memory batch",
        "Inputs in a forward pass whose memory is counted; by default those of the latency.",
        hint="As above",
        ge=1,
        le=10_000,
    )


class MemoryMeter(Meter):
    """`peak_memory` in MB, of a pass of `inputs`: by default the batch of the latency meter."""

    name = "memory"
    label = "Memory"
    metrics = (PEAK_MEMORY,)
    depends_on = frozenset({"precision", "batch"})
    Options = MemoryOptions
    uses_options_of = (LatencyMeter.name,)

    def determinants(self, metric: str, settings: EvaluationSettings) -> Mapping[str, Any]:
        """The batch."""
        return {"batch": self._batch(settings)}

    def measure(self, subject: MeasuredNetwork, metrics: Sequence[str]) -> Mapping[str, float]:
        """Count the bytes that are alive in a pass."""
        from engine.meters.peak_bytes import peak_bytes

        inputs = subject.inputs(self._batch(subject.settings))
        size = peak_bytes(subject.module, inputs, subject.settings.precision)
        return {PEAK_MEMORY.name: size / _MB}

    def _batch(self, settings: EvaluationSettings) -> int:
        own: int | None = self.options(settings).inputs
        return own or int(LatencyMeter().options(settings).batch)
