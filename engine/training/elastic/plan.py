"""The plan of a training: what follows from a request and the network, decided once and kept."""

from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError
from torch import nn

from engine import regular_file
from engine.compat.torch import AnyBatchNorm
from engine.errors import ConfigError, DataError
from engine.supernets.elastic.elastic_data import ElasticData
from engine.supernets.elastic.network import ElasticNetwork
from engine.supernets.elastic.settings import ElasticSettings
from engine.tasks.inputs import input_count
from engine.training.elastic.length import (
    FINE_TUNING_LENGTHS,
    SUPERNET_LENGTH,
    fine_tuning_multiple,
    steps_of_length,
    supernet_multiple,
    usual_epochs,
)
from engine.training.elastic.recipe import (
    RATE_OF_FINE_TUNING,
    RATE_OF_SUPERNET,
    Recipe,
    usual_original_rate,
)
from engine.training.elastic.request import TrainingRequest
from engine.training.elastic.sampling import Genotypes, uniform_networks
from engine.training.elastic.training_state import PLAN

DEFAULT_SHARES = {"prune": (0.15, 0.4, 0.8), "chain": (0.9, 0.75, 0.6, 0.45, 0.35, 0.25, 0.15)}
"""Sizes of pruning if none are asked for, as shares of the network's MACs."""

_FINE_RATIOS = tuple(round(n / 20, 2) for n in range(2, 21))  # widths of pruned networks
_MAX_BYTES = 10 * regular_file.MB


class Plan(BaseModel):
    """The settings of the analysis, the recipe, the sub-networks and their steps.

    `genotypes` are empty for a supernet. `plain_steps` are those of the network's own training.
    `sentences` say what was decided and why. `metric` and `unit` are those of logged qualities. A
    step of the first stage costs `multiple` plain ones, of which `steps_per_epoch` are an epoch.
    """

    model_config = ConfigDict(frozen=True)

    settings: ElasticSettings
    recipe: dict[str, Any]
    genotypes: tuple[tuple[int, ...], ...] = ()
    steps: tuple[int, ...] = ()
    plain_steps: float = 1.0
    sentences: tuple[str, ...] = ()
    metric: str = ""
    unit: str = ""
    steps_per_epoch: int = 0
    multiple: float = 0.0

    @property
    def used_recipe(self) -> Recipe:
        """The recipe."""
        return Recipe(**self.recipe)

    @property
    def rows(self) -> Genotypes:
        """`(n, genes)` the genotypes."""
        return np.array(self.genotypes, dtype=np.int64)


def read_plan(folder: Path) -> Plan | None:
    """The plan of the training in a folder; None if it has none yet. Raises DataError."""
    try:
        return Plan.model_validate_json(regular_file.read_text(folder / PLAN, _MAX_BYTES))
    except FileNotFoundError:
        return None
    except (OSError, ValidationError) as error:
        raise DataError(
            f"{folder / PLAN} cannot be read. Delete {folder} and train anew."
        ) from error


def recipe_of(request: TrainingRequest, model: nn.Module, data: ElasticData) -> tuple[Recipe, str]:
    """The recipe that a request asks for, and a sentence on its learning rate."""
    share = RATE_OF_SUPERNET if request.way == "train" else RATE_OF_FINE_TUNING
    of_original = "that" if share == 1 else f"{share:g} times that"
    if request.original_rate is not None:
        rate = share * request.original_rate
        sentence = f"The learning rate is {rate:.3g}, {of_original} of the original training."
    else:
        has_norm = any(isinstance(module, AnyBatchNorm) for module in model.modules())
        rate = share * usual_original_rate(has_norm, batch_size(data) * request.accumulate)
        sentence = (
            f"The learning rate is {rate:.3g}, {of_original} which is usual for training a network "
            f"{'with' if has_norm else 'without'} batch-norm anew; --original-rate changes it."
        )
    recipe = Recipe(
        rate=rate,
        accumulate=request.accumulate,
        precision=request.precision,
        seed=request.seed,
    )
    return recipe, sentence


def original_steps(request: TrainingRequest, data: ElasticData) -> tuple[float, str]:
    """The steps of the original training, and a sentence on their number."""
    if request.epochs is not None:
        return request.epochs * data.steps_per_epoch, ""
    epochs = usual_epochs(data.steps_per_epoch, batch_size(data))
    return epochs * data.steps_per_epoch, (
        f"The length of the network's own training is not known: taken as {epochs} epochs, which "
        "follow from the size of the data. --epochs changes it."
    )


def batch_size(data: ElasticData) -> int:
    """The inputs in the first training batch."""
    return input_count(next(iter(data.training_batches(0, 0)))[0])


def pruning_settings(settings: ElasticSettings) -> ElasticSettings:
    """The same without skipped blocks and smaller kernels, with many widths unless some are set."""
    changes: dict[str, Any] = {"depth": False, "kernels": False, "resolutions": ()}
    if "ratios" not in settings.model_fields_set:
        changes["ratios"] = _FINE_RATIOS
    return settings.model_copy(update=changes)


def supernet_steps(
    request: TrainingRequest, network: ElasticNetwork, recipe: Recipe, plain_steps: float
) -> int:
    """The steps of the training of a supernet."""
    length = request.length or SUPERNET_LENGTH
    return steps_of_length(length, plain_steps, supernet_multiple(network, recipe), recipe)


def fine_tuning_steps(
    request: TrainingRequest,
    network: ElasticNetwork,
    genotypes: Genotypes,
    data: ElasticData,
    recipe: Recipe,
    plain_steps: float,
) -> tuple[int, ...]:
    """The steps of the fine-tuning of each of `(n, genes)` sub-networks."""
    if request.passes is not None:
        per_epoch = data.steps_per_epoch
        steps = steps_of_length(request.passes, per_epoch, 1.0, recipe)
        return (steps,) * len(genotypes)
    length = request.length or FINE_TUNING_LENGTHS[request.way]
    return tuple(
        steps_of_length(length, plain_steps, fine_tuning_multiple(network, genotype), recipe)
        for genotype in genotypes
    )


def pruned_genotypes(request: TrainingRequest, network: ElasticNetwork) -> Genotypes:
    """`(n, genes)` uniformly narrower sub-networks of the wanted sizes, the largest first.

    Raises ConfigError for sizes that the network cannot have.
    """
    shares = sorted(request.shares or DEFAULT_SHARES[request.way], reverse=True)
    if wrong := [share for share in shares if not 0 < share <= 1]:
        raise ConfigError(
            f"A size of {100 * wrong[0]:.4g} % of the MACs of the network is not possible. Give "
            "sizes above 0 and up to 100 %."
        )
    genotypes = uniform_networks(network, shares)
    if len(np.unique(genotypes, axis=0)) < len(shares):
        listed = ", ".join(f"{100 * share:.4g} %" for share in shares)
        raise ConfigError(
            f"The sizes {listed} are not all different networks: widths change in steps, and have "
            "a smallest one. Give fewer sizes, or larger ones."
        )
    return genotypes
