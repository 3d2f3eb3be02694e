"""The quality of a network on the data of a training."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import nn

from engine.compat.torch import tree_map
from engine.devices import Precision
from engine.errors import DataError
from engine.supernets.elastic.elastic_data import ElasticData, Part
from engine.tasks.statistics import calibrated_network, fast_network


def quality(
    module: nn.Module,
    data: ElasticData,
    part: Part,
    precision: Precision = "fp32",
    *,
    as_it_is: bool = False,
) -> Mapping[str, float]:
    """The metrics of a network on a part of the data, after calibration of its batch-norms.

    The module is changed by the calibration. One that is measured `as_it_is`, such as the user's
    own network, keeps its statistics. Raises DataError if the part has no batches.
    """
    if as_it_is:
        network = fast_network(module, precision)
    else:
        calibration = (inputs for inputs, _ in data.batches("calibration"))
        network = calibrated_network(module, calibration, precision)
    outputs: list[Any] = []
    targets: list[Any] = []
    with torch.inference_mode():
        for inputs, target in data.batches(part):
            outputs.append(tree_map(_on_cpu, network(inputs)))
            targets.append(target)
    if not outputs:
        raise DataError(f"The data give no batches for the {part} part. Give it some.")
    return {name: float(value) for name, value in data.score(outputs, targets).items()}


def main_quality(
    module: nn.Module, data: ElasticData, precision: Precision = "fp32", *, as_it_is: bool = False
) -> float:
    """The main metric on the validation data, as `quality` measures it."""
    values = quality(module, data, "validation", precision, as_it_is=as_it_is)
    return values[data.metrics[0].name]


def _on_cpu(value: Any) -> Any:
    return value.cpu() if isinstance(value, torch.Tensor) else value
