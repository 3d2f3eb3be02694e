"""The steps of a training whose random choices are a function of its seed and of the step."""

import copy
import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch import nn

from engine.compat.torch import tree_map
from engine.errors import DataError
from engine.supernets.elastic.elastic_data import Batch, ElasticData
from engine.tasks.base import Inputs
from engine.tasks.inputs import call_network, move_inputs
from engine.training.elastic.learners import Learner
from engine.training.elastic.random_state import seeded
from engine.training.elastic.recipe import Recipe


class Trainer:
    """Trains the weights of a learner for a number of steps.

    `original` is the network that it learns from, on `device`; its outputs are computed once a
    batch, and are None without it. Trainings of one seed with different `stage` numbers have
    different random numbers.
    """

    def __init__(
        self, learner: Learner, original: nn.Module | None, data: ElasticData, recipe: Recipe,
        steps: int, device: torch.device, stage: int = 0,
    ) -> None:  # fmt: skip
        self.learner, self.recipe, self.steps, self.device = learner, recipe, steps, device
        self.step = 0
        self._original, self._data, self._stage = original, data, stage
        self._stream: Iterator[Batch] | None = None
        learner.module.to(device).train()
        self._parameters = [p for p in learner.module.parameters() if p.requires_grad]
        groups: list[dict[str, Any]] = [
            {"params": [p for p in self._parameters if p.ndim >= 2]},  # biases and scales stay
            {"params": [p for p in self._parameters if p.ndim < 2], "weight_decay": 0.0},
        ]
        self._optimiser = torch.optim.AdamW(
            [group for group in groups if group["params"]],
            lr=recipe.rate,
            weight_decay=recipe.weight_decay,
        )

    @property
    def rate(self) -> float:
        """The learning rate of the next step."""
        return self.recipe.rate_at(self.step, self.steps)

    def advance(self) -> float:
        """Train one step and return its loss, the sum over the networks of the step.

        Raises DataError for a loss or gradients that are no finite numbers, before they change
        weights.
        """
        for group in self._optimiser.param_groups:
            group["lr"] = self.rate
        self._optimiser.zero_grad(set_to_none=True)
        loss = sum(self._add_gradients(number) for number in self._batch_numbers())
        norm = nn.utils.clip_grad_norm_(self._parameters, self.recipe.clip)
        if not (math.isfinite(loss) and bool(torch.isfinite(norm))):
            raise DataError(
                f"The loss was no finite number at step {self.step + 1:,} of {self.steps:,}, with "
                f"the learning rate {self.rate:.3g}. Train with a lower one, and look for inputs "
                "that are no finite numbers."
            )
        self._optimiser.step()
        self.step += 1
        return loss

    def state(self) -> dict[str, Any]:
        """What `resume` needs to go on exactly: plain data and tensors."""
        return {
            "step": self.step,
            "weights": self.learner.module.state_dict(),
            "optimiser": self._optimiser.state_dict(),
        }

    def resume(self, state: dict[str, Any]) -> None:
        """Go on from a state of the same training."""
        self.learner.module.load_state_dict(state["weights"])
        self._optimiser.load_state_dict(state["optimiser"])
        self.step, self._stream = state["step"], None

    def _batch_numbers(self) -> range:
        count = self.recipe.accumulate
        return range(self.step * count, (self.step + 1) * count)

    def _add_gradients(self, number: int) -> float:
        """Add the gradients of one batch; returns its share of the loss."""
        total = 0.0
        inputs, target = self._batch(number)
        with seeded(self.recipe.seed, self._stage, number) as rng:
            losses = self.learner.losses(inputs, target, self._original_outputs(inputs), rng)
            while (loss := self._next_loss(losses)) is not None:
                (loss / self.recipe.accumulate).backward()
                total += float(loss.detach()) / self.recipe.accumulate
        return total

    def _original_outputs(self, inputs: Inputs) -> Any:
        if self._original is None:
            return None
        with torch.no_grad(), self._autocast():
            return in_fp32(call_network(self._original, inputs))

    def _next_loss(self, losses: Iterator[torch.Tensor]) -> torch.Tensor | None:
        with self._autocast():
            return next(losses, None)

    def _autocast(self) -> torch.autocast:
        is_bf16 = self.recipe.precision == "bf16"
        return torch.autocast(self.device.type, torch.bfloat16, enabled=is_bf16)

    def _batch(self, number: int) -> Batch:
        """The batch with a number from 0, on the device."""
        epoch, index = divmod(number, self._data.steps_per_epoch)
        if self._stream is None or index == 0:
            self._stream = iter(self._data.training_batches(self._epoch_seed(), epoch, index))
        batch = next(self._stream, None)
        if batch is None:
            raise DataError(
                f"The training data gave fewer batches in epoch {epoch} than the "
                f"{self._data.steps_per_epoch:,} that they announce. Correct their number."
            )
        moved: Batch = move_inputs(batch, self.device)
        return moved

    def _epoch_seed(self) -> int:
        return int(np.random.SeedSequence((self.recipe.seed, self._stage)).generate_state(1)[0])


def frozen(model: nn.Module, device: torch.device) -> nn.Module:
    """A copy of a network in eval mode that no training changes."""
    return copy.deepcopy(model).to(device).eval().requires_grad_(False)


def in_fp32(outputs: Any) -> Any:
    """Outputs with floating-point numbers of 32 bits."""

    def convert(value: Any) -> Any:
        is_float = isinstance(value, torch.Tensor) and value.is_floating_point()
        return value.float() if is_float else value

    return tree_map(convert, outputs)
