"""Writing the model files of a bundle, and running them to compare them with the network."""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import torch
from torch import Tensor

from engine.compat.torch import tree_map
from engine.errors import EvaluationError
from engine.export.bundle.exported_network import ExportedNetwork, torch_inputs
from engine.meters.quantized_network import calibration_inputs
from engine.quoting import error_text
from engine.runtimes.onnx_model import OnnxModel
from engine.runtimes.onnx_network import onnx_network
from engine.runtimes.quantization import quantize
from engine.runtimes.registry import find_runtime
from engine.runtimes.sequence_length import is_sequence
from engine.tasks.base import Network
from engine.tasks.inputs import call_network

_MIN_BATCH = 1


@dataclass(frozen=True)
class ModelFile:
    """A model file that was written and read back.

    `run` takes a batch of the task's inputs and returns outputs in the form of the network's.
    `facts` are entries of `network.json`. `any_length`: it takes sequences of other lengths than
    that of the network's example.
    """

    run: Network
    facts: Mapping[str, Any] = field(default_factory=dict)
    any_length: bool = False


def write_onnx(network: ExportedNetwork, folder: Path) -> ModelFile:
    """`model.onnx`, run by ONNX Runtime; its inputs, outputs and opset are facts."""
    return _write_model(network.onnx_model, network, folder / "model.onnx")


def write_int8(network: ExportedNetwork, folder: Path) -> ModelFile:
    """`model.int8.onnx`: what `write_onnx` writes, quantised with calibration data of the task."""
    inputs = map(_model_inputs(network), calibration_inputs(network.subject))
    model = quantize(network.onnx_model_of_one_length, inputs)
    return _write_model(model, network, folder / "model.int8.onnx")


def _write_model(model: OnnxModel, network: ExportedNetwork, file: Path) -> ModelFile:
    file.write_bytes(model.content)
    run, to_inputs = find_runtime("onnxruntime").load(file), _model_inputs(network)
    arrays = model.arrays(to_inputs(network.batches[0]))
    outputs = dict(zip(model.outputs, run(arrays), strict=True))
    facts = {
        "inputs": _described(arrays),
        "outputs": _described(outputs),
        "opset": model.opset,
    }
    call = onnx_network(model, run, network.outputs[0])
    return ModelFile(lambda inputs: call(to_inputs(inputs)), facts, model.any_length)


def _model_inputs(network: ExportedNetwork) -> Network:
    """Turns inputs of the task into those of the ONNX files."""
    return network.preprocessing.pixels if network.with_preprocessing else lambda inputs: inputs


def _described(arrays: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Names, shapes with null for the batch, types."""
    return [
        {
            "name": name,
            "shape": [None, *array.shape[1:]] if array.ndim else [],
            "dtype": str(array.dtype),
        }
        for name, array in arrays.items()
    ]


def write_pt2(network: ExportedNetwork, folder: Path) -> ModelFile:
    """`model.pt2`: the program of `torch.export`, for batches of any size."""
    file, length = folder / "model.pt2", network.sequence_length
    axes: list[Any] = [torch.export.Dim("length"), torch.export.Dim("length", max=length)]
    for axis in [*(axes if length else []), None]:
        try:
            with warnings.catch_warnings(action="ignore"):  # they are for the author of a network
                torch.export.save(_program(network, axis), file)
                loaded = torch.export.load(file).module()
        except Exception as error:
            if axis is None:
                raise EvaluationError(
                    f"torch.export cannot express the network ({error_text(error)}). Use another "
                    "format."
                ) from error
        else:
            break
    return ModelFile(lambda inputs: call_network(loaded, inputs), any_length=axis is not None)


def _program(network: ExportedNetwork, length_axis: Any) -> torch.export.ExportedProgram:
    """The network for batches of any size; with a `length_axis` for sequences of any length."""
    positional, named = torch_inputs(network.task, network.example)
    batch, length = torch.export.Dim("batch", min=_MIN_BATCH), network.sequence_length or 0

    def axes_of(value: Any) -> dict[int, Any] | None:
        if not isinstance(value, Tensor) or not value.ndim:
            return None
        has_length = length_axis is not None and is_sequence(value, length)
        return {0: batch, **({1: length_axis} if has_length else {})}

    axes = tree_map(axes_of, positional)
    named_axes = {name: axes_of(value) for name, value in named.items()}
    shapes = named_axes or axes
    program = torch.export.export(network.module, positional, named, dynamic_shapes=shapes)
    for node in program.graph.nodes:  # its lines of code, with the folders of this machine
        node.meta.pop("stack_trace", None)
    return program


def write_safetensors(network: ExportedNetwork, folder: Path) -> ModelFile:
    """`weights.safetensors`, and `network.py`, which rebuilds the network with torch alone."""
    from safetensors.torch import save

    from engine.export.bundle.network_code import network_code

    code = network_code(network.module, network.example, network.title)
    tensors = {name: tensor.contiguous() for name, tensor in code.tensors.items()}
    (folder / "weights.safetensors").write_bytes(save(tensors))
    file = folder / "network.py"
    file.write_text(code.source, encoding="utf-8")
    rebuilt = ModuleType("network")
    rebuilt.__file__ = str(file)
    exec(compile(code.source, file, "exec"), vars(rebuilt))  # an import would add __pycache__
    module = rebuilt.load(folder / "weights.safetensors").eval()
    return ModelFile(lambda inputs: call_network(module, inputs))
