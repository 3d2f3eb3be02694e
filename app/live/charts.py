"""The charts of the Live page: the front, the hypervolume, the predictors."""

import streamlit as st

from app.charts.component import chart
from app.charts.hypervolume import hypervolume_figure, hypervolume_info
from app.charts.pareto import pareto_figure, pareto_info
from app.charts.predictor import predictor_figure, predictor_info
from app.live.selection import select, selected
from engine.metrics import metric
from engine.runs.history import RunHistory, RunSummary

_FRONT_HEIGHT = 436
_SIDE_HEIGHT = 212


def draw(summary: RunSummary, history: RunHistory) -> None:
    """Draw the charts of a run, updating those that are there."""
    front, side = st.columns([0.7, 0.3], gap="small")
    with front:
        x, y = _axes(summary)
        _front(summary, history, x, y)
    with side:
        _hypervolume(summary.id, history)
        _predictor(summary.id, history)


def _axes(summary: RunSummary) -> tuple[str, str]:
    names = summary.config.all_metrics
    objectives = summary.config.dynas.metrics
    other = next((name for name in [*objectives[1:], *names] if name != objectives[0]), names[0])
    with st.container(horizontal=True, vertical_alignment="center", key="live_axes"):
        y = st.selectbox(
            "Vertical axis",
            names,
            index=names.index(objectives[0]),
            format_func=lambda name: metric(name).label,
            key=f"live_y_{summary.id}",
            persist_state="session",
            label_visibility="collapsed",
            width=170,
        )
        st.markdown("over", width="content")
        x = st.selectbox(
            "Horizontal axis",
            names,
            index=names.index(other),
            format_func=lambda name: metric(name).label,
            key=f"live_x_{summary.id}",
            persist_state="session",
            label_visibility="collapsed",
            width=170,
        )
    return x or other, y or objectives[0]


def _front(summary: RunSummary, history: RunHistory, x: str, y: str) -> None:
    run = summary.id
    info = pareto_info(run, history, x, y, selected(run), summary.budget)
    chart(
        pareto_figure(info),
        name="pareto",
        title="Pareto front",
        description=info.description,
        height=_FRONT_HEIGHT,
        key=f"pareto_{run}",
        empty="" if info.numbers else "The first measured sub-network appears here.",
        on_pick=lambda number: select(run, number),
    )


def _hypervolume(run: str, history: RunHistory) -> None:
    info = hypervolume_info(run, history)
    chart(
        hypervolume_figure(info),
        name="hypervolume",
        title="Hypervolume",
        description=info.description,
        height=_SIDE_HEIGHT,
        key=f"hypervolume_{run}",
        empty="" if info.values else info.description,
    )


def _predictor(run: str, history: RunHistory) -> None:
    info = predictor_info(run, history)
    chart(
        predictor_figure(info),
        name="predictor",
        title="Predictors",
        description=info.description,
        height=_SIDE_HEIGHT,
        key=f"predictor_{run}",
        empty="" if info.tau else info.description,
    )
