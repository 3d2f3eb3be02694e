"""The style of the published notebooks' figures, in which every chart can be exported.

White paper, black axes with ticks outside, triangles coloured by evaluation count. The browser
applies it: a figure names colours by meaning, and a style redefines the names.
"""

from typing import Any

_INK = "#000000"
_REVERSED_VIRIDIS = ("#fde725", "#5ec962", "#21918c", "#3b528b", "#440154")


def published_style() -> dict[str, Any]:
    """Colours by meaning, and replacements in a layout, its axes and coloured markers."""
    return {
        "theme": {
            "background": "#ffffff",
            "text": _INK,
            "panel": "#ffffff",
            "border": _INK,
            "grid": "rgba(0,0,0,0.15)",
            "muted": "#7f7f7f",
            "font": "DejaVu Sans, Verdana, Arial, sans-serif",
            "front": "#d62728",
            "selected": "#e377c2",
            "outline": "rgba(0,0,0,0.25)",
            **{f"order{i}": colour for i, colour in enumerate(_REVERSED_VIRIDIS)},
            "high": "#9ecae1",
            "low": "#fdbe85",
            "failed": "#d62728",
            "series0": "#1f77b4",
            "series1": "#2ca02c",
            "series2": "#ff7f0e",
            "series3": "#9467bd",
        },
        "layout": {
            "width": 720,
            "height": 520,
            "margin": {"l": 80, "r": 30, "t": 54, "b": 64},
            "paper_bgcolor": "#ffffff",
            "plot_bgcolor": "#ffffff",
        },
        "axis": {
            "showline": True,
            "mirror": True,
            "linecolor": _INK,
            "linewidth": 1,
            "ticks": "outside",
            "tickcolor": _INK,
            "gridcolor": "rgba(0,0,0,0.15)",
        },
        "marker": {
            "symbol": "triangle-up",
            "size": 8,
            "opacity": 0.8,
            "line": {"width": 0},
        },
    }
