"""The stand-alone programs of a bundle, which need none of this package."""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.export.bundle.checked_files import CheckedFile
from engine.export.bundle.run_script import run_script

_DESCRIBED_IMAGES = {"size", "channels", "scale", "mean", "std"}
_CHANNELS = (1, 3)  # grey and RGB


def scripts(
    files: Sequence[CheckedFile], preprocessing: Mapping[str, Any], is_classifier: bool
) -> dict[str, str]:
    """The programs by file name: `run.py` for an ONNX file of a classifier of images.

    `preprocessing` describes its images.
    """
    if not any(file.part.name == "onnx" for file in files):
        return {}
    describes_images = preprocessing.keys() >= _DESCRIBED_IMAGES
    if is_classifier and describes_images and preprocessing["channels"] in _CHANNELS:
        return {"run.py": run_script()}
    return {}
