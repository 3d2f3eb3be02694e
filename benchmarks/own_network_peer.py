"""FastNAS of NVIDIA Model Optimizer, followed by fine-tuning, for `benchmarks.own_network`.

FastNAS measures once how much each layer's width matters, and then gives one network for each limit
of MACs; its estimates are kept in a checkpoint, as its documentation recommends for several limits.
Each network is fine-tuned with the same recipe as the product's sizes.

FastNAS recomputes batch-norm statistics before it scores a width only if it was given 50 batches,
and warns otherwise. So many for each width take time that is missing in the fine-tuning: the score
function recomputes the statistics itself, on two large batches.
"""

import copy
import importlib
import importlib.util
import tempfile
import time
import warnings
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import torch
from torch import nn

from benchmarks.own_network_models import Original
from benchmarks.own_network_ways import CPU, PlainSteps, Result, held_out, targets
from engine.tasks.inputs import call_network
from engine.training.elastic.learners import NetworkLearner
from engine.training.elastic.prepared import Prepared
from engine.training.elastic.recipe import Recipe
from engine.training.elastic.trainer import Trainer, frozen

PACKAGES = {"modelopt": "nvidia-modelopt==0.47.0", "torchprofile": "torchprofile==0.0.4"}

_IMPORTED = ("modelopt.torch.prune", "modelopt.torch.prune.fastnas", "torchprofile")
_CALIBRATION_BATCHES = 2  # of 128 training images
_SCORED_BATCHES = 3  # of 200 validation images: the score function is called for each width


def missing_packages() -> list[str]:
    """What must be installed with pip to measure FastNAS."""
    return [name for module, name in PACKAGES.items() if not importlib.util.find_spec(module)]


def fastnas_result(
    prepared: Prepared, original: Original, budget: float, count: int, label_share: float
) -> Result:
    """What FastNAS and fine-tuning bring with `budget` plain steps; the search is part of it.

    The rest of the time is the same for each network. `label_share` is the weight of the labels in
    fine-tuning: 1 is plain cross-entropy. The imports of the packages, which take as long as many
    steps, are no part of the time.
    """
    for name in _IMPORTED:
        importlib.import_module(name)
    plain = PlainSteps(prepared)
    before, start = plain.seconds(), time.process_time()
    modules, macs = pruned_networks(prepared, original, targets(count))
    seconds = time.process_time() - start
    choosing = seconds / (0.5 * (before + plain.seconds()))  # the machine may be busier than before
    recipe = replace(prepared.plan.used_recipe, label_share=label_share)
    steps, accuracies = [], []
    for number, module in enumerate(modules):
        share = max(0.0, budget - choosing) / max(1, len(modules))
        timed = _trainer(prepared, copy.deepcopy(module), recipe, 1, number)
        steps.append(round(share / plain.cost(timed.advance)))
        if steps[-1]:
            trainer = _trainer(prepared, module, recipe, steps[-1], number)
            while trainer.step < trainer.steps:
                trainer.advance()
        accuracies.append(held_out(module, prepared))
    return Result(tuple(macs), tuple(accuracies), tuple(steps), choosing)


def pruned_networks(
    prepared: Prepared, original: Original, shares: Sequence[float]
) -> tuple[list[nn.Module], list[float]]:
    """A network of FastNAS for each limit that it can meet, and their shares of the MACs."""
    from modelopt.torch import prune  # type: ignore[import-not-found]
    from torchprofile import profile_macs  # type: ignore[import-not-found]

    data, image = prepared.data, torch.zeros(1, 1, 28, 28)
    batches = [inputs for inputs, _ in islice(data.training_batches(0, 0), _CALIBRATION_BATCHES)]
    scored = list(islice(data.batches("validation"), _SCORED_BATCHES))

    @torch.no_grad()
    def score(model: nn.Module) -> float:
        recalibrate(model, batches)
        outputs = [call_network(model, inputs) for inputs, _ in scored]
        values = data.score(outputs, [target for _, target in scored])
        return float(values[data.metrics[0].name])

    modules, macs = [], []
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        whole = profile_macs(frozen(prepared.brought.network, CPU), image)
        for share in shares:
            search = {
                "data_loader": batches,
                "collect_func": lambda batch: batch,
                "max_iter_data_loader": _CALIBRATION_BATCHES,
                "score_func": score,
                "checkpoint": str(Path(folder) / "search.pt"),
                "verbose": False,
            }
            try:
                pruned, _ = prune.prune(
                    copy.deepcopy(prepared.brought.network),
                    mode=[("fastnas", _settings(original.divisor))],
                    constraints={"flops": f"{100 * share}%"},
                    dummy_input=image,
                    config=search,
                )
            except ValueError as error:
                print(f"FastNAS has no network of {share:.0%} of the MACs: {error}")
                continue
            modules.append(pruned)
            macs.append(float(profile_macs(frozen(pruned, CPU), image) / whole))
    return modules, macs


def recalibrate(model: nn.Module, batches: Sequence[Any]) -> None:
    """Recompute the batch-norm statistics of a network whose widths FastNAS has changed."""
    model.eval()
    norms = [module for module in model.modules() if isinstance(module, nn.BatchNorm2d)]
    momenta = [norm.momentum for norm in norms]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # cumulative average
        norm.train()
    with torch.no_grad():
        for inputs in batches:
            call_network(model, inputs)
    for norm, momentum in zip(norms, momenta, strict=True):
        norm.momentum = momentum
        norm.eval()


def _settings(divisor: int) -> dict[str, Any]:
    """The usual settings of FastNAS with widths that are multiples of `divisor` instead of 32."""
    from modelopt.torch.prune.fastnas import FastNASConfig  # type: ignore[import-not-found]

    settings: dict[str, Any] = FastNASConfig().model_dump()
    for rules in settings.values():
        for rule in (rules or {}).values():
            for name in ("channel_divisor", "feature_divisor"):
                if isinstance(rule, dict) and name in rule:
                    rule[name] = divisor
    return settings


def _trainer(
    prepared: Prepared, module: nn.Module, recipe: Recipe, steps: int, number: int
) -> Trainer:
    learner = NetworkLearner(module, prepared.data, recipe)
    teacher = None if recipe.label_share == 1 else frozen(prepared.brought.network, CPU)
    return Trainer(learner, teacher, prepared.data, recipe, steps, CPU, number)
