"""The charts of the Run page: the front, the hypervolume, the predictors."""

from collections.abc import Callable

import streamlit as st

from app import baselines
from app.axis_choice import plane_choice
from app.charts.component import chart
from app.charts.point_feed import feed_spec, staircase_with_feed
from app.charts.view_address import zoom_spec
from app.formatting import escape_markdown
from app.live.empty_state import empty_state_text
from app.pinned_panel import pinned_panel
from app.run_header import has_measurements
from app.selection import select
from engine.analysis.charts.axes import axis_metric, plane_names
from engine.analysis.charts.hypervolume import hypervolume_info
from engine.analysis.charts.live_front import live_front_info
from engine.analysis.charts.prediction import prediction_info
from engine.analysis.charts.predictor_quality import predicted_metrics, predictor_info
from engine.analysis.figures.baselines import with_baselines
from engine.analysis.figures.hypervolume import hypervolume_figure
from engine.analysis.figures.live_front import live_front_figure
from engine.analysis.figures.prediction import prediction_figure
from engine.analysis.figures.predictor_quality import predictor_figure
from engine.analysis.number_text import front_title
from engine.runs.history import RunHistory
from engine.runs.incremental_columns import prediction_of
from engine.runs.run_summary import RunSummary

_FRONT_HEIGHT = 520
_SIDE_HEIGHT = 190
_HYPERVOLUME_PENDING = "The hypervolume appears with the first measured sub-network."
_VIEWS = {  # the title of the chart in each view
    "Ranking": "Predictors",
    "Error": "Predictors",
    "Scatter": "Predictions",
}


def draw(summary: RunSummary, history: RunHistory, selected: int | None) -> None:
    """Draw or update the charts of a run; `selected` is the number of the selected sub-network."""
    front, side = st.columns([0.67, 0.33], gap="small")
    with front:
        with st.container(horizontal=True, vertical_alignment="center"):
            x, y = _axes(summary, history)
            shows_baselines = baselines.baselines_switch()
        _front_chart(summary, history, x, y, selected, shows_baselines)
    with side:
        _hypervolume_chart(summary, history, x, y)
        pinned_panel("live", summary.id, history, selected)
        if summary.computed is None:
            predictor_chart(summary, history, selected, lambda number: select(summary.id, number))


def _axes(summary: RunSummary, history: RunHistory) -> tuple[str, str]:
    names = plane_names(summary.config.all_metrics, summary.config.dynas.metrics)
    labels = {name: axis_metric(history, name).label for name in names}
    y, x, *_ = names
    return plane_choice("live", labels, (x, y))


def _front_chart(
    summary: RunSummary,
    history: RunHistory,
    x: str,
    y: str,
    selected: int | None,
    shows_baselines: bool,
) -> None:
    run = summary.id
    info = live_front_info(run, history, x, y, selected, history.budget)
    overlay = baselines.overlay(history, info.x, info.y) if shows_baselines else None
    divide = info.x.scale.divisor, info.y.scale.divisor
    chart(
        {
            **with_baselines(live_front_figure(info), overlay),
            "feed": feed_spec(run, x, y, info.evaluation_count, divide),
            "place": zoom_spec(info.x, info.y),
        },
        name="pareto",
        title=front_title(history.provenance, len(history.objectives)),
        about="front",
        description=info.description,
        height=_FRONT_HEIGHT,
        key=f"pareto_{run}",
        empty="" if info.measured else _empty_text(summary),
        on_pick=lambda number: select(run, number),
    )
    if shows_baselines:
        baselines.panel(run, history, overlay)


def _empty_text(summary: RunSummary) -> str:
    is_starting = summary.state == "running" and not summary.evaluations
    hint = "The workers are starting, which takes some seconds. " if is_starting else ""
    return empty_state_text(summary, f"{hint}The first measured sub-network appears here.")


def _hypervolume_chart(summary: RunSummary, history: RunHistory, x: str, y: str) -> None:
    run = summary.id
    info = hypervolume_info(run, history)
    has_value = info.value is not None and has_measurements(summary)
    chart(
        staircase_with_feed(hypervolume_figure(info), feed_spec(run, x, y, info.evaluation_count)),
        name="hypervolume",
        title="Hypervolume",
        about="hypervolume",
        description=info.description,
        height=_SIDE_HEIGHT,
        key=f"hypervolume_{run}",
        empty="" if has_value else empty_state_text(summary, _HYPERVOLUME_PENDING),
    )


def predictor_chart(
    summary: RunSummary,
    history: RunHistory,
    selected: int | None,
    on_pick: Callable[[int], None],
    height: int = _SIDE_HEIGHT,
) -> None:
    """Draw the quality of a run's predictors, with a choice of the view and of the metric."""
    run = summary.id
    names = predicted_metrics(history)
    name, view = (
        _predictor_view(history, names) if names else (history.objectives[0].name, "Ranking")
    )
    info = predictor_info(run, history, name)
    is_scatter = view == "Scatter" and bool(info.cycles)
    if is_scatter:
        pairs = prediction_info(run, history, name, selected, history.budget)
        divisor = pairs.axis.scale.divisor
        feed = feed_spec(run, name, prediction_of(name), pairs.evaluation_count, (divisor, divisor))
        figure, description = {**prediction_figure(pairs), "feed": feed}, pairs.description
    else:
        figure = predictor_figure(info, "rmse" if view == "Error" else "tau")
        description = info.description
    chart(
        figure,
        name="predictor",
        title=_VIEWS[view],
        about="predictors",
        description=description,
        height=height,
        key=f"predictor_{run}",
        empty="" if info.cycles else info.reason,
        on_pick=on_pick if is_scatter else None,
    )
    if info.cycles:
        st.caption(escape_markdown(info.predictor_text))


def _predictor_view(history: RunHistory, names: list[str]) -> tuple[str, str]:
    """Draw the choice of a predicted metric and of a view of its predictions; return both."""
    name: str | None = names[0]
    with st.container(horizontal=True, vertical_alignment="center", key="live_predictor"):
        view = st.segmented_control(
            "Predictors",
            list(_VIEWS),
            default="Ranking",
            required=True,
            key="predictions",
            bind="query-params",
            label_visibility="collapsed",
        )
        if len(names) > 1:
            name = st.selectbox(
                "Predicted metric",
                names,
                format_func=lambda name: history.metric(name).label,
                key="predicted",
                bind="query-params",
                label_visibility="collapsed",
            )
    return name or names[0], view or "Ranking"
