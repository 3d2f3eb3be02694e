"""The three ways of the product with a budget, as `benchmarks.own_network` compares them.

Time is counted in steps of plain training of the original network. The cost of another kind of step
is timed beside such steps in turns, so that what else the machine does changes little.
"""

import copy
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from benchmarks.own_network_models import Original
from engine.training.elastic.learners import NetworkLearner
from engine.training.elastic.measuring import quality
from engine.training.elastic.prepared import Prepared
from engine.training.elastic.report import SILENT
from engine.training.elastic.request import TrainingRequest
from engine.training.elastic.runner import prepare, stages_of
from engine.training.elastic.sampling import Genotypes, nearest_networks, uniform_networks
from engine.training.elastic.session import Stage
from engine.training.elastic.trainer import Trainer, frozen

Way = Literal["prune", "chain", "train"]

CPU = torch.device("cpu")
SIZES = (0.15, 0.8)
"""The smallest and the largest target, as shares of the network's MACs."""

_TIMED = 8  # steps of each kind
_RANDOM_CANDIDATES = 2  # of each target, beside the uniformly narrower sub-network
_MOST_TARGETS = 10


@dataclass(frozen=True)
class Result:
    """The networks for the targets: shares of the MACs, and held-out accuracies in %.

    `steps` are those of the trainings, `choosing` the cost of what is done beside them, in plain
    steps.
    """

    macs: tuple[float, ...]
    accuracies: tuple[float, ...]
    steps: tuple[int, ...]
    choosing: float = 0.0


def targets(count: int) -> tuple[float, ...]:
    """`count` shares of the MACs, evenly spread; a single one is in the middle."""
    low, high = SIZES
    return tuple(np.linspace(low, high, count).tolist()) if count > 1 else ((low + high) / 2,)


def request_for(
    original: Original, way: Way, data: Path, weights: Path, seed: int, count: int = 0
) -> TrainingRequest:
    """What a user would ask for."""
    return TrainingRequest(
        way=way, name="measured", model=original.source, weights=str(weights), data=str(data),
        settings={"divisor": original.divisor}, shares=targets(count) if count else (),
        original_rate=original.rate, seed=seed, device="cpu",
    )  # fmt: skip


class PlainSteps:
    """Steps of plain training of a copy of the original network: the unit of all costs."""

    def __init__(self, prepared: Prepared) -> None:
        recipe = replace(prepared.plan.used_recipe, label_share=1.0)
        module = copy.deepcopy(prepared.brought.network)
        learner = NetworkLearner(module, prepared.data, recipe)
        self._trainer = Trainer(learner, None, prepared.data, recipe, 1000, CPU)
        self._trainer.advance()

    def cost(self, step: Callable[[], object]) -> float:
        """What `step` costs; the first call of it is not timed."""
        step()
        both = [(_seconds(step), _seconds(self._trainer.advance)) for _ in range(_TIMED)]
        timed, plain = np.median(both, axis=0)
        return float(timed / plain)

    def seconds(self) -> float:
        """The processor time of one, the median of a few."""
        return float(np.median([_seconds(self._trainer.advance) for _ in range(_TIMED)]))


def sizes_result(request: TrainingRequest, folder: Path, budget: float) -> Result:
    """What `prune` or `chain` brings with `budget` plain steps, the same time for each size."""
    prepared = prepare(request, folder, SILENT)
    rows, stages = prepared.plan.rows, stages_of(prepared)
    costs = _costs(prepared, stages, rows)
    steps = [max(1, round(budget / len(rows) / cost)) for cost in costs]
    accuracies = [
        held_out(train(prepared, replace(stage, steps=count), number), prepared)
        for number, (stage, count) in enumerate(zip(stages, steps, strict=True))
    ]
    macs = shares_of(prepared, rows)
    return Result(tuple(macs[::-1]), tuple(accuracies[::-1]), tuple(steps[::-1]))


def supernet_results(
    request: TrainingRequest, folder: Path, budget: float, counts: Sequence[int]
) -> dict[int, Result]:
    """What `train` brings with `budget` plain steps, by the number of targets.

    One training serves all numbers: the choice of ten networks is taken off the budget.
    """
    prepared = prepare(request, folder, SILENT)
    (stage,) = stages_of(prepared)
    plain, network = PlainSteps(prepared), prepared.network
    weights = copy.deepcopy(network.model.state_dict())
    trainer = _trainer(prepared, stage, 0)
    cost = plain.cost(trainer.advance)
    network.model.load_state_dict(weights)
    middle = uniform_networks(network, targets(1))[0]
    _validation(prepared, middle)  # the first one loads what measures networks
    measured = _seconds(lambda: _validation(prepared, middle)) / plain.seconds()
    choosing = measured * _MOST_TARGETS * (1 + _RANDOM_CANDIDATES)
    steps = max(1, round((budget - choosing) / cost))
    train(prepared, replace(stage, steps=steps), 0)
    results = {}
    for count in counts:
        rows = np.array([_best_of_size(prepared, share) for share in targets(count)])
        accuracies = tuple(held_out(network.extract(row), prepared) for row in rows)
        results[count] = Result(tuple(shares_of(prepared, rows)), accuracies, (steps,), choosing)
    return results


def train(prepared: Prepared, stage: Stage, number: int) -> nn.Module:
    """The first network of a stage at its end."""
    trainer = _trainer(prepared, stage, number)
    while trainer.step < stage.steps:
        trainer.advance()
    return next(iter(stage.networks(trainer.learner).values()))()


def held_out(module: nn.Module, prepared: Prepared) -> float:
    """The accuracy on the 10,000 test images in %; the module is changed by the calibration."""
    return quality(module, prepared.data, "held out")[prepared.data.metrics[0].name]


def shares_of(prepared: Prepared, rows: Genotypes) -> list[float]:
    """Shares of the MACs of the whole network."""
    network = prepared.network
    macs = network.macs_params(np.vstack([rows, network.space.largest]))[:, 0]
    shares: list[float] = (macs[:-1] / macs[-1]).tolist()
    return shares


def _best_of_size(prepared: Prepared, share: float) -> npt.NDArray[np.int64]:
    """The most accurate on validation data of a few sub-networks with about `share` MACs."""
    network = prepared.network
    macs = share * network.macs_params(network.space.largest[None])[0, 0]
    random_ones = nearest_networks(
        network, np.full(_RANDOM_CANDIDATES, macs), np.random.default_rng(0)
    )
    rows = np.vstack([uniform_networks(network, [share]), random_ones])
    allowed = np.array(shares_of(prepared, rows)) <= 1.03 * share
    if not allowed.any():
        row: npt.NDArray[np.int64] = rows[0]
        return row
    best: npt.NDArray[np.int64] = max(rows[allowed], key=lambda row: _validation(prepared, row))
    return best


def _validation(prepared: Prepared, row: npt.NDArray[np.int64]) -> float:
    module = prepared.network.extract(row)
    return quality(module, prepared.data, "validation")[prepared.data.metrics[0].name]


def _costs(prepared: Prepared, stages: Sequence[Stage], rows: Genotypes) -> list[float]:
    """What a step of each size costs: timed for the smallest and the largest, between them by MACs.

    The weights stay as they are.
    """
    weights = copy.deepcopy(prepared.network.model.state_dict())
    plain, shares = PlainSteps(prepared), shares_of(prepared, rows)
    ends = [len(rows) - 1, 0] if len(rows) > 1 else [0]
    timed = [plain.cost(_trainer(prepared, stages[n], n).advance) for n in ends]
    prepared.network.model.load_state_dict(weights)
    costs: list[float] = np.interp(shares, [shares[n] for n in ends], timed).tolist()
    return costs


def _trainer(prepared: Prepared, stage: Stage, number: int) -> Trainer:
    original = frozen(prepared.brought.network, CPU)
    return Trainer(stage.begin(), original, prepared.data, stage.recipe, stage.steps, CPU, number)


def _seconds(work: Callable[[], Any]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start
