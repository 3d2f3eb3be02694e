"""ONNX models as networks of a task."""

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor

from engine.compat.torch import tree_map
from engine.runtimes.base import Run
from engine.runtimes.onnx_model import OnnxModel
from engine.tasks.base import Inputs, Network


def onnx_network(model: OnnxModel, run: Run, form: Any) -> Network:
    """A model that `run` runs as a network, whose outputs have the form of `form`.

    `form` are outputs of the module that the model was exported from, for any inputs.
    """

    def network(inputs: Inputs) -> Any:
        tensors: Iterator[Tensor] = map(torch.from_numpy, run(model.arrays(inputs)))
        return tree_map(lambda leaf: next(tensors) if isinstance(leaf, Tensor) else leaf, form)

    return network
