"""Parallel coordinates over the metrics and genes that the visitor chooses."""

import numpy as np
import numpy.typing as npt
import streamlit as st

from app import address
from app.charts.component import chart
from app.charts.parallel import axis_label, parallel_figure, parallel_info
from app.explore.filter import BRUSH
from app.explore.ranges import Ranges, merged, ranges_text
from app.terms import TERMS
from engine.gene_names import telling_genes
from engine.runs.columns import RunColumns

_HEIGHT = 430
_GENES = 5


def parallel_view(
    run: str,
    columns: RunColumns,
    metrics: list[str],
    candidates: npt.NDArray[np.bool_],
    ranges: Ranges,
    selected: int | None,
    budget: int,
) -> None:
    """Draw the axes of the `(n,)` candidates; what is brushed on them filters the page."""
    genes = [columns.genes[index].name for index in telling_genes(columns.space, _GENES)]
    named = columns.named(len(candidates))
    names = st.multiselect(
        "Axes",
        [*named],
        default=[*metrics, *genes, "front"],
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
        about=TERMS["parallel"],
        description=info.description,
        height=_HEIGHT,
        key=f"explore_parallel_{run}",
        empty="" if len(info.number) else "No sub-network matches the filter above.",
        note=info.note,
        on_brush=lambda brushed: address.put(
            BRUSH,
            ranges_text(merged(ranges, brushed, names)) or None,
        ),
    )
