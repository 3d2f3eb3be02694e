"""The stand-alone programs of a bundle, which need none of this package."""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.export.bundle.checked_files import CheckedFile
from engine.export.bundle.measure_script import measure_script
from engine.export.bundle.run_script import run_script

_DESCRIBED_IMAGES = {"size", "channels", "scale", "mean", "std"}
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
    describes_images = preprocessing.keys() >= _DESCRIBED_IMAGES
    if is_classifier and describes_images and preprocessing["channels"] in _CHANNELS:
        programs["run.py"] = run_script()
    return programs
