"""The model files that a bundle can contain, each registered here alone.

An entry names the function that writes it as `module:function`, so that the table loads without it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.errors import ConfigError
from engine.quoting import quoted

if TYPE_CHECKING:
    from engine.export.bundle.exported_network import ExportedNetwork
    from engine.export.bundle.model_files import ModelFile


@dataclass(frozen=True)
class Part:
    """A model file of a bundle, with the other files that belong to it.

    `files` are their names, the model file first. Its outputs must equal those of the network,
    unless it is `approximate`. `has_quality`: the quality of the file is measured on the validation
    data. `can_preprocess`: it can take pixels from 0 to 255 itself. `on_request`: a bundle contains
    it only if it is asked for. `purpose` says in the model card what it is for.
    """

    name: str
    label: str
    files: tuple[str, ...]
    purpose: str
    written_by: str
    has_quality: bool = False
    can_preprocess: bool = False
    approximate: bool = False
    on_request: bool = False

    def write(self, network: "ExportedNetwork", folder: Path) -> "ModelFile":
        """Write the files into `folder`, and read the model file back.

        Raises EvaluationError for a network that it cannot express, DataError without its packages.
        """
        module, _, function = self.written_by.partition(":")
        writer: Callable[..., Any] = getattr(import_module(module), function)
        model_file: ModelFile = writer(network, folder)
        return model_file


_MODEL_FILES = "engine.export.bundle.model_files"

PARTS: dict[str, Part] = {
    part.name: part
    for part in (
        Part(
            "onnx", "ONNX", ("model.onnx",), "ONNX Runtime, OpenVINO, TensorRT and others",
            f"{_MODEL_FILES}:write_onnx", has_quality=True, can_preprocess=True,
        ),
        Part(
            "pt2", "torch.export program", ("model.pt2",), "PyTorch without the network's code",
            f"{_MODEL_FILES}:write_pt2",
        ),
        Part(
            "safetensors", "Weights and PyTorch code", ("weights.safetensors", "network.py"),
            "PyTorch, to read, change or train the network further",
            f"{_MODEL_FILES}:write_safetensors",
        ),
        Part(
            "int8", "ONNX in int8", ("model.int8.onnx",),
            "ONNX Runtime and others, in int8: smaller, and less exact",
            f"{_MODEL_FILES}:write_int8", has_quality=True, can_preprocess=True, approximate=True,
            on_request=True,
        ),
    )
}  # fmt: skip
"""Every part by its name."""

BUNDLE_PARTS = tuple(part.name for part in PARTS.values() if not part.on_request)
"""The parts of a bundle from which nothing was left out."""


def find_parts(names: Sequence[str]) -> list[Part]:
    """The parts called `names`; raises ConfigError, with the names there are, for another one."""
    for name in names:
        if name not in PARTS:
            raise ConfigError(
                f"A bundle has no part {quoted(name)}. Choose from {', '.join(PARTS)}."
            )
    return [PARTS[name] for name in names]
