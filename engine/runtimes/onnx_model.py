"""Networks as ONNX models: named inputs and outputs, a batch of any size, weights in float32."""

import copy
import inspect
import logging
import re
import tempfile
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from engine.compat.torch import tree_leaves, without_export_log
from engine.errors import EvaluationError
from engine.quoting import error_text
from engine.runtimes.packages import EXPORT_PACKAGES, require_packages
from engine.runtimes.sequence_length import is_sequence, sequence_length
from engine.tasks.base import Inputs, Task
from engine.tasks.inputs import call_network

OPSET = 18
"""The version of the ONNX operator set of exported models."""

_OPERATOR = re.compile(r"\b(?:aten|prim|torchvision|torch\.ops\.\w+)[:.]+\w+")


@dataclass(frozen=True)
class OnnxModel:
    """`content` is the file; the names of inputs and outputs are in the order of the network's.

    `any_length` says whether it takes sequences of other lengths than that of its example.
    """

    content: bytes
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    opset: int = OPSET
    any_length: bool = False

    def arrays(self, inputs: Inputs) -> dict[str, npt.NDArray[Any]]:
        """One batch of inputs as arrays by name."""
        tensors = _tensors(inputs)
        return {
            name: np.ascontiguousarray(tensor.detach().cpu().numpy())
            for name, tensor in zip(self.inputs, tensors, strict=True)
        }


def export_onnx(
    module: nn.Module,
    inputs: Inputs,
    input_name: str = Task.input_name,
    output_name: str = Task.output_name,
    any_length: bool = False,
) -> OnnxModel:
    """A network in eval mode as an ONNX model; `inputs` is a batch of two or more examples.

    With `any_length` it also takes sequences of other lengths, if the network does and can be
    written so.

    A mapping of inputs or outputs gives them their names; several positional inputs have those of
    the arguments of `forward`. `input_name` and `output_name` are for a single one. The module is
    not changed. Raises EvaluationError, with the name of the operator, for a network that ONNX
    cannot express, and DataError without the packages.
    """
    require_packages("writing ONNX files", EXPORT_PACKAGES, "onnx")
    network = _PositionalNetwork(copy.deepcopy(module).cpu().float().eval(), inputs)
    tensors = [tensor.detach().cpu() for tensor in _tensors(inputs)]
    with torch.no_grad():
        outputs = network(*tensors)
    names = _input_names(module, inputs, input_name)
    output_names = network.output_names(output_name)
    batched = [i for i, tensor in enumerate(tensors) if tensor.ndim and len(tensor) > 1]
    axes = {names[i]: {0: "batch"} for i in batched}
    axes |= {n: {0: "batch"} for n, out in zip(output_names, outputs, strict=True) if out.ndim}
    length = (
        sequence_length(lambda inputs: network(*inputs), tuple(tensors)) if any_length else None
    )
    arguments: dict[str, Any] = {
        "input_names": names,
        "output_names": output_names,
        "opset_version": OPSET,
        "verbose": False,
    }
    with tempfile.TemporaryDirectory() as folder, _quiet():
        file = Path(folder) / "model.onnx"
        if length and _export_any_length(network, tensors, batched, length, arguments, file):
            content = file.read_bytes()
            return OnnxModel(content, tuple(names), tuple(output_names), any_length=True)
        try:
            # The exporter by tracing takes a tenth of the time of the one by torch.export.
            torch.onnx.export(
                network, tuple(tensors), file, dynamo=False, dynamic_axes=axes, **arguments
            )
        except Exception as error:  # noqa: BLE001 - the other exporter knows other operators
            _export_otherwise(network, tensors, batched, arguments, file, error)
        content = file.read_bytes()
    return OnnxModel(content, tuple(names), tuple(output_names))


def _export_any_length(
    network: nn.Module,
    tensors: Sequence[Tensor],
    batched: Sequence[int],
    length: int,
    arguments: Mapping[str, Any],
    file: Path,
) -> bool:
    """Whether a model was written for sequences of any length, or of up to `length`."""
    for axis in (torch.export.Dim("length"), torch.export.Dim("length", max=length)):
        sequences = {i: axis for i, tensor in enumerate(tensors) if is_sequence(tensor, length)}
        try:
            _export_by_torch_export(network, tensors, batched, sequences, arguments, file)
        except Exception as error:  # the model has the length of its example then
            logging.getLogger(__name__).info("No model for any length", exc_info=error)
        else:
            return True
    return False


def _export_otherwise(
    network: nn.Module,
    tensors: Sequence[Tensor],
    batched: Sequence[int],
    arguments: Mapping[str, Any],
    file: Path,
    first_error: Exception,
) -> None:
    """Write what tracing could not write; raises EvaluationError if that cannot be."""
    try:
        _export_by_torch_export(network, tensors, batched, {}, arguments, file)
    except Exception as error:
        operator = _OPERATOR.search(f"{first_error} {error}")
        reason = f"ONNX has no {operator[0]}" if operator else error_text(error)
        raise EvaluationError(
            f"The network cannot be written as ONNX: {reason}. Replace that operation in the "
            "network, or use another format."
        ) from error


def _export_by_torch_export(
    network: nn.Module,
    tensors: Sequence[Tensor],
    batched: Sequence[int],
    sequences: Mapping[int, Any],
    arguments: Mapping[str, Any],
    file: Path,
) -> None:
    """Write a model; `sequences` has the axis of the length, by the number of the tensor."""
    batch = torch.export.Dim("batch")
    shapes = tuple(
        ({0: batch} if i in batched else {}) | ({1: sequences[i]} if i in sequences else {})
        for i in range(len(tensors))
    )
    program = torch.onnx.export(
        network, tuple(tensors), dynamo=True, dynamic_shapes=(shapes,), **arguments
    )
    assert program is not None
    program.save(file, external_data=False)
    _remove_traces(file)


def _remove_traces(file: Path) -> None:
    """Remove the lines of code that each operator comes from, with the folders of this machine."""
    import onnx

    model = onnx.load(file)
    graphs = [model.graph, *model.functions]
    while graphs:
        graph = graphs.pop()
        for part in (graph, *graph.node, *getattr(graph, "value_info", ())):
            del part.metadata_props[:]
        graphs += [a.g for node in graph.node for a in node.attribute if a.HasField("g")]
    onnx.save(model, file)


class _PositionalNetwork(nn.Module):
    """A network that takes its input tensors one by one and returns a tuple of tensors."""

    def __init__(self, module: nn.Module, example: Inputs) -> None:
        super().__init__()
        self.module = module
        self._keys = list(example) if isinstance(example, Mapping) else None
        self._is_single = isinstance(example, Tensor)
        self._output_counts: dict[str, int] = {}

    def forward(self, *tensors: Tensor) -> tuple[Tensor, ...]:
        """The outputs, flattened."""
        inputs: Inputs = tensors
        if self._keys is not None:
            inputs = dict(zip(self._keys, tensors, strict=True))
        elif self._is_single:
            (inputs,) = tensors
        outputs = call_network(self.module, inputs)
        named = outputs if isinstance(outputs, Mapping) else {"": outputs}
        leaves = {str(name): _tensor_leaves(part) for name, part in named.items()}
        self._output_counts = {name: len(tensors) for name, tensors in leaves.items()}
        return tuple(tensor for tensors in leaves.values() for tensor in tensors)

    def output_names(self, single: str) -> list[str]:
        """The names of the outputs of the last call: numbered where a part has several."""
        names = []
        for key, count in self._output_counts.items():
            name = key or single
            names += [name] if count == 1 else [f"{name}_{i}" for i in range(count)]
        return names


def _tensor_leaves(outputs: Any) -> list[Tensor]:
    return [leaf for leaf in tree_leaves(outputs) if isinstance(leaf, Tensor)]


def _tensors(inputs: Inputs) -> list[Tensor]:
    values = list(inputs.values()) if isinstance(inputs, Mapping) else inputs
    values = [values] if isinstance(values, Tensor) else values
    if not all(isinstance(value, Tensor) for value in values):
        raise EvaluationError(
            "The network has inputs that are not tensors, which only torch can pass. Give it a "
            "tensor, or a tuple or a mapping of tensors."
        )
    return list(values)


def _input_names(module: nn.Module, inputs: Inputs, single: str) -> list[str]:
    if isinstance(inputs, Mapping):
        return [str(name) for name in inputs]
    if isinstance(inputs, Tensor):
        return [single]
    return list(inspect.signature(module.forward).parameters)[: len(inputs)]


@contextmanager
def _quiet() -> Iterator[None]:
    """Without the exporter's warnings and graphs, which are for the author of a network."""
    with warnings.catch_warnings(), without_export_log():
        warnings.simplefilter("ignore")
        yield
