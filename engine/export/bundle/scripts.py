"""The stand-alone programs of a bundle, which need none of this package."""

from collections.abc import Mapping, Sequence
from typing import Any

from torch import Tensor

from engine.export.bundle.checked_files import CheckedFile
from engine.export.bundle.exported_network import ExportedNetwork
from engine.export.bundle.measure_script import measure_script
from engine.export.bundle.run_script import run_script

_DESCRIBED_IMAGES = ("size", "channels", "scale", "mean", "std")
_CHANNELS = (1, 3)  # grey and RGB


def scripts(
    files: Sequence[CheckedFile], preprocessing: Mapping[str, Any], is_classifier: bool
) -> dict[str, str]:
    """The programs by file name: those for an ONNX file.

    `measure.py` is for any network, `run.py` for a classifier of images, which `preprocessing`
    describes.
    """
    if not any(file.part.name == "onnx" for file in files):
        return {}
    programs = {"measure.py": measure_script()}
    describes_images = preprocessing.keys() >= set(_DESCRIBED_IMAGES)
    if is_classifier and describes_images and preprocessing["channels"] in _CHANNELS:
        programs["run.py"] = run_script()
    return programs


def missing_scripts(network: ExportedNetwork, files: Sequence[CheckedFile]) -> list[str]:
    """A sentence on `run.py` if only words of the task on its images lack for it."""
    has_onnx = any(file.part.name == "onnx" for file in files)
    words = network.task.preprocessing(network.subject.resolution)
    lacking = [name for name in _DESCRIBED_IMAGES if name not in words]
    if not (has_onnx and lacking and _classifies_images(network)):
        return []
    return [
        "run.py, which classifies image files, is not written: the preprocessing that the task "
        f"'{network.task.name}' states does not say {', '.join(lacking)}."
    ]


def _classifies_images(network: ExportedNetwork) -> bool:
    inputs, outputs = network.batches[0], network.outputs[0]
    takes_images = isinstance(inputs, Tensor) and inputs.ndim == 4 and inputs.shape[1] in _CHANNELS
    return takes_images and isinstance(outputs, Tensor) and outputs.ndim == 2
