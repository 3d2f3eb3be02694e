"""Figures with a colour for every name of one, so that Plotly can check them."""

from typing import Any

import plotly.graph_objects as go


def painted(value: Any) -> Any:
    if isinstance(value, str):
        return ("Arial" if value == "@font" else "#123456") if value.startswith("@") else value
    if isinstance(value, list):
        return [painted(item) for item in value]
    if isinstance(value, dict):
        return {name: painted(item) for name, item in value.items()}
    return value


def checked(figure: dict[str, Any]) -> go.Figure:
    """The figure as Plotly's own object, which refuses what it does not know."""
    return go.Figure(painted(figure))
