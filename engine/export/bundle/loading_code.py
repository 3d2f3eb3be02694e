"""Code for the model card that loads each file of a bundle."""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.export.bundle.checked_files import CheckedFile


def loading_sections(
    description: Mapping[str, Any],
    module_inputs: Sequence[Mapping[str, Any]],
    files: Sequence[CheckedFile],
    others: Sequence[str],
) -> str:
    """A paragraph with code for each of `files` and for the programs among `others`.

    `module_inputs` are the inputs of the network, the ONNX file's are in the `description`.
    """
    code = {
        "onnx": _onnx("model.onnx", description["inputs"]),
        "int8": _onnx("model.int8.onnx", description["inputs"]),
        "pt2": _pt2(_arguments(module_inputs)),
        "safetensors": _safetensors(_arguments(module_inputs)),
    }
    sections = [
        f"{file.part.label}:\n\n```python\n{code[file.part.name]}```"
        for file in files
        if file.part.name in code
    ]
    if "run.py" in others:
        command = "pip install onnxruntime numpy pillow\npython run.py IMAGE_OR_FOLDER"
        sections.insert(0, f"To classify images:\n\n```sh\n{command}\n```")
    if "measure.py" in others:
        command = "pip install onnxruntime numpy\npython measure.py --threads 1"
        sections.append(f"To time it on another machine:\n\n```sh\n{command}\n```")
    return "\n\n".join(sections)


def _onnx(file: str, inputs: Sequence[Mapping[str, Any]]) -> str:
    arrays = ", ".join(f'"{i["name"]}": np.zeros({_shape(i)}, np.{i["dtype"]})' for i in inputs)
    return (
        "import numpy as np\nimport onnxruntime\n\n"
        f'session = onnxruntime.InferenceSession("{file}")\n'
        f"outputs = session.run(None, {{{arrays}}})\n"
    )


def _pt2(arguments: str) -> str:
    return (
        'import torch\n\nnetwork = torch.export.load("model.pt2").module()\n'
        f"outputs = network({arguments})\n"
    )


def _safetensors(arguments: str) -> str:
    return (
        "import torch\n\nfrom network import load\n\n"
        "network = load()\n"
        f"outputs = network({arguments})\n"
    )


def _shape(described: Mapping[str, Any]) -> tuple[int, ...]:
    return tuple(1 if side is None else int(side) for side in described["shape"])


def _arguments(inputs: Sequence[Mapping[str, Any]]) -> str:
    """Zeros as arguments of the network: by name where it takes a mapping."""
    return ", ".join(
        f"{i['name']}=" * bool(i.get("by_name"))
        + f"torch.zeros({_shape(i)}, dtype=torch.{i['dtype']})"
        for i in inputs
    )
