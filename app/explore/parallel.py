"""Parallel coordinates of the metrics and genes that the visitor selects."""

import numpy as np
import numpy.typing as npt
import streamlit as st

from app import url_parameters
from app.charts.component import chart
from app.explore.filter import BRUSH
from app.explore.ranges import merge_ranges, ranges_text
from engine.analysis.charts.parallel import Ranges, axis_label, parallel_info, usual_axes
from engine.analysis.figures.parallel import parallel_figure
from engine.runs.columns import RunColumns

_HEIGHT = 430


def parallel_view(
    run: str,
    columns: RunColumns,
    metrics: list[str],
    candidates: npt.NDArray[np.bool_],
    ranges: Ranges,
    selected: int | None,
    budget: int,
) -> None:
    """Draw the rows in the mask `candidates`, `(n,)`; brushed ranges filter the page."""
    names = st.multiselect(
        "Axes",
        [*columns.by_name(len(candidates))],
        default=usual_axes(columns, metrics),
        format_func=lambda name: axis_label(columns, name),
        key="parallel",
        bind="query-params",
        help="Metrics and genes, in the order of their axes.",
    )
    if len(names) < 2:
        st.caption("Choose at least two axes.")
        return
    info = parallel_info(run, columns, names, candidates, selected, budget)
    chart(
        parallel_figure(info, ranges),
        name="parallel",
        title="Parallel coordinates",
        about="parallel",
        description=info.description,
        height=_HEIGHT,
        key=f"explore_parallel_{run}",
        empty="" if len(info.number) else "No sub-network matches the filter above.",
        note=info.note,
        on_brush=lambda brushed: url_parameters.set_parameter(
            BRUSH,
            ranges_text(merge_ranges(ranges, brushed, names)) or None,
        ),
    )
