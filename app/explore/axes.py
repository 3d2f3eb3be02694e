"""How the front is looked at: two or three metrics, logarithmic axes, with outliers or without."""

from typing import Literal

import streamlit as st

from app.axis_choice import axis_choice, further_axis
from engine.analysis.charts.front import FrontView
from engine.runs.columns import RunColumns

_AXES: tuple[Literal["x", "y", "z"], ...] = ("x", "y", "z")
_SCALES = {"x": "log x", "y": "log y", "z": "log z", "robust": "no outliers"}


def view_choice(columns: RunColumns, names: list[str]) -> FrontView:
    """Draw the choices and return what they amount to; they are kept in the address."""
    with st.container(horizontal=True, vertical_alignment="center", key="explore_axes"):
        space = len(names) > 2 and _dimensions() == "3-D"
        labels = {name: columns.metric(name).label for name in names}
        usual = [*names, names[-1], names[-1]]
        y = axis_choice("Vertical axis", "axis_y", labels, usual[0])
        x = further_axis("over", "Horizontal axis", "axis_x", labels, usual[1])
        z = None
        if space:
            z = further_axis("and", "Third axis", "axis_z", labels, usual[2])
        options = [name for name in _SCALES if name != "z" or space]
        scales = st.pills(
            "Axes",
            options,
            selection_mode="multi",
            format_func=_SCALES.__getitem__,
            key="scale",
            bind="query-params",
            label_visibility="collapsed",
            help="Logarithmic axes need positive numbers. 'no outliers' leaves out of the axes "
            "what lies far from the bulk of the points; the front always fits in.",
        )
        infeasible = True
        if (columns.ok & ~columns.feasible).any():
            infeasible = st.toggle(
                "infeasible",
                value=True,
                key="infeasible",
                bind="query-params",
                help="Show sub-networks that miss a constraint, as hollow circles.",
            )
    chosen = set(scales or [])
    return FrontView(
        (x, y) if z is None else (x, y, z),
        frozenset(axis for axis in _AXES if axis in chosen),
        "robust" in chosen,
        infeasible,
    )


def _dimensions() -> str:
    return (
        st.segmented_control(
            "Dimensions",
            ["2-D", "3-D"],
            default="2-D",
            required=True,
            key="view",
            bind="query-params",
            label_visibility="collapsed",
        )
        or "2-D"
    )
