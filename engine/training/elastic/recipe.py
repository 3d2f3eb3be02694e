"""The settings of a training of a user's own network, and its learning rate."""

import math
from dataclasses import asdict, dataclass
from typing import Any

from engine.devices import Precision
from engine.errors import ConfigError

RATE_OF_SUPERNET, RATE_OF_FINE_TUNING = 1.0, 0.5
"""Peak learning rates as shares of that of the original training."""

_USUAL_PEAKS = {True: 3e-3, False: 1e-3}  # of AdamW, with and without batch-norm, at this batch:
_USUAL_BATCH = 128


@dataclass(frozen=True)
class Recipe:
    """What determines the trained weights, apart from network and data.

    `rate` is the peak of AdamW's learning rate: a linear warm-up over the share `warm_up` of the
    steps, then a cosine to zero. `random_networks` are trained in each step beside the largest and
    the smallest. A step adds the gradients of `accumulate` batches. Gradients longer than `clip`
    are shortened to it. `label_share` is the weight of the labels' loss in fine-tuning; the rest is
    that of the distance to the original network. All random choices of a step are a function of
    `seed` and the step.
    """

    rate: float
    warm_up: float = 0.05
    weight_decay: float = 0.02
    random_networks: int = 2
    accumulate: int = 1
    clip: float = 1.0
    label_share: float = 0.5
    precision: Precision = "fp32"
    seed: int = 0

    def __post_init__(self) -> None:
        if not (math.isfinite(self.rate) and self.rate > 0):
            raise ConfigError(f"The learning rate is {self.rate:g}. Give a number above 0.")

    def rate_at(self, step: int, steps: int) -> float:
        """The learning rate of `step` in 0..steps-1."""
        warm_up_steps = max(1, round(self.warm_up * steps))
        if step < warm_up_steps:
            return self.rate * (step + 1) / warm_up_steps
        position = (step - warm_up_steps) / max(1, steps - warm_up_steps)
        return self.rate * 0.5 * (1 + math.cos(math.pi * position))

    def to_json(self) -> dict[str, Any]:
        """The recipe as plain data, from which `Recipe(**data)` makes an equal one."""
        return asdict(self)


def usual_original_rate(has_batch_norm: bool, batch: int) -> float:
    """The peak learning rate of an original training that is not known.

    What is usual for AdamW: 3e-3 with batch-norm and 1e-3 without, at 128 inputs a batch, and with
    the square root of the batch (Malladi et al., "On the SDEs and Scaling Rules for Adaptive
    Gradient Algorithms", NeurIPS 2022).
    """
    return _USUAL_PEAKS[has_batch_norm] * math.sqrt(batch / _USUAL_BATCH)
