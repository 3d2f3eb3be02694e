"""Whether the smallest sub-network of a space can learn at all, before it is trained for long."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import nn

from engine.compat.torch import tree_map
from engine.errors import DataError
from engine.space import SearchSpace
from engine.supernets.elastic.analysis import Analysis, analyse
from engine.supernets.elastic.data_source import Brought
from engine.supernets.elastic.elastic_data import ElasticData
from engine.supernets.elastic.settings import ElasticSettings
from engine.tasks.base import Inputs
from engine.tasks.inputs import call_network, input_count, move_inputs
from engine.training.elastic.learners import NetworkLearner
from engine.training.elastic.recipe import Recipe
from engine.training.elastic.resolutions import extracted
from engine.training.elastic.trainer import Trainer, frozen

if TYPE_CHECKING:
    from engine.supernets.elastic.network import ElasticNetwork

_STEPS = 60
_NEEDED_ADVANTAGE, _NO_ADVANTAGE = 0.005, 1e-4
_DEPTHS = (0.75, 1.0)  # shares of a stage's blocks that stay, tried before larger widths


def narrowed_until_learnable(
    analysis: Analysis,
    settings: ElasticSettings,
    brought: Brought,
    recipe: Recipe,
    device: torch.device,
) -> tuple[Analysis, ElasticSettings, list[str]]:
    """The analysis of a space whose smallest network learns, its settings, and what was changed.

    More blocks stay, or the smallest ratio of the widths is left out, until a moment of training
    takes the smallest network beyond chance. If nothing does, the space is kept: then the
    original network hardly tells inputs apart. Raises DataError if it does not at all.
    """
    advantages = []
    for narrower in [settings, *_narrower(settings, analysis.network.space)]:
        found = analysis
        if narrower != settings:
            found = analyse(brought.network, brought.inputs, narrower)
        network, data = found.network, brought.required_data()
        advantage = advantage_of_smallest(network, brought.network, data, recipe, device)
        if advantage >= _NEEDED_ADVANTAGE:
            return found, narrower, _sentences(settings, narrower)
        advantages.append(advantage)
    if max(map(abs, advantages)) < _NO_ADVANTAGE:
        raise DataError(
            "The outputs of the network do not depend on its inputs, so that sub-networks cannot "
            "learn from them. Give its trained weights, and the data that it was trained on."
        )
    return analysis, settings, [
        f"The smallest sub-network stayed near chance in {_STEPS} steps of training, with more "
        "blocks and channels as well. Is the network trained, and are these its data? The space is "
        "kept as it is."
    ]  # fmt: skip


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
    module = extracted(network, network.space.smallest)
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


def _narrower(settings: ElasticSettings, space: SearchSpace) -> list[ElasticSettings]:
    """Narrower spaces in the order in which they are tried."""
    shares = [share for share in _DEPTHS if share > settings.least_depth]
    has_depth = bool(space.genes_of("depth"))
    deeper = [settings.model_copy(update={"least_depth": share}) for share in shares if has_depth]
    ratios = sorted(settings.ratios)
    wider = [
        depth.model_copy(update={"ratios": tuple(ratios[n:])})
        for depth in (settings, *deeper[-1:])
        for n in range(1, len(ratios) - 1)
    ]
    return deeper + wider


def _sentences(before: ElasticSettings, after: ElasticSettings) -> list[str]:
    """What was changed and why; empty if nothing was."""
    parts = []
    if after.least_depth != before.least_depth:
        parts.append(f"at least {after.least_depth:.0%} of the blocks of each stage stay")
    if after.ratios != before.ratios:
        parts.append(f"widths begin at {min(after.ratios):.0%} of the original ones")
    if not parts:
        return []
    return [
        f"The smallest sub-network stayed at chance in {_STEPS} steps of training. The space was "
        f"narrowed: {', and '.join(parts)}."
    ]
