"""The charts at the top of the Explore page: the front, the replay, the hypervolume."""

import numpy as np
import streamlit as st

from app import baselines, url_parameters
from app.charts.component import chart
from app.charts.view_address import camera_spec, zoom_spec
from app.explore.selection import select_and_show_row
from app.replay.component import Moment, replay, steps
from engine.analysis.charts.front import (
    FrontInfo,
    FrontView,
    axis_column,
    front_info,
    newest_cycles,
)
from engine.analysis.charts.hypervolume import unmeasured_objectives_text
from engine.analysis.charts.hypervolume_steps import steps_info
from engine.analysis.figures.baselines import with_baselines
from engine.analysis.figures.front import front_figure
from engine.analysis.figures.hypervolume import CURSOR, steps_figure
from engine.analysis.figures.layout import Figure
from engine.analysis.filtering import FilterResult
from engine.analysis.number_text import front_title
from engine.constraints import Constraint
from engine.pareto.lifetimes import front_sizes
from engine.runs.columns import RunColumns
from engine.runs.evaluation_notes import evaluation_notes
from engine.runs.history import RunHistory

REPLAY_POSITION = "at"

_FRONT_HEIGHT = 424
_SIDE_HEIGHT = 170


def _link(run: str) -> str:
    return f"explore-{run}"


@st.cache_resource(show_spinner=False, max_entries=32)
def _cached_figure(
    run: str,
    total: int,
    view: FrontView,
    objectives: tuple[str, ...],
    constraints: tuple[Constraint, ...],
    budget: int,
    counted: str,
    sources: tuple[tuple[str, frozenset[str]], ...],
    notes: tuple[tuple[int, str], ...],
    _columns: RunColumns,
) -> tuple[FrontInfo, Figure]:
    info = front_info(run, _columns, view, objectives, constraints, budget, counted, dict(notes))
    if len(info.axes) == 3:
        return info, {**front_figure(info), "place": camera_spec()}
    x, y = info.axes
    return info, {**front_figure(info), "place": zoom_spec(x.axis, y.axis, (x.log, y.log))}


def _front_figure(
    run: str, history: RunHistory, columns: RunColumns, view: FrontView
) -> tuple[FrontInfo, Figure]:
    constraints = tuple(history.config.constraints)
    objectives = tuple(objective.name for objective in history.objectives)
    budget = history.budget
    sources = tuple(columns.sources.items())
    notes = tuple(evaluation_notes(history).items())
    return _cached_figure(
        run, len(columns), view, objectives, constraints, budget, history.counted, sources, notes,
        columns,
    )  # fmt: skip


def front_chart(run: str, history: RunHistory, columns: RunColumns, view: FrontView) -> None:
    """Draw the front of two or three metrics; a click on a point selects it."""
    info, figure = _front_figure(run, history, columns, view)
    overlay = None
    if view.baselines:
        x, y = info.axes
        overlay = baselines.overlay(history, x.axis, y.axis)
    chart(
        with_baselines(figure, overlay),
        name="front",
        title=front_title(history.provenance, len(history.objectives)),
        about="front",
        description=info.description,
        height=_FRONT_HEIGHT,
        key=f"explore_front_{run}_{len(view.metrics)}",
        empty="" if len(info.number) else "No sub-network has both metrics.",
        note=info.note,
        link=_link(run),
        on_pick=lambda number: select_and_show_row(run, number),
    )
    if view.baselines:
        baselines.baselines_panel(run, history, overlay)


def replay_bar(
    run: str,
    history: RunHistory,
    columns: RunColumns,
    view: FrontView,
    moment: Moment,
    filter_result: FilterResult,
) -> None:
    """Draw the slider under the front, which all charts follow."""
    info, _ = _front_figure(run, history, columns, view)
    selected_position = None
    if moment.selected is not None:
        values = [
            axis_column(columns, axis.axis.metric.name)[moment.selected - 1]
            / axis.axis.scale.divisor
            for axis in info.axes
        ]
        if np.isfinite(values).all():
            selected_position = tuple(float(value) for value in values)
    mask = filter_result.mask if filter_result.is_active else None

    def handle_move(n: int) -> None:
        url_parameters.set_parameter(REPLAY_POSITION, n if n < len(columns) else None)

    replay(
        Moment(moment.n, moment.selected, selected_position, mask),
        len(columns),
        hypervolume=steps_info(run, history.hypervolume[: len(columns)]).steps,
        front=steps(front_sizes(columns.dominated_at)),
        cycles=newest_cycles(columns.cycle),
        link=_link(run),
        key=f"explore_replay_{run}",
        on_move=handle_move,
    )


def hypervolume_chart(run: str, history: RunHistory, total: int) -> None:
    """Draw the hypervolume over evaluations, with a cursor at the position of the replay."""
    info = steps_info(
        run,
        history.hypervolume[:total],
        unmeasured_objectives_text(history),
        history.provenance,
        history.counted,
    )
    chart(
        {**steps_figure(info), "cursor": CURSOR},
        name="hypervolume",
        title="Hypervolume",
        about="hypervolume",
        description=info.description,
        height=_SIDE_HEIGHT,
        key=f"explore_hypervolume_{run}",
        empty="" if info.steps else info.description,
        link=_link(run),
    )
