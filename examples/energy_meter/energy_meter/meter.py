"""The meter for DyNAS Studio: its metric, its options and its measurement."""

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
from energy_meter.counter import find_counter, missing_reason

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
    """The duration and the batch size of the measurement."""

    seconds: float = option(
        1.0, "Energy time", "Seconds that passes are repeated for.", gt=0, le=60
    )
    batch: int = option(1, "Energy batch", "Inputs in a pass.", ge=1, le=10_000)


class EnergyMeter(Meter):
    """`energy`: millijoules per input, over passes that are repeated for some seconds."""

    name = "energy"
    label = "Energy"
    metrics = (ENERGY,)
    depends_on = frozenset({"device", "machine", "precision", "batch"})
    Options = EnergyOptions

    def refusal(self, supernet: Supernet, settings: EvaluationSettings) -> str:
        """Why energy cannot be measured: the counter only covers the processor."""
        if settings.device != "cpu":
            return f"Energy is that of the processor: set device to cpu, not {settings.device}."
        return missing_reason()

    def measure(self, subject: MeasuredNetwork, metrics: Sequence[str]) -> Mapping[str, float]:
        """Repeat passes, and divide the energy by the number of inputs."""
        import torch

        options, counter = self.options(subject.settings), find_counter()
        network, inputs = subject.network, subject.inputs(options.batch)
        passes, start, before = 0, time.perf_counter(), counter.read()
        with torch.inference_mode():
            while time.perf_counter() - start < options.seconds:
                network(inputs)
                passes += 1
        joules = counter.joules(before, counter.read())
        if not joules:
            raise EvaluationError(
                f"The energy counter did not move within {options.seconds:g} s. Set seconds higher."
            )
        return {"energy": 1000 * joules / (passes * options.batch)}
