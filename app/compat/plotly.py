"""Plotly: its library for the browser, private state of charts, and styles."""

import importlib.util
from pathlib import Path

_FOLDER = Path(__file__).parent

PRIVATE_SCRIPT = (_FOLDER / "plotly_private.js").read_text()
"""A script for the browser that reads private state of Plotly."""

STYLES = (_FOLDER / "plotly.css").read_text()
"""A style sheet for Plotly charts."""


def browser_library() -> Path:
    """The file `plotly.min.js` of the installed package, which need not be imported for it."""
    spec = importlib.util.find_spec("plotly")
    if spec is None or spec.origin is None:  # plotly is a pinned requirement
        raise FileNotFoundError("The package plotly is not installed.")
    return Path(spec.origin).parent / "package_data" / "plotly.min.js"
