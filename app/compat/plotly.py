"""Plotly: the file of its library for the browser."""

import importlib.util
from pathlib import Path


def browser_library() -> Path:
    """The file `plotly.min.js` of the installed package, which need not be imported for it."""
    spec = importlib.util.find_spec("plotly")
    if spec is None or spec.origin is None:  # plotly is a pinned requirement
        raise FileNotFoundError("The package plotly is not installed.")
    return Path(spec.origin).parent / "package_data" / "plotly.min.js"
