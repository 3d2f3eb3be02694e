"""ElasticReport: what of a network can bend, as plain data for commands and pages."""

import dataclasses
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.gene_names import gene_kind, named_genes
from engine.space import SearchSpace
from engine.supernets.elastic.data_source import Brought
from engine.supernets.elastic.elastic_data import ElasticData
from engine.supernets.elastic.image_data import ImageData

if TYPE_CHECKING:
    from torch import nn

    from engine.supernets.elastic.analysis import Analysis

_QUALITY_SECONDS = 20.0
_NEAR_CHANCE = 1.5  # times the accuracy of guessing


@dataclass(frozen=True)
class GeneRow:
    """A gene: its `name`, the part of the network that it changes, and its choices, rising."""

    name: str
    where: str
    kind: str
    choices: tuple[Any, ...]


@dataclass(frozen=True)
class RigidRow:
    """A layer that stays as it is, and why."""

    where: str
    reason: str


@dataclass(frozen=True)
class OriginalQuality:
    """The main quality of the original network on `inputs` validation inputs.

    `warning` is a sentence if it is no better than guessing; else empty.
    """

    metric: str
    value: float
    unit: str
    inputs: int
    warning: str = ""


@dataclass(frozen=True)
class ElasticReport:
    """What bends and what does not, the range of costs, and the size of the space.

    `macs` and `params` are those of the smallest and of the largest network.
    """

    model: str
    data: str
    genes: tuple[GeneRow, ...]
    rigid: tuple[RigidRow, ...]
    macs: tuple[int, int]
    params: tuple[int, int]
    networks: int
    self_test: Mapping[str, Any]
    quality: OriginalQuality | None = None

    @classmethod
    def of(cls, brought: Brought, analysis: "Analysis") -> "ElasticReport":
        """The report on a network that was analysed; measures the original one."""
        network, data = analysis.network, brought.data
        costs = network.macs_params(np.array([network.space.smallest, network.space.largest]))
        return cls(
            model=brought.source.describe(),
            data=data.describe() if data else "",
            genes=gene_rows(network.space),
            rigid=tuple(RigidRow(rigid.where, rigid.reason) for rigid in analysis.rigid),
            macs=(int(costs[0, 0]), int(costs[1, 0])),
            params=(int(costs[0, 1]), int(costs[1, 1])),
            networks=network.space.size,
            self_test=analysis.self_test.as_data(),
            quality=None if data is None else original_quality(brought.network, data),
        )

    def plain(self) -> dict[str, Any]:
        """The report as JSON can hold it."""
        return dataclasses.asdict(self)


def gene_rows(space: SearchSpace) -> tuple[GeneRow, ...]:
    """The genes of a space in its order."""
    named = {gene.index: gene.name for gene in named_genes(space)}
    return tuple(
        GeneRow(named[index], gene.part or gene.label, gene_kind(gene), tuple(gene.choices))
        for index, gene in enumerate(space.genes)
    )


def original_quality(
    network: "nn.Module", data: ElasticData, seconds: float = _QUALITY_SECONDS
) -> OriginalQuality:
    """The quality of a network on the validation data, or on what it takes in `seconds` of it."""
    import torch

    from engine.compat.torch import tree_map
    from engine.tasks.inputs import input_count
    from engine.tasks.statistics import fast_network

    run = fast_network(network)
    begin, outputs, targets, count = time.monotonic(), [], [], 0
    with torch.inference_mode():
        for inputs, target in data.batches("validation"):
            given = run(inputs)
            outputs.append(tree_map(lambda v: v.cpu() if hasattr(v, "cpu") else v, given))
            targets.append(target)
            count += input_count(inputs)
            if time.monotonic() - begin > seconds:
                break
    metric = data.metrics[0]
    value = float(data.score(outputs, targets)[metric.name])
    warning = _chance_warning(value, data.kind.classes) if isinstance(data, ImageData) else ""
    return OriginalQuality(metric.label, value, metric.unit, count, warning)


def _chance_warning(accuracy: float, classes: Sequence[str]) -> str:
    chance = 100 / len(classes)
    if accuracy > _NEAR_CHANCE * chance:
        return ""
    return (
        f"The original network classifies {accuracy:.1f} % of the validation images correctly, "
        f"where guessing gives {chance:.1f} %. Check its weights, the order of its classes, and "
        "the normalisation: MEAN and STD in its file say how pixels from 0 to 1 are normalised."
    )
