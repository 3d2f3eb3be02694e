"""What can be known of a sub-network: each metric's unit, direction and source."""

from dataclasses import dataclass
from typing import Literal

from engine.errors import ConfigError

Direction = Literal["min", "max"]
Source = Literal["measured", "exact", "published predictor", "lookup table"]


@dataclass(frozen=True)
class Metric:
    """A number that a sub-network has.

    `source` says how the number comes about, so that one that was not measured never looks
    measured. An `exact` metric is computed from the configuration alone and is never predicted.
    """

    name: str
    label: str
    unit: str
    direction: Direction
    source: Source
    description: str

    @property
    def computable(self) -> bool:
        """Whether the number follows from the configuration, without running the network."""
        return self.source == "exact"

    @property
    def sign(self) -> float:
        """+1 where less is better, -1 where more is: `sign * value` is always minimised."""
        return 1.0 if self.direction == "min" else -1.0


METRICS: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        Metric(
            "acc",
            "Top-1 accuracy",
            "%",
            "max",
            "measured",
            "Share of validation images classified correctly, after batch-norm statistics were "
            "recomputed for the sub-network on calibration images.",
        ),
        Metric(
            "acc_top5",
            "Top-5 accuracy",
            "%",
            "max",
            "measured",
            "Share of validation images whose class is among the five that the network takes for "
            "most likely.",
        ),
        Metric(
            "macs",
            "MACs",
            "MACs",
            "min",
            "exact",
            "Multiply-accumulate operations for one image, batch-norm folded away.",
        ),
        Metric(
            "params",
            "Parameters",
            "params",
            "min",
            "exact",
            "Trainable parameters of the sub-network.",
        ),
        Metric(
            "lat",
            "Latency",
            "ms",
            "min",
            "measured",
            "Median time of one forward pass on this machine, after warm-up.",
        ),
        Metric(
            "lat_spread",
            "Latency spread",
            "ms",
            "min",
            "measured",
            "Distance between the quartiles of the timed forward passes.",
        ),
        Metric(
            "size",
            "Size",
            "MB",
            "min",
            "exact",
            "Bytes of the parameters and buffers of the sub-network as exported, in fp32; a "
            "million bytes are a MB.",
        ),
        Metric(
            "peak_memory",
            "Peak memory",
            "MB",
            "min",
            "measured",
            "Weights and activations that are alive at once in one forward pass, batch-norm "
            "folded away.",
        ),
    )
}


def metric(name: str) -> Metric:
    """The metric called `name`; raises ConfigError naming those that exist."""
    try:
        return METRICS[name]
    except KeyError:
        raise ConfigError(
            f"There is no metric '{name}'. Choose from: {', '.join(METRICS)}."
        ) from None
