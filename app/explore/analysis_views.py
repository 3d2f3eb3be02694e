"""The views of genes and metrics: slice, contour, distribution, correlation, timeline."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import streamlit as st

from app.charts.component import chart
from app.explore.choices import gene_choice, metric_choice
from engine.analysis.charts.correlation import correlation_info
from engine.analysis.charts.distribution import distribution_info
from engine.analysis.charts.gene_pair import pair_info
from engine.analysis.charts.gene_slice import slice_info
from engine.analysis.charts.telling_genes import telling_genes, telling_pair
from engine.analysis.charts.timeline import timeline_info
from engine.analysis.figures.correlation import correlation_figure
from engine.analysis.figures.distribution import distribution_figure
from engine.analysis.figures.gene_pair import pair_figure
from engine.analysis.figures.gene_slice import slice_figure
from engine.analysis.figures.timeline import timeline_figure
from engine.runs.columns import RunColumns
from engine.runs.history import RunHistory

Mask = npt.NDArray[np.bool_]

_HEIGHT, _ROW, _CELL = 400, 30, 56  # pixels: of a chart, of a worker, of a metric
_EMPTY = "No sub-network that matches the filter above has this metric."


@dataclass(frozen=True)
class AnalysisData:
    """What the views draw: `candidates` is the `(n,)` mask of the filter at the replayed moment."""

    run: str
    history: RunHistory
    columns: RunColumns
    metrics: Sequence[str]
    candidates: Mask
    on_pick: Callable[[int], None]


def slice_view(data: AnalysisData) -> None:
    """Draw a metric over the choices of one gene; a click on a point selects it."""
    with st.container(horizontal=True, vertical_alignment="center", key="explore_slice_choices"):
        metric = metric_choice(data.columns, data.metrics, "slice_metric")
        genes = telling_genes(data.columns, metric, data.candidates)
        st.markdown("over", width="content")
        gene = gene_choice(data.columns, genes, "Gene", "slice_gene", genes[0])
    info = slice_info(
        data.run,
        data.columns,
        metric,
        gene,
        data.candidates,
        data.history.config.constraints,
        data.history.budget,
        data.history.counted,
    )
    chart(
        slice_figure(info),
        name="slice",
        title=info.title,
        about="slice",
        description=info.description,
        height=_HEIGHT,
        key=f"explore_slice_{data.run}",
        empty="" if info.total else _EMPTY,
        note=info.note,
        on_pick=data.on_pick,
    )


def contour_view(data: AnalysisData) -> None:
    """Draw the median of a metric for each pair of choices of two genes."""
    if len(data.columns.genes) < 2:
        st.caption("This supernet has one gene. *Slice* shows a metric over it.")
        return
    with st.container(horizontal=True, vertical_alignment="center", key="explore_contour_choices"):
        metric = metric_choice(data.columns, data.metrics, "contour_metric")
        genes = telling_genes(data.columns, metric, data.candidates)
        usual_x, usual_y = telling_pair(data.columns, genes)
        st.markdown("over", width="content")
        x = gene_choice(data.columns, genes, "Horizontal gene", "contour_x", usual_x)
        st.markdown("and", width="content")
        y = gene_choice(data.columns, genes, "Vertical gene", "contour_y", usual_y)
    if x == y:
        st.caption("Choose two different genes. *Slice* shows a metric over one.")
        return
    info = pair_info(data.run, data.columns, metric, (x, y), data.candidates)
    chart(
        pair_figure(info),
        name="contour",
        title=info.title,
        about="contour",
        description=info.description,
        height=_HEIGHT,
        key=f"explore_contour_{data.run}",
        empty="" if info.total else _EMPTY,
        note=info.note,
    )


def distribution_view(data: AnalysisData) -> None:
    """Draw which share of the sub-networks has at most a value of a metric."""
    with st.container(
        horizontal=True, vertical_alignment="center", key="explore_distribution_choices"
    ):
        metric = metric_choice(data.columns, data.metrics, "distribution_metric")
    info = distribution_info(
        data.run, data.columns, metric, data.candidates, data.history.config.constraints
    )
    chart(
        distribution_figure(info),
        name="distribution",
        title=info.title,
        about="distribution",
        description=info.description,
        height=_HEIGHT,
        key=f"explore_distribution_{data.run}",
        empty="" if info.curves else _EMPTY,
    )


def correlation_view(data: AnalysisData) -> None:
    """Draw how much the metrics rank the sub-networks alike."""
    info = correlation_info(data.run, data.columns, data.metrics, data.candidates)
    is_empty = not np.isfinite(info.ranks).any()
    chart(
        correlation_figure(info),
        name="correlation",
        title="Correlation of metrics",
        about="correlation",
        description=info.description,
        height=max(260, 110 + _CELL * len(info.metrics)),
        key=f"explore_correlation_{data.run}",
        empty=info.description if is_empty else "",
        note="" if is_empty else info.description,
    )


def timeline_view(data: AnalysisData) -> None:
    """Draw when each evaluation ran, and where; a click on one selects it."""
    info = timeline_info(data.run, data.history, len(data.candidates))
    chart(
        timeline_figure(info),
        name="timeline",
        title="Timeline",
        about="timeline",
        description=info.description,
        height=max(220, 110 + _ROW * len(info.workers)),
        key=f"explore_timeline_{data.run}",
        note=info.note,
        on_pick=data.on_pick,
    )


VIEWS: Mapping[str, Callable[[AnalysisData], None]] = {
    "Slice": slice_view,
    "Contour": contour_view,
    "Distribution": distribution_view,
    "Correlation": correlation_view,
    "Timeline": timeline_view,
}
"""The views by the name of their tab."""
