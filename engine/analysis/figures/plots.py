"""Figures of one run as Plotly's objects: one function for each chart of the dashboard.

`run` is what `NAS.search` or `load_run` returned, or the id of a run in the usual data folder.
`style` is `light` or `dark`, as on the dashboard's pages, or `published`, as papers print figures.
Every function raises FigureError where there is nothing to draw, or Plotly is not installed.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np

from engine.analysis.charts.choice import choice_info
from engine.analysis.charts.front import FrontView, front_info
from engine.analysis.charts.hypervolume import hypervolume_info, note_on
from engine.analysis.charts.hypervolume_steps import steps_info
from engine.analysis.charts.importance import By, importance_info
from engine.analysis.charts.live_front import live_front_info
from engine.analysis.charts.parallel import parallel_info, usual_axes
from engine.analysis.charts.prediction import prediction_info
from engine.analysis.charts.predictor_quality import Judged, predicted_metrics, predictor_info
from engine.analysis.charts.run_points import run_points
from engine.analysis.figures.arguments import checked
from engine.analysis.figures.choice import choice_figure
from engine.analysis.figures.front import front_figure
from engine.analysis.figures.hypervolume import hypervolume_figure, steps_figure, with_cursor
from engine.analysis.figures.importance import importance_figure
from engine.analysis.figures.live_front import live_front_figure
from engine.analysis.figures.parallel import parallel_figure
from engine.analysis.figures.plotly_figure import plotly_figure
from engine.analysis.figures.point_traces import at_moment, with_points
from engine.analysis.figures.prediction import prediction_figure
from engine.analysis.figures.predictor_quality import predictor_figure
from engine.analysis.figures.run_arguments import (
    NOTHING_MEASURED,
    Run,
    check_moment,
    evaluations_of,
    history_of,
    matching,
    measured_columns,
    one_of,
)
from engine.analysis.figures.theme import Style
from engine.analysis.metric_names import front_metrics, run_metrics
from engine.analysis.number_text import front_called, title_of
from engine.analysis.suggestions import suggest
from engine.errors import FigureError
from engine.pareto.limits import within
from engine.predictors.importance import gene_importance
from engine.runs.history import RunHistory
from engine.runs.incremental_columns import prediction_of

if TYPE_CHECKING:
    import plotly.graph_objects as go


@checked
def plot_front(
    run: Run,
    x: str | None = None,
    y: str | None = None,
    z: str | None = None,
    *,
    log: Iterable[Literal["x", "y", "z"]] = (),
    outliers: bool = True,
    infeasible: bool = True,
    where: str = "",
    at: int | None = None,
    style: Style = "light",
) -> "go.Figure":
    """Metric `y` over `x` of every sub-network, with the Pareto front; in space with `z`.

    The axes are the objectives unless others are named. Axes in `log` are logarithmic; without
    `outliers` they leave out what lies far from the bulk, without `infeasible` points that miss a
    constraint are left out. Points that a filter such as `macs < 5M` does not let pass are grey.
    `at` shows the front as it was after so many evaluations. As on the page *Explore*.
    """
    history = history_of(run)
    check_moment(history, at)
    columns = measured_columns(history)
    names = run_metrics(columns, history)
    axes = [one_of(x, names, 1), one_of(y, names)]
    if z is not None:
        axes.append(one_of(z, names))
    view = FrontView(tuple(axes), frozenset(log), not outliers, infeasible)
    objectives = tuple(objective.name for objective in history.objectives)
    limits = {c.metric.name: c.limit for c in history.config.constraints}
    info = front_info(history.id, columns, view, objectives, limits, history.budget)
    if not len(info.number):
        raise FigureError(f"No sub-network of this run has all of {', '.join(axes)}.")
    figure = at_moment(front_figure(info), at, matching(columns, where, at))
    return plotly_figure(figure, style, title_of("Pareto front", history.provenance))


@checked
def plot_live_front(
    run: Run, x: str | None = None, y: str | None = None, *, style: Style = "light"
) -> "go.Figure":
    """Metric `y` over `x` with the front; of many points, some. As on the page *Live*."""
    history = history_of(run)
    names = history.config.all_metrics
    y = one_of(y, names)
    x = one_of(x, [name for name in names if name != y] or names)
    info = live_front_info(history.id, history, x, y, None, history.budget)
    if not info.measured:
        raise FigureError(NOTHING_MEASURED)
    divide = info.x.scale.divisor, info.y.scale.divisor
    figure = with_points(live_front_figure(info), run_points(history, x, y), divide)
    return plotly_figure(at_moment(figure), style, title_of("Pareto front", history.provenance))


@checked
def plot_hypervolume(run: Run, *, at: int | None = None, style: Style = "light") -> "go.Figure":
    """The share of the reference box that the front dominates, over evaluations.

    Ticks mark where cycles of the search began, as on the page *Live*; with `at` a line stands at
    that evaluation instead, as on *Explore*.
    """
    history = history_of(run)
    if at is None:
        info = hypervolume_info(history.id, history)
        if info.value is None:
            raise FigureError(NOTHING_MEASURED)
        return plotly_figure(hypervolume_figure(info), style, "Hypervolume")
    check_moment(history, at)
    shown = steps_info(history.id, history.hypervolume, note_on(history), history.provenance)
    if not shown.steps:
        raise FigureError(NOTHING_MEASURED)
    return plotly_figure(with_cursor(steps_figure(shown), at), style, "Hypervolume")


@checked
def plot_prediction(run: Run, metric: str | None = None, *, style: Style = "light") -> "go.Figure":
    """What the search predicted of each sub-network over what was then measured of it.

    The metric is the first that the run predicts unless another one is named.
    """
    history, name = _predicted(run, metric)
    info = prediction_info(history.id, history, name, None, history.budget)
    divide = info.axis.scale.divisor, info.axis.scale.divisor
    points = run_points(history, name, prediction_of(name))
    figure = with_points(prediction_figure(info), points, divide)
    return plotly_figure(at_moment(figure), style, "Predictions")


@checked
def plot_predictor_quality(
    run: Run,
    metric: str | None = None,
    measure: Judged = "tau",
    *,
    style: Style = "light",
) -> "go.Figure":
    """How well each cycle's predictions came true: Kendall's `tau` in [-1, 1], or the `rmse`."""
    history, name = _predicted(run, metric)
    info = predictor_info(history.id, history, name)
    return plotly_figure(predictor_figure(info, measure), style, "Predictors")


def _predicted(run: Run, metric: str | None) -> tuple[RunHistory, str]:
    """The run and one of its predicted metrics, of which some were measured then."""
    history = history_of(run)
    names = predicted_metrics(history) or [history.objectives[0].name]
    name = one_of(metric, names)
    info = predictor_info(history.id, history, name)
    if not info.cycles:
        raise FigureError(info.reason)
    return history, name


@checked
def plot_parallel(
    run: Run, axes: Sequence[str] = (), *, where: str = "", style: Style = "light"
) -> "go.Figure":
    """A line a sub-network over axes of metrics and genes, by their names in filters and tables.

    A filter such as `front and d1 == 4` chooses the lines.
    """
    history = history_of(run)
    columns = measured_columns(history)
    known = list(columns.by_name(len(columns)))
    names = [one_of(name, known) for name in axes]
    names = names or usual_axes(columns, run_metrics(columns, history))
    passed = matching(columns, where)
    candidates = np.ones(len(columns), dtype=bool) if passed is None else passed
    info = parallel_info(history.id, columns, names, candidates, None, history.budget)
    if not len(info.number):
        raise FigureError("No sub-network passes the filter.")
    return plotly_figure(parallel_figure(info, {}), style, "Parallel coordinates")


@checked
def plot_importance(
    run: Run, metric: str | None = None, *, by: By = "stage", style: Style = "light"
) -> "go.Figure":
    """How much of a metric's variance depends on which genes, by `stage` or by single `gene`.

    Takes seconds: predictors are fitted. Raises DataError for too few sub-networks.
    """
    history = history_of(run)
    columns = measured_columns(history)
    name = one_of(metric, run_metrics(columns, history))
    values = columns.metrics[name]
    rows = np.flatnonzero(columns.ok & np.isfinite(values))
    report = gene_importance(columns.space, columns.genotypes[rows], values[rows])
    info = importance_info(history.id, columns.metric(name), report, by)
    return plotly_figure(importance_figure(info), style, info.title)


@checked
def plot_suggestions(
    run: Run,
    x: str | None = None,
    y: str | None = None,
    *,
    limits: Mapping[str, float | str] = {},
    weights: Mapping[str, float | str] = {},
    shortlist: Sequence[int] = (),
    style: Style = "light",
) -> "go.Figure":
    """The front with what is suggested of the part that keeps to `limits`, by metric.

    A limit is a number in the metric's unit, or a text such as `50k` or `3 M`.

    `weights` say by objective how much it counts, all alike if none is given. Rings mark the
    evaluations whose numbers are on the `shortlist`. As on the page *Decide*.
    """
    history = history_of(run)
    front, objectives = history.front(), history.objectives
    if not front:
        raise FigureError("The run has no front yet: nothing measured keeps to its constraints.")
    names = front_metrics(history, front)
    for name in limits:
        one_of(name, names)
    for name in weights:
        one_of(name, [o.name for o in objectives])
    most = {name: float(limit) for name, limit in limits.items()}  # texts were read before
    shares = {name: float(weight) for name, weight in weights.items()}
    remaining = [e for e, keeps in zip(front, within(front, most), strict=True) if keeps]
    found = suggest(remaining, objectives, shares or {o.name: 1.0 for o in objectives})
    picked = evaluations_of(history, shortlist)
    info = choice_info(
        history.id,
        front,
        [e for e in picked if e.number not in history.front_numbers],
        {e.number for e in remaining},
        (one_of(x, names, 1), one_of(y, names)),
        {objective.name for objective in objectives},
        most,
        found.marks,
        list(shortlist),
        history.budget,
    )
    return plotly_figure(choice_figure(info), style, f"The {front_called(history.provenance)}")
