"""Figures of what a run says about its metrics and genes, and of how it went.

See `plots` for the type of a run and for styles.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from engine.analysis.charts.correlation import correlation_info
from engine.analysis.charts.distribution import distribution_info
from engine.analysis.charts.gene_pair import pair_info
from engine.analysis.charts.gene_slice import slice_info
from engine.analysis.charts.telling_genes import telling_genes, telling_pair
from engine.analysis.charts.timeline import timeline_info
from engine.analysis.figures.arguments import checked
from engine.analysis.figures.correlation import correlation_figure
from engine.analysis.figures.distribution import distribution_figure
from engine.analysis.figures.gene_pair import pair_figure
from engine.analysis.figures.gene_slice import slice_figure
from engine.analysis.figures.plotly_figure import plotly_figure
from engine.analysis.figures.run_arguments import (
    NOTHING_MEASURED,
    Run,
    choose_gene,
    choose_metric,
    filter_mask,
    history_of,
    measured_columns,
)
from engine.analysis.figures.theme import Style
from engine.analysis.figures.timeline import timeline_figure
from engine.analysis.metric_names import run_metrics
from engine.errors import FigureError
from engine.runs.columns import RunColumns

if TYPE_CHECKING:
    import plotly.graph_objects as go


@checked
def plot_slice(
    run: Run,
    metric: str | None = None,
    gene: str | None = None,
    *,
    where: str = "",
    style: Style = "light",
) -> "go.Figure":
    """A metric over the choices of one gene, with the quartiles of each choice.

    The metric is the first objective, and the gene the one that most of its variance goes with,
    unless others are named. A filter such as `front and d1 == 4` selects the sub-networks.

    >>> figure = plot_slice(run, "acc", "d1")
    """
    history = history_of(run)
    columns = measured_columns(history)
    name = choose_metric(metric, run_metrics(columns, history))
    candidates = _candidates(columns, where)
    genes = telling_genes(columns, name, candidates)
    chosen = choose_gene(columns, gene, genes[0])
    info = slice_info(
        history.id, columns, name, chosen, candidates, history.config.constraints, history.budget,
        history.counted,
    )  # fmt: skip
    _check_drawable(info.total, name)
    return plotly_figure(slice_figure(info), style, info.title)


@checked
def plot_contour(
    run: Run,
    metric: str | None = None,
    genes: Sequence[str] = (),
    *,
    where: str = "",
    style: Style = "light",
) -> "go.Figure":
    """The median of a metric for each pair of choices of two genes, horizontal and vertical.

    Without `genes`, they are two that much of the metric's variance goes with. Cells without a
    sub-network stay empty: nothing is made up between those that were evaluated.

    >>> figure = plot_contour(run, "acc", ["d1", "d2"])
    """
    history = history_of(run)
    columns = measured_columns(history)
    name = choose_metric(metric, run_metrics(columns, history))
    if len(genes) not in (0, 2):
        raise FigureError(f"genes: give two names of genes, not {len(genes)}.")
    candidates = _candidates(columns, where)
    usual = telling_genes(columns, name, candidates)
    if len(usual) < 2:
        raise FigureError("The supernet has one gene: plot_slice draws a metric over it.")
    first, second = (
        choose_gene(columns, name, "") for name in genes or telling_pair(columns, usual)
    )
    info = pair_info(history.id, columns, name, (first, second), candidates)
    _check_drawable(info.total, name)
    return plotly_figure(pair_figure(info), style, info.title)


@checked
def plot_distribution(
    run: Run, metric: str | None = None, *, where: str = "", style: Style = "light"
) -> "go.Figure":
    """The empirical distribution function of a metric: of all, of each half, and of the front.

    >>> figure = plot_distribution(run, "acc")
    """
    history = history_of(run)
    columns = measured_columns(history)
    name = choose_metric(metric, run_metrics(columns, history))
    candidates = _candidates(columns, where)
    info = distribution_info(history.id, columns, name, candidates, history.config.constraints)
    _check_drawable(len(info.curves), name)
    return plotly_figure(distribution_figure(info), style, info.title)


@checked
def plot_timeline(run: Run, *, style: Style = "light") -> "go.Figure":
    """When each evaluation ran, on which worker, and whether it failed or was reused.

    Pauses are left out. Of a long run, the last 5,000 evaluations are drawn.

    >>> figure = plot_timeline(run)
    """
    history = history_of(run)
    info = timeline_info(history.id, history)
    if not len(info.number):
        raise FigureError(NOTHING_MEASURED)
    return plotly_figure(timeline_figure(info), style, "Timeline")


@checked
def plot_correlation(
    run: Run, metrics: Sequence[str] = (), *, where: str = "", style: Style = "light"
) -> "go.Figure":
    """Spearman's rank correlation of each pair of metrics; of all unless some are named.

    >>> figure = plot_correlation(run, ["acc", "macs", "params"])
    """
    history = history_of(run)
    columns = measured_columns(history)
    known = run_metrics(columns, history)
    names = [choose_metric(name, known) for name in metrics] or known
    info = correlation_info(history.id, columns, names, _candidates(columns, where))
    if not np.isfinite(info.ranks).any():
        raise FigureError(info.description)
    return plotly_figure(correlation_figure(info), style, "Correlation of metrics")


def _candidates(columns: RunColumns, where: str) -> npt.NDArray[np.bool_]:
    mask = filter_mask(columns, where)
    return np.ones(len(columns), dtype=bool) if mask is None else mask


def _check_drawable(count: int, name: str) -> None:
    """Raise FigureError if no sub-network that passes the filter has the metric."""
    if not count:
        raise FigureError(f"No sub-network that passes the filter has {name}.")
