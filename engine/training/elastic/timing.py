"""How long one step takes: of plain training, of a supernet, of fine-tuning."""

import copy
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import torch
from torch import nn

from engine.supernets.elastic.elastic_data import ElasticData
from engine.training.elastic.learners import Learner, NetworkLearner, SupernetLearner
from engine.training.elastic.recipe import Recipe
from engine.training.elastic.trainer import Trainer, frozen

if TYPE_CHECKING:
    from engine.supernets.elastic.network import ElasticNetwork

_STEPS = 4  # timed, after one that is not
_SECONDS_TO_READ = 100  # from here on minutes are easier to read


@dataclass(frozen=True)
class StepTimes:
    """Seconds of a step: `plain` of the original network alone, `supernet` of the sandwich.

    `fine_tuning` is that of the largest network, with the original's outputs.
    """

    plain: float
    supernet: float
    fine_tuning: float

    @property
    def multiple(self) -> float:
        """The cost of a step of a supernet as a multiple of a plain one."""
        return self.supernet / self.plain

    def sentence(self, steps: int) -> str:
        """What was timed, and how long `steps` steps of a supernet take, in words."""
        return (
            f"A step of plain training takes {seconds_text(self.plain)}, one of the supernet "
            f"{self.multiple:.2g} times as long. Its training, {steps:,} steps, takes about "
            f"{seconds_text(steps * self.supernet)}."
        )


def step_times(
    network: "ElasticNetwork",
    original: nn.Module,
    data: ElasticData,
    recipe: Recipe,
    device: torch.device,
) -> StepTimes:
    """The shortest of a few steps each: longer ones were disturbed. Weights stay as they are."""
    teacher = frozen(original, device)
    labels_only = replace(recipe, label_share=1.0)

    def seconds(make: Callable[[], Learner], used: Recipe, teacher: nn.Module | None) -> float:
        trainer = Trainer(make(), teacher, data, used, _STEPS + 1, device)
        trainer.advance()
        return min(_seconds_of(trainer, device) for _ in range(_STEPS))

    plain = seconds(
        lambda: NetworkLearner(copy.deepcopy(original), data, labels_only), labels_only, None
    )
    fine_tuning = seconds(
        lambda: NetworkLearner(copy.deepcopy(original), data, recipe), recipe, teacher
    )
    weights = copy.deepcopy(network.model.state_dict())
    supernet = seconds(lambda: SupernetLearner(network, data, recipe), recipe, teacher)
    network.model.load_state_dict(weights)
    return StepTimes(plain, supernet, fine_tuning)


def seconds_text(seconds: float) -> str:
    """A duration in words, such as `0.04 s`, `12 s`, `3 min`, `2.5 h`."""
    if seconds < _SECONDS_TO_READ:
        return f"{seconds:.2g} s"
    if seconds < _SECONDS_TO_READ * 60:
        return f"{seconds / 60:.2g} min"
    return f"{seconds / 3600:.3g} h"


def _seconds_of(trainer: Trainer, device: torch.device) -> float:
    started = time.perf_counter()
    trainer.advance()
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    return time.perf_counter() - started
