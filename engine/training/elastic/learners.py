"""What a step trains: sub-networks that share weights, or a single network."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from torch import Tensor, nn

from engine.supernets.elastic.elastic_data import ElasticData
from engine.supernets.elastic.example_inputs import resized
from engine.tasks.base import Inputs
from engine.tasks.inputs import call_network
from engine.training.elastic.recipe import Recipe
from engine.training.elastic.resolutions import side_of
from engine.training.elastic.sampling import Genotypes, spread_networks

if TYPE_CHECKING:
    from engine.supernets.elastic.network import ElasticNetwork


class Learner(Protocol):
    """Weights and the losses that train them."""

    @property
    def module(self) -> nn.Module:
        """The module whose parameters are trained."""

    def losses(
        self, inputs: Inputs, target: Any, original_outputs: Any, rng: np.random.Generator
    ) -> Iterator[Tensor]:
        """The scalar losses of one batch, whose gradients are added up one after another."""


class SupernetLearner:
    """The largest, the smallest and random sub-networks, which learn from the original network.

    The random ones are spread evenly over multiply-adds (the sandwich rule: Yu and Huang,
    "Universally Slimmable Networks", ICCV 2019).
    """

    def __init__(self, network: "ElasticNetwork", data: ElasticData, recipe: Recipe) -> None:
        self.network, self._data, self._recipe = network, data, recipe

    @property
    def module(self) -> nn.Module:
        """The largest network."""
        return self.network.model

    def losses(
        self, inputs: Inputs, target: Any, original_outputs: Any, rng: np.random.Generator
    ) -> Iterator[Tensor]:
        """The distance of each sub-network to the original one."""
        for genotype in self.sub_networks(rng):
            side = side_of(self.network, genotype)
            own_inputs = inputs if side is None else resized(inputs, side)
            outputs = self.network.run(genotype, own_inputs, training=True)
            yield self._data.distance(outputs, original_outputs)

    def sub_networks(self, rng: np.random.Generator) -> Genotypes:
        """`(n, genes)` the sub-networks of a step, the largest first."""
        space = self.network.space
        random_ones = spread_networks(self.network, self._recipe.random_networks, rng)
        return np.vstack([space.largest, space.smallest, random_ones])


class NetworkLearner:
    """One network with weights of its own, which learns from labels and from the original."""

    def __init__(self, module: nn.Module, data: ElasticData, recipe: Recipe) -> None:
        self.module, self._data, self._recipe = module.train(), data, recipe

    def losses(
        self, inputs: Inputs, target: Any, original_outputs: Any, rng: np.random.Generator
    ) -> Iterator[Tensor]:
        """The weighted mean of the loss on labels and the distance to the original network."""
        outputs = call_network(self.module, inputs)
        yield distilled_loss(self._data, self._recipe, outputs, target, original_outputs)


class NestedLearner:
    """One sub-network of shared weights, which learns as `NetworkLearner` does."""

    def __init__(
        self, network: "ElasticNetwork", genotype: Genotypes, data: ElasticData, recipe: Recipe
    ) -> None:
        self.network, self.genotype = network, genotype
        self._data, self._recipe = data, recipe

    @property
    def module(self) -> nn.Module:
        """The largest network."""
        return self.network.model

    def losses(
        self, inputs: Inputs, target: Any, original_outputs: Any, rng: np.random.Generator
    ) -> Iterator[Tensor]:
        """The loss of the sub-network."""
        outputs = self.network.run(self.genotype, inputs, training=True)
        yield distilled_loss(self._data, self._recipe, outputs, target, original_outputs)


def distilled_loss(
    data: ElasticData, recipe: Recipe, outputs: Any, target: Any, original_outputs: Any
) -> Tensor:
    """The loss of fine-tuning: on labels with the weight `label_share`, and to the original."""
    share = recipe.label_share
    if share == 1:
        return data.loss(outputs, target)
    distance = (1 - share) * data.distance(outputs, original_outputs)
    return distance + share * data.loss(outputs, target) if share else distance
