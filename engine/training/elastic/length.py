"""How many steps a training has: its cost as a share of the original network's training."""

import math
from typing import TYPE_CHECKING

import numpy as np

from engine.errors import ConfigError
from engine.training.elastic.recipe import Recipe
from engine.training.elastic.sampling import Genotypes, spread_networks

if TYPE_CHECKING:
    from engine.supernets.elastic.network import ElasticNetwork

SUPERNET_LENGTH = 1.0
"""The usual cost of the training of a supernet, as a share of that of the original network."""

FINE_TUNING_LENGTHS = {"prune": 0.25, "chain": 0.08, "finetune": 0.25}
"""The usual cost of the fine-tuning of one sub-network, by the way, as such a share."""

ORIGINAL_OUTPUTS = 1 / 3
"""The cost of the outputs of the original network, as a share of a plain step of training."""

_SAMPLES = 64
_SEEN_INPUTS = 300_000  # as many as 5 epochs of Fashion-MNIST
_FEWEST_EPOCHS, _MOST_EPOCHS = 5, 100


def usual_epochs(steps_per_epoch: int, batch: int) -> int:
    """The epochs of an original training whose length is not known.

    As many as show the network 300,000 inputs, within 5 and 100.
    """
    wanted = round(_SEEN_INPUTS / max(1, steps_per_epoch * batch))
    return min(_MOST_EPOCHS, max(_FEWEST_EPOCHS, wanted))


def steps_of_length(length: float, original_steps: float, multiple: float, recipe: Recipe) -> int:
    """The steps of a training that costs `length` times `original_steps` plain steps, 1 or more.

    One of its batches costs `multiple` plain steps. Raises ConfigError for a length that is no
    number above 0.
    """
    if not (math.isfinite(length * original_steps) and length > 0 and original_steps > 0):
        raise ConfigError(
            f"The training is to be {length:g} times as long as one of {original_steps:g} steps. "
            "Give numbers above 0."
        )
    return max(1, round(length * original_steps / multiple / recipe.accumulate))


def supernet_multiple(network: "ElasticNetwork", recipe: Recipe) -> float:
    """What a batch of a supernet's training costs, as a multiple of plain training, by MACs.

    Counted from MACs and not timed, so that the number of steps is the same on every machine.
    """
    drawn = spread_networks(network, _SAMPLES, np.random.default_rng(0))
    ends = np.vstack([network.space.largest, network.space.smallest])
    random_share = float(_shares(network, drawn).mean())
    both_ends = float(_shares(network, ends).sum())
    return ORIGINAL_OUTPUTS + both_ends + recipe.random_networks * random_share


def fine_tuning_multiple(network: "ElasticNetwork", genotype: Genotypes) -> float:
    """What a batch of the fine-tuning of a sub-network costs, as such a multiple."""
    return ORIGINAL_OUTPUTS + float(_shares(network, genotype[None])[0])


def _shares(
    network: "ElasticNetwork", genotypes: Genotypes
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    rows = np.vstack([genotypes, network.space.largest])
    macs = network.macs_params(rows)[:, 0]
    return macs[:-1] / macs[-1]  # type: ignore[no-any-return]
