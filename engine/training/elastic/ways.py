"""The stages of the ways from one network to many: a supernet, pruning, nested pruning."""

import copy
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from engine.supernets.elastic.elastic_data import ElasticData
from engine.supernets.elastic.supernet import all_tensors
from engine.training.elastic.learners import (
    Learner,
    NestedLearner,
    NetworkLearner,
    SupernetLearner,
)
from engine.training.elastic.recipe import Recipe
from engine.training.elastic.resolutions import extracted
from engine.training.elastic.sampling import Genotypes, spread_networks
from engine.training.elastic.session import Networks, Stage

if TYPE_CHECKING:
    from engine.supernets.elastic.network import ElasticNetwork

_SHOWN_RANDOM_NETWORKS = 3  # in the curves of a supernet


def supernet_stage(
    network: "ElasticNetwork", data: ElasticData, recipe: Recipe, steps: int
) -> Stage:
    """The training of all sub-networks at once; its result is the state of the largest one."""
    space = network.space
    shown = {"largest": space.largest, "smallest": space.smallest}
    random_ones = spread_networks(network, _SHOWN_RANDOM_NETWORKS, np.random.default_rng(0))
    shown |= {f"random {n}": genotype for n, genotype in enumerate(random_ones, start=1)}

    def networks(learner: Learner) -> Networks:
        return {
            name: lambda genotype=genotype: extracted(network, genotype)  # type: ignore[misc]
            for name, genotype in shown.items()
        }

    return Stage(
        "supernet",
        recipe,
        steps,
        lambda: SupernetLearner(network, data, recipe),
        networks,
        lambda learner: all_tensors(learner.module),
    )


def prune_stages(
    network: "ElasticNetwork",
    genotypes: Genotypes,
    data: ElasticData,
    recipe: Recipe,
    steps: Sequence[int],
) -> list[Stage]:
    """A stage for each of `(n, genes)` sub-networks, which is fine-tuned with weights of its own.

    `steps` are those of each. Its result is the state of the extracted sub-network. Sub-networks of
    a trained supernet are fine-tuned so, too.
    """

    def stage(genotype: Genotypes, count: int) -> Stage:
        return Stage(
            size_name(network, genotype),
            recipe,
            count,
            lambda: NetworkLearner(network.extract(genotype), data, recipe),
            lambda learner: {size_name(network, genotype): lambda: copy.deepcopy(learner.module)},
            lambda learner: all_tensors(learner.module),
        )

    return [stage(genotype, count) for genotype, count in zip(genotypes, steps, strict=True)]


def chain_stages(
    network: "ElasticNetwork",
    genotypes: Genotypes,
    data: ElasticData,
    recipe: Recipe,
    steps: Sequence[int],
) -> list[Stage]:
    """A stage for each of `(n, genes)` sub-networks, each of which begins where the last one ended.

    They are given in falling order of size, and each is a part of the one before. The result of a
    stage is the state of the extracted sub-network as it is at the end of the stage.
    """

    def stage(genotype: Genotypes, count: int) -> Stage:
        return Stage(
            size_name(network, genotype),
            recipe,
            count,
            lambda: NestedLearner(network, genotype, data, recipe),
            lambda learner: {size_name(network, genotype): lambda: network.extract(genotype)},
            lambda learner: all_tensors(network.extract(genotype)),
        )

    return [stage(genotype, count) for genotype, count in zip(genotypes, steps, strict=True)]


def size_name(network: "ElasticNetwork", genotype: Genotypes) -> str:
    """The share of the largest network's MACs in words, such as `40 % of the MACs`."""
    macs = network.macs_params(np.vstack([genotype, network.space.largest]))[:, 0]
    return f"{100 * macs[0] / macs[1]:.3g} % of the MACs"
