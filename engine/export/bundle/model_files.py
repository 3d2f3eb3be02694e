"""Writing the model files of a bundle, and running them to compare them with the network."""

import importlib.util
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from engine.compat.torch import tree_map
from engine.errors import EvaluationError
from engine.export.bundle.exported_network import ExportedNetwork, torch_inputs
from engine.meters.quantized_network import calibration_inputs
from engine.quoting import error_text
from engine.runtimes.base import Run
from engine.runtimes.onnx_model import OnnxModel
from engine.runtimes.quantization import quantize
from engine.runtimes.registry import find_runtime
from engine.tasks.base import Inputs, Network
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
    model = network.handed_over_onnx_model
    (folder / "model.onnx").write_bytes(model.content)
    run = find_runtime("onnxruntime").load(folder / "model.onnx")
    to_inputs = network.preprocessing.pixels if network.with_preprocessing else _unchanged
    facts = {**onnx_interface(model, network, to_inputs), "opset": model.opset}
    return ModelFile(onnx_network(model, run, network, to_inputs), facts)


def write_int8(network: ExportedNetwork, folder: Path) -> ModelFile:
    """`model.int8.onnx`: what `write_onnx` writes, quantised with calibration data of the task."""
    to_inputs = network.preprocessing.pixels if network.with_preprocessing else _unchanged
    inputs = map(to_inputs, calibration_inputs(network.subject))
    model = quantize(network.handed_over_onnx_model, inputs)
    (folder / "model.int8.onnx").write_bytes(model.content)
    run = find_runtime("onnxruntime").load(folder / "model.int8.onnx")
    facts = {**onnx_interface(model, network, to_inputs), "opset": model.opset}
    return ModelFile(onnx_network(model, run, network, to_inputs), facts)


def _unchanged(inputs: Inputs) -> Inputs:
    return inputs


def onnx_network(
    model: OnnxModel, run: Run, network: ExportedNetwork, to_inputs: Network = _unchanged
) -> Network:
    """An ONNX model as a network: outputs are in the form of those of the exported module.

    `to_inputs` turns inputs of the task into those of the model.
    """
    form = network.outputs[0]

    def call(inputs: Inputs) -> Any:
        arrays = run(model.arrays(to_inputs(inputs)))
        tensors: Iterator[Tensor] = (torch.from_numpy(array) for array in arrays)
        return tree_map(lambda v: next(tensors) if isinstance(v, Tensor) else v, form)

    return call


def onnx_interface(
    model: OnnxModel, network: ExportedNetwork, to_inputs: Network = _unchanged
) -> dict[str, Any]:
    """`inputs` and `outputs` of a model: names, shapes with null for the batch, types."""
    inputs = to_inputs(network.batches[0])
    arrays = model.arrays(inputs)
    run = find_runtime("onnxruntime").load(model.content)
    outputs = dict(zip(model.outputs, run(arrays), strict=True))
    return {"inputs": _described(arrays), "outputs": _described(outputs)}


def _described(arrays: Mapping[str, Any]) -> list[dict[str, Any]]:
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
    spec = importlib.util.spec_from_file_location("network", file)
    assert spec is not None
    assert spec.loader is not None
    rebuilt = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(rebuilt)
    module = rebuilt.load(folder / "weights.safetensors").eval()
    return ModelFile(lambda inputs: call_network(module, inputs))
