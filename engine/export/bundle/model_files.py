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
from engine.tasks.base import Network
from engine.tasks.inputs import call_network

_MIN_BATCH = 1


@dataclass(frozen=True)
class ModelFile:
    """A model file that was written and read back.

    `run` takes a batch of the task's inputs and returns outputs in the form of the network's.
    `facts` are entries of `network.json`.
    """

    run: Network
    facts: Mapping[str, Any] = field(default_factory=dict)


def write_onnx(network: ExportedNetwork, folder: Path) -> ModelFile:
    """`model.onnx`, run by ONNX Runtime; its inputs, outputs and opset are facts."""
    return _write_model(network.handed_over_onnx_model, network, folder / "model.onnx")


def write_int8(network: ExportedNetwork, folder: Path) -> ModelFile:
    """`model.int8.onnx`: what `write_onnx` writes, quantised with calibration data of the task."""
    inputs = map(_model_inputs(network), calibration_inputs(network.subject))
    model = quantize(network.handed_over_onnx_model, inputs)
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
    return ModelFile(lambda inputs: call(to_inputs(inputs)), facts)


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
    positional, named = torch_inputs(network.task, network.example)
    batch = torch.export.Dim("batch", min=_MIN_BATCH)
    axes = tree_map(lambda v: {0: batch} if isinstance(v, Tensor) and v.ndim else None, positional)
    named_axes = {name: {0: batch} if value.ndim else None for name, value in named.items()}
    file = folder / "model.pt2"
    try:
        with warnings.catch_warnings(action="ignore"):  # they are for the author of a network
            program = torch.export.export(
                network.module, positional, named, dynamic_shapes=named_axes or axes
            )
            torch.export.save(program, file)
            loaded = torch.export.load(file).module()
    except Exception as error:
        raise EvaluationError(
            f"torch.export cannot express the network ({error_text(error)}). Use another format."
        ) from error
    return ModelFile(lambda inputs: call_network(loaded, inputs))


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
