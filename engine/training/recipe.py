"""The training recipe of the built-in supernet, which determines its weights."""

import json
import math
from dataclasses import asdict, dataclass, replace

from engine.errors import DataError

_LARGE_FREQUENT = (1 / 6, 2 / 6, 3 / 6)


@dataclass(frozen=True)
class Phase:
    """Some epochs of one kind of step. `rate` is AdamW's one-cycle peak.

    `random_subnets` 0 trains only the largest sub-network. The smallest one is trained every
    `smallest_every` steps: trained in each step, it would be more accurate than larger ones.
    `frequencies` are those of the three choices of a gene, smallest first; None is uniform. With
    more frequent large choices, accuracy follows size more closely.
    """

    name: str
    epochs: int
    rate: float
    random_subnets: int = 0
    smallest_every: int = 1
    frequencies: tuple[float, float, float] | None = None


@dataclass(frozen=True)
class Recipe:
    """The parameters that determine the trained weights."""

    phases: tuple[Phase, ...] = (
        Phase("largest", 5, 3e-3),
        Phase("shrinking", 8, 1.5e-3, random_subnets=2),
        Phase("settling", 4, 1e-3, random_subnets=3, smallest_every=4),
        Phase(
            "spreading", 3, 1e-3, random_subnets=3, smallest_every=16, frequencies=_LARGE_FREQUENT
        ),
    )
    weight_decay: float = 0.02
    batch: int = 128
    seed: int = 0
    flip: bool = True

    def steps_per_epoch(self, images: int) -> int:
        """Full batches in `images`; raises DataError if there is none."""
        if images < self.batch:
            raise DataError(f"{images} images do not fill one batch of {self.batch}.")
        return images // self.batch

    def total_steps(self, images: int) -> int:
        """Steps of all phases."""
        return self.steps_per_epoch(images) * sum(phase.epochs for phase in self.phases)

    def until(self, step: int, images: int) -> "Recipe":
        """The recipe up to the phase of step `step`, which determines the weights so far."""
        done = 0
        for count, phase in enumerate(self.phases, start=1):
            done += phase.epochs * self.steps_per_epoch(images)
            if step <= done:
                return replace(self, phases=self.phases[:count])
        return self

    @classmethod
    def from_json(cls, text: str) -> "Recipe":
        """The recipe from the JSON of `to_json`."""
        fields = json.loads(text)
        phases = (
            Phase(**{**p, "frequencies": p.get("frequencies") and tuple(p["frequencies"])})
            for p in fields.pop("phases")
        )
        return cls(phases=tuple(phases), **fields)

    def to_json(self) -> str:
        """The recipe as JSON."""
        return json.dumps(asdict(self))

    def at(self, step: int, images: int) -> tuple[Phase, int, int]:
        """The phase of `step`, the step within it and its number of steps."""
        for phase in self.phases:
            steps = phase.epochs * self.steps_per_epoch(images)
            if step < steps:
                return phase, step, steps
            step -= steps
        raise IndexError("step is beyond the last phase")


def one_cycle(step: int, steps: int, peak: float, warm_up: float = 0.15) -> float:
    """Learning rate of `step` in 0..steps-1: linear to `peak`, then a cosine to almost zero."""
    position = (step + 1) / steps
    if position < warm_up:
        return peak * position / warm_up
    return peak * 0.5 * (1 + math.cos(math.pi * (position - warm_up) / (1 - warm_up)))
