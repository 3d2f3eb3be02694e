"""The script of a bundle that classifies images without this program."""

from pathlib import Path

_TEMPLATE = Path(__file__).parent / "run.py.template"


def run_script() -> str:
    """The text of `run.py`, which needs onnxruntime, numpy and Pillow alone.

    It reads `preprocess.json` and, if there is one, `classes.txt` beside itself. An ONNX file takes
    pixels from 0 to 255 if its input is of type uint8, or if `inside` of `preprocess.json` lists
    it; otherwise it takes images as `preprocess.json` describes them.
    """
    return _TEMPLATE.read_text()
