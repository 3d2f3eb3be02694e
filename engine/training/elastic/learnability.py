"""Whether the smallest sub-network of a space can learn at all, before it is trained for long."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import nn

from engine.compat.torch import tree_map
from engine.errors import DataError
from engine.supernets.elastic.analysis import Analysis, analyse
from engine.supernets.elastic.data_source import Brought
from engine.supernets.elastic.elastic_data import ElasticData
from engine.supernets.elastic.settings import ElasticSettings
from engine.tasks.base import Inputs
from engine.tasks.inputs import call_network, input_count, move_inputs
from engine.training.elastic.learners import NetworkLearner
from engine.training.elastic.recipe import Recipe
from engine.training.elastic.trainer import Trainer, frozen

if TYPE_CHECKING:
    from engine.supernets.elastic.network import ElasticNetwork

_STEPS = 60
_NEEDED_ADVANTAGE = 0.02
_DEPTHS = (0.75, 1.0)  # shares of a stage's blocks that stay, tried before larger widths


def narrowed_until_learnable(
    analysis: Analysis,
    settings: ElasticSettings,
    brought: Brought,
    recipe: Recipe,
    device: torch.device,
) -> tuple[Analysis, ElasticSettings, list[str]]:
    """The analysis of a space whose smallest network learns, its settings, and what was changed.

    First more blocks stay, then the smallest ratio of the widths is left out, until a moment of
    training takes the smallest network beyond chance. Raises DataError if even the largest of the
    smallest networks learns nothing.
    """
    sentences: list[str] = []
    for narrower in [settings, *_narrower(settings)]:
        if narrower != settings:
            analysis = analyse(brought.network, brought.inputs, narrower)
        network, data = analysis.network, brought.required_data()
        advantage = advantage_of_smallest(network, brought.network, data, recipe, device)
        if advantage >= _NEEDED_ADVANTAGE:
            if narrower != settings:
                sentences.append(f"The space was narrowed: {_difference(settings, narrower)}.")
            return analysis, narrower, sentences
        sentences.append(
            f"The smallest sub-network stayed at chance after {_STEPS} steps of training."
        )
    raise DataError(
        f"The smallest sub-network learns nothing in {_STEPS} steps, not even with all blocks and "
        f"nearly all channels. Check that the network is trained, that the data are those it was "
        "trained on, and the learning rate."
    )


def advantage_of_smallest(
    network: "ElasticNetwork",
    original: nn.Module,
    data: ElasticData,
    recipe: Recipe,
    device: torch.device,
) -> float:
    """How much closer to the original's outputs a briefly trained smallest network is, 0 to 1.

    Closer than to the original's outputs for other inputs of the batch, as a share of the distance
    to these: 0 for a network whose outputs do not depend on its input, whatever loss they have.
    """
    module = network.extract(network.space.smallest)
    brief = replace(recipe, accumulate=1, label_share=0.0)
    teacher = frozen(original, device)
    trainer = Trainer(NetworkLearner(module, data, brief), teacher, data, brief, _STEPS, device)
    for _ in range(_STEPS):
        trainer.advance()
    module.eval()
    advantages = []
    for inputs, _ in data.batches("calibration"):
        advantages.append(_advantage(module, teacher, move_inputs(inputs, device), data))
    return float(np.mean(advantages)) if advantages else 1.0


@torch.no_grad()
def _advantage(module: nn.Module, teacher: nn.Module, inputs: Inputs, data: ElasticData) -> float:
    outputs = call_network(module, inputs)
    own = float(data.distance(outputs, call_network(teacher, inputs)))
    others = float(data.distance(outputs, call_network(teacher, _rotated(inputs))))
    return 1 - own / others if others else 0.0


def _rotated(inputs: Inputs) -> Inputs:
    """The inputs of a batch, each in the place of another one."""
    count = input_count(inputs)

    def rotate(value: Any) -> Any:
        is_batched = isinstance(value, torch.Tensor) and value.ndim and len(value) == count
        return value.roll(max(1, count // 2), 0) if is_batched else value

    return tree_map(rotate, inputs)


def _narrower(settings: ElasticSettings) -> list[ElasticSettings]:
    shares = [share for share in _DEPTHS if share > settings.least_depth]
    deeper = [settings.model_copy(update={"least_depth": share}) for share in shares]
    last, ratios = (deeper or [settings])[-1], sorted(settings.ratios)
    wider = [
        last.model_copy(update={"ratios": tuple(ratios[n:])}) for n in range(1, len(ratios) - 1)
    ]
    return deeper + wider


def _difference(before: ElasticSettings, after: ElasticSettings) -> str:
    parts = []
    if after.least_depth != before.least_depth:
        parts.append(f"at least {after.least_depth:.0%} of the blocks of each stage stay")
    if after.ratios != before.ratios:
        parts.append(f"widths begin at {min(after.ratios):.0%} of the original ones")
    return ", and ".join(parts)
