"""The meter as DyNAS Studio sees it: its metric, its options, and when it can measure."""

import time
from collections.abc import Mapping, Sequence

from dynas_studio import (
    EvaluationError,
    EvaluationSettings,
    MeasuredNetwork,
    Meter,
    Metric,
    Options,
    Supernet,
    option,
)
from energy_meter.counter import counter, why_none

ENERGY = Metric(
    name="energy",
    label="Energy",
    unit="mJ",
    direction="min",
    source="measured",
    description="What the processor uses for one input, all else that it does included.",
    lowest=0.0,
)


class EnergyOptions(Options):
    """How long, and of how many inputs at once."""

    seconds: float = option(
        1.0, "Energy time", "Seconds that passes are repeated for.", gt=0, le=60
    )
    batch: int = option(1, "Energy batch", "Inputs in a pass.", ge=1, le=10_000)


class EnergyMeter(Meter):
    """`energy`: millijoules for an input, of passes that are repeated for some seconds."""

    name = "energy"
    label = "Energy"
    metrics = (ENERGY,)
    depends_on = frozenset({"device", "machine", "precision", "batch"})
    Options = EnergyOptions

    def refusal(self, supernet: Supernet, settings: EvaluationSettings) -> str:
        """Why nothing can be measured; the counter is that of the processor."""
        if settings.device != "cpu":
            return f"Energy is that of the processor: set device to cpu, not {settings.device}."
        return why_none()

    def measure(self, subject: MeasuredNetwork, metrics: Sequence[str]) -> Mapping[str, float]:
        """Repeat passes, and share what was used among their inputs."""
        import torch

        options, energy = self.options(subject.settings), counter()
        network, inputs = subject.network, subject.inputs(options.batch)
        passes, begun, before = 0, time.perf_counter(), energy.read()
        with torch.inference_mode():
            while time.perf_counter() - begun < options.seconds:
                network(inputs)
                passes += 1
        used = energy.joules(before, energy.read())
        if not used:
            raise EvaluationError(
                f"The energy counter did not move within {options.seconds:g} s. Set seconds higher."
            )
        return {"energy": 1000 * used / (passes * options.batch)}
