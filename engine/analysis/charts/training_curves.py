"""The curves of a training: loss and quality over its steps, from its log."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

ORIGINAL = "original"

Points = tuple[tuple[int, float], ...]
"""Steps done, of all stages, and the value after them."""


@dataclass(frozen=True)
class Curve:
    """The values of one network over the steps done.

    The `original` one is not trained: it has one value.
    """

    name: str
    points: Points


@dataclass(frozen=True)
class TrainingCurvesInfo:
    """Losses, and the quality of networks in `unit`, of a training of `total` steps.

    `label` is that of the quality. Qualities are of the validation data.
    """

    training: str
    total: int
    losses: Points
    qualities: tuple[Curve, ...]
    label: str
    unit: str

    @property
    def loss_description(self) -> str:
        """A text alternative of the curve of losses."""
        if not self.losses:
            return "The loss appears with the first step."
        done, loss = self.losses[-1]
        return f"Loss over steps of training: {loss:.3g} after {done:,} of {self.total:,} steps."

    @property
    def quality_description(self) -> str:
        """A text alternative of the curves of quality."""
        unit = f" {self.unit}" if self.unit else ""
        last = [f"{c.name} {c.points[-1][1]:.4g}{unit}" for c in self.qualities if c.points]
        return f"{self.label} on validation data over steps of training: {', '.join(last)}."


def training_curves_info(
    training: str,
    entries: Sequence[Mapping[str, Any]],
    total: int,
    label: str = "",
    unit: str = "",
) -> TrainingCurvesInfo:
    """Plain data of the charts, from the entries of `engine.training.elastic.training_log`."""
    losses = tuple((entry["done"], entry["loss"]) for entry in entries if "loss" in entry)
    points: dict[str, list[tuple[int, float]]] = {}
    for entry in entries:
        for name, value in entry.get("quality", {}).items():
            points.setdefault(name, []).append((entry["done"], value))
    curves = tuple(Curve(name, tuple(own)) for name, own in points.items())
    last = max((entry["done"] for entry in entries), default=0)
    return TrainingCurvesInfo(
        training, max(total, last, 1), losses, curves, label or "Quality", unit
    )
