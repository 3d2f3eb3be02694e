"""Figures of one run as Plotly's objects: one function for each chart of the dashboard.

`run` is a Run, what `NAS.search` or `load_run` returned, or the id of a run in the usual data
folder.
`style` is `light` or `dark`, as on the dashboard's pages, or `published`, as papers print figures.
Every function raises FigureError where there is nothing to draw, or Plotly is not installed.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np

from engine.analysis.charts.axes import plane_names
from engine.analysis.charts.decision import decision_info
from engine.analysis.charts.front import FrontView, front_info
from engine.analysis.charts.hypervolume import hypervolume_info, unmeasured_objectives_text
from engine.analysis.charts.hypervolume_steps import steps_info
from engine.analysis.charts.importance import By, importance_info
from engine.analysis.charts.live_front import live_front_info
from engine.analysis.charts.parallel import parallel_info, usual_axes
from engine.analysis.charts.prediction import prediction_info
from engine.analysis.charts.predictor_quality import QualityMeasure, predictor_info
from engine.analysis.charts.run_points import run_points
from engine.analysis.figures.arguments import Limits, checked
from engine.analysis.figures.baselines import with_baselines
from engine.analysis.figures.decision import decision_figure
from engine.analysis.figures.front import front_figure
from engine.analysis.figures.hypervolume import hypervolume_figure, steps_figure, with_cursor
from engine.analysis.figures.importance import importance_figure
from engine.analysis.figures.live_front import live_front_figure
from engine.analysis.figures.parallel import parallel_figure
from engine.analysis.figures.plotly_figure import plotly_figure
from engine.analysis.figures.point_traces import add_points, with_filled_traces
from engine.analysis.figures.predicted_metric import predicted_metric
from engine.analysis.figures.prediction import prediction_figure
from engine.analysis.figures.predictor_quality import predictor_figure
from engine.analysis.figures.run_arguments import (
    NOTHING_MEASURED,
    Run,
    check_evaluation_number,
    choose_columns,
    choose_metric,
    evaluations_of,
    filter_mask,
    history_of,
    measured_columns,
    measured_overlay,
)
from engine.analysis.figures.theme import Style
from engine.analysis.goal import Goal, answer, usual_best
from engine.analysis.goal_text import marks_with_answer
from engine.analysis.metric_names import front_metrics, run_metrics
from engine.analysis.number_text import front_name, front_title
from engine.analysis.suggestions import suggest
from engine.constraints import Constraint
from engine.errors import FigureError
from engine.pareto.limits import is_within_limits
from engine.predictors.importance import gene_importance
from engine.runs.evaluation_notes import evaluation_notes
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
    baselines: bool = False,
    hover: Sequence[str] = (),
    style: Style = "light",
) -> "go.Figure":
    """Metric `y` over `x` of every sub-network, with the Pareto front; in space with `z`.

    The axes are the objectives unless others are named, for a single objective `number`, the order
    of evaluations, and that. Axes in `log` are logarithmic; without
    `outliers` they leave out what lies far from the bulk, without `infeasible` points that miss a
    constraint are left out. Points that a filter such as `macs < 5M` does not let pass are grey.
    `at` shows the front as it was after so many evaluations, `baselines` what `Run.baselines` has
    measured, except in space. A pointer on a point also shows the columns `hover`, such as
    `["params", "d1"]`, and the note on it. As on the page *Explore*.

    >>> figure = plot_front(run, "params", "acc", where="macs <= 8M", at=8)
    """
    history = history_of(run)
    check_evaluation_number(history, at)
    columns = measured_columns(history)
    objectives = tuple(objective.name for objective in history.objectives)
    names = plane_names(run_metrics(columns, history), objectives)
    axes = [choose_metric(x, names, 1), choose_metric(y, names)]
    axes += [] if z is None else [choose_metric(z, names)]
    shown = choose_columns(columns, hover)
    view = FrontView(tuple(axes), frozenset(log), not outliers, infeasible, hover=shown)
    constraints, notes = history.config.constraints, evaluation_notes(history)
    info = front_info(
        history.id, columns, view, objectives, constraints, history.budget, history.counted, notes
    )
    if not len(info.number):
        raise FigureError(f"No sub-network of this run has all of {', '.join(axes)}.")
    figure = with_filled_traces(front_figure(info), at, filter_mask(columns, where, at))
    if baselines and z is None:
        figure = with_baselines(figure, measured_overlay(history, *(a.axis for a in info.axes)))
    return plotly_figure(figure, style, front_title(history.provenance, len(objectives)))


@checked
def plot_live_front(
    run: Run, x: str | None = None, y: str | None = None, *, style: Style = "light"
) -> "go.Figure":
    """As `plot_front`, downsampled if the run is long. As on the page *Run*.

    >>> figure = plot_live_front(run)
    """
    history = history_of(run)
    objectives = history.config.dynas.metrics
    names = plane_names(history.config.all_metrics, objectives)
    y = choose_metric(y, names)
    x = choose_metric(x or next(name for name in names if name != y), names)
    info = live_front_info(history.id, history, x, y, None, history.budget)
    if not info.measured:
        raise FigureError(NOTHING_MEASURED)
    divide = info.x.scale.divisor, info.y.scale.divisor
    figure = add_points(live_front_figure(info), run_points(history, x, y), divide)
    return plotly_figure(
        with_filled_traces(figure), style, front_title(history.provenance, len(objectives))
    )


@checked
def plot_hypervolume(run: Run, *, at: int | None = None, style: Style = "light") -> "go.Figure":
    """The share of the reference box that the front dominates, over evaluations.

    Ticks mark the start of cycles, as on the page *Run*; with `at` there is a line at that
    evaluation instead, as on *Explore*.

    >>> figure = plot_hypervolume(run, style="published")
    """
    history = history_of(run)
    if at is None:
        info = hypervolume_info(history.id, history)
        if info.value is None:
            raise FigureError(NOTHING_MEASURED)
        return plotly_figure(hypervolume_figure(info), style, "Hypervolume")
    check_evaluation_number(history, at)
    steps = steps_info(
        history.id,
        history.hypervolume,
        unmeasured_objectives_text(history),
        history.provenance,
        history.counted,
    )
    if not steps.steps:
        raise FigureError(NOTHING_MEASURED)
    return plotly_figure(with_cursor(steps_figure(steps), at), style, "Hypervolume")


@checked
def plot_prediction(run: Run, metric: str | None = None, *, style: Style = "light") -> "go.Figure":
    """The predicted over the measured metric of each sub-network.

    The metric is the first predicted one of the run unless another one is named.

    >>> figure = plot_prediction(run, "acc")
    """
    history, name = predicted_metric(run, metric)
    info = prediction_info(history.id, history, name, None, history.budget)
    points, divisor = run_points(history, name, prediction_of(name)), info.axis.scale.divisor
    figure = add_points(prediction_figure(info), points, (divisor, divisor))
    return plotly_figure(with_filled_traces(figure), style, "Predictions")


@checked
def plot_predictor_quality(
    run: Run,
    metric: str | None = None,
    measure: QualityMeasure = "tau",
    *,
    style: Style = "light",
) -> "go.Figure":
    """The quality of each cycle's predictions: Kendall's `tau` in [-1, 1], or the `rmse`.

    >>> figure = plot_predictor_quality(run, "acc", "rmse")
    """
    history, name = predicted_metric(run, metric)
    info = predictor_info(history.id, history, name)
    return plotly_figure(predictor_figure(info, measure), style, "Predictors")


@checked
def plot_parallel(
    run: Run, axes: Sequence[str] = (), *, where: str = "", style: Style = "light"
) -> "go.Figure":
    """A line for each sub-network over axes of metrics and genes, by their names in filters.

    A filter such as `front and d1 == 4` selects the lines.

    >>> figure = plot_parallel(run, ["acc", "macs", "d1"], where="front")
    """
    history = history_of(run)
    columns = measured_columns(history)
    names = choose_columns(columns, axes) or usual_axes(columns, run_metrics(columns, history))
    mask = filter_mask(columns, where)
    candidates = np.ones(len(columns), dtype=bool) if mask is None else mask
    info = parallel_info(history.id, columns, names, candidates, None, history.budget)
    if not len(info.number):
        raise FigureError("No sub-network passes the filter.")
    return plotly_figure(parallel_figure(info, {}), style, "Parallel coordinates")


@checked
def plot_importance(
    run: Run, metric: str | None = None, *, by: By = "stage", style: Style = "light"
) -> "go.Figure":
    """The share of a metric's variance that depends on genes, by `stage` or by single `gene`.

    Takes seconds: predictors are fitted. Raises DataError for too few sub-networks.

    >>> figure = plot_importance(long_run, "acc", by="gene")
    """
    history = history_of(run)
    columns = measured_columns(history)
    name = choose_metric(metric, run_metrics(columns, history))
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
    best: str | None = None,
    limits: Limits = (),
    weights: Mapping[str, float | str] = {},
    shortlist: Sequence[int] = (),
    style: Style = "light",
) -> "go.Figure":
    """The front with suggestions from the part within `limits`.

    `limits` are a text such as `macs <= 3M and Latency < 20 ms`, several such texts, or by metric
    the worst value, a number in the metric's unit or a text such as `50k` or `20 ms`.

    The best in the metric `best` within `limits` and the runner-up are marked where they are drawn;
    `best` is the first objective without a limit if it is left out.

    `weights` are by objective, equal if none is given. Rings mark the evaluations whose numbers are
    on the `shortlist`. As on the page *Decide*.

    >>> figure = plot_suggestions(run, best="acc", limits="macs <= 8M", shortlist=[1])
    """
    history = history_of(run)
    front, objectives = history.front(), history.objectives
    if not front:
        raise FigureError("The run has no front yet: nothing measured keeps to its constraints.")
    names = front_metrics(history, front)
    limited = [limit for limit in limits if isinstance(limit, Constraint)]  # after `checked`
    for limit in limited:
        choose_metric(limit.metric.name, names)
    usual = usual_best(objectives, {limit.metric.name for limit in limited}).name
    goal = Goal(history.metric(choose_metric(best or usual, names)), tuple(limited))
    objective_names = [o.name for o in objectives]
    axis_names = plane_names(names, objective_names)
    numeric_weights = {
        choose_metric(name, objective_names): float(weight) for name, weight in weights.items()
    }
    is_within = is_within_limits(front, limited)
    remaining = [e for e, within in zip(front, is_within, strict=True) if within]
    suggestions = suggest(remaining, objectives, numeric_weights or None)
    shortlisted = evaluations_of(history, shortlist)
    info = decision_info(
        history.id,
        front,
        [e for e in shortlisted if e.number not in history.front_numbers],
        {e.number for e in remaining},
        (choose_metric(x, axis_names, 1), choose_metric(y, axis_names)),
        {objective.name for objective in objectives},
        {limit.metric.name: limit.limit for limit in limited},
        marks_with_answer(answer(history, goal), suggestions.marks),
        list(shortlist),
        history.budget,
    )
    return plotly_figure(decision_figure(info), style, f"The {front_name(history.provenance)}")
