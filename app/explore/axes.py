"""The choice of axes for the front: two or three metrics, log scales, outliers, infeasible."""

from contextlib import AbstractContextManager
from typing import Literal

import streamlit as st

from app.axis_choice import axis_choice, further_axis
from app.baselines import baselines_switch
from engine.analysis.charts.axes import axis_metric
from engine.analysis.charts.front import FrontView
from engine.analysis.charts.parallel import axis_label
from engine.runs.columns import RunColumns

_AXES: tuple[Literal["x", "y", "z"], ...] = ("x", "y", "z")
_SCALES = {"x": "log x", "y": "log y", "z": "log z", "robust": "no outliers"}


def view_choice(
    columns: RunColumns, names: list[str], header: AbstractContextManager[object]
) -> FrontView:
    """Draw the choices, which the address keeps, and return the view that they define.

    That of hover texts is drawn into `header`.
    """
    with st.container(horizontal=True, vertical_alignment="center", key="explore_axes"):
        is_3d = len(names) > 2 and _dimensions() == "3-D"
        labels = {name: axis_metric(columns, name).label for name in names}
        default_names = [*names, names[-1], names[-1]]
        y = axis_choice("Vertical axis", "axis_y", labels, default_names[0])
        x = further_axis("over", "Horizontal axis", "axis_x", labels, default_names[1])
        z = None
        if is_3d:
            z = further_axis("and", "Third axis", "axis_z", labels, default_names[2])
        options = [name for name in _SCALES if name != "z" or is_3d]
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
        show_infeasible = True
        if (columns.ok & ~columns.feasible).any():
            show_infeasible = st.toggle(
                "infeasible",
                value=True,
                key="infeasible",
                bind="query-params",
                help="Show sub-networks that miss a constraint, as hollow circles.",
            )
        shows_baselines = not is_3d and baselines_switch()
    with header:
        hover = _hover_choice(columns)
    selected_scales = set(scales or [])
    return FrontView(
        (x, y) if z is None else (x, y, z),
        frozenset(axis for axis in _AXES if axis in selected_scales),
        "robust" in selected_scales,
        show_infeasible,
        shows_baselines,
        tuple(hover),
    )


def _hover_choice(columns: RunColumns) -> list[str]:
    names = [name for name in columns.by_name(len(columns)) if name not in ("number", "cycle")]
    with st.popover("Hover", icon=":material/arrow_selector_tool:", key="explore_hover"):
        return st.multiselect(
            "Shown beside the axes where a pointer rests on a point",
            names,
            format_func=lambda name: axis_label(columns, name),
            key="hover",
            bind="query-params",
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
