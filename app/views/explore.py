"""Explore: one run in linked views, whose settings are kept in the address."""

from contextlib import AbstractContextManager

import numpy as np
import streamlit as st

from app import url_parameters
from app.display_names import file_name
from app.explore.analysis_views import VIEWS, AnalysisData
from app.explore.axes import view_choice
from app.explore.charts import (
    REPLAY_POSITION,
    front_chart,
    hypervolume_chart,
    replay_bar,
)
from app.explore.columns import snapshot_columns
from app.explore.filter import filter_box
from app.explore.header import page_header
from app.explore.importance import importance_view
from app.explore.parallel import parallel_view
from app.explore.selection import select_and_show_row
from app.explore.table import evaluations_table
from app.live.charts import predictor_chart
from app.pinned_panel import pinned_panel
from app.replay.component import Moment
from app.run_picker import empty_run_panel, no_measurements_text, run_to_show, show_run_errors
from app.selection import select, selected_number
from app.session import opened_run, service
from engine.analysis.charts.axes import plane_names
from engine.analysis.filtering import FilterResult
from engine.analysis.metric_names import run_metrics
from engine.export.table import run_csv
from engine.runs.columns import RunColumns
from engine.runs.history import RunHistory
from engine.runs.run_summary import RunSummary

_TABS = ["Evaluations", "Parallel coordinates", "Importance", *VIEWS, "Predictors"]


def render() -> None:
    """Draw the page."""
    summaries = service().list()
    sentence = "Set up a search; its measurements can be explored here."
    run = run_to_show("explore", "Explore", sentence, summaries)
    if run is None:
        return
    with show_run_errors("explore", run), opened_run(run) as history:
        columns = snapshot_columns(run, history)
        header = page_header(list(summaries), run)
        if not columns.ok.any():
            empty_run_panel("explore", no_measurements_text(history.summary().state), run)
            return
        _page(history.summary(), history, columns, header)


def _page(
    summary: RunSummary,
    history: RunHistory,
    columns: RunColumns,
    header: AbstractContextManager[object],
) -> None:
    run, total = summary.id, len(columns)
    n = url_parameters.int_parameter(REPLAY_POSITION, 1, total) or total
    selection = selected_number(run, total)
    names = run_metrics(columns, history)
    view = view_choice(columns, plane_names(names, history.config.dynas.metrics), header)
    main, side = st.columns([0.67, 0.33], gap="small")
    chart_area = main.container(gap="small")
    with side:
        hypervolume_chart(run, history, total)
        pinned_panel("explore", run, history, selection)
    filter_result = filter_box(columns, n)
    with chart_area:
        front_chart(run, history, columns, view)
        replay_bar(run, history, columns, view, Moment(n, selection, None, None), filter_result)
    _tabs(summary, history, columns, names, filter_result, n, selection)


def _tabs(
    summary: RunSummary,
    history: RunHistory,
    columns: RunColumns,
    names: list[str],
    filter_result: FilterResult,
    n: int,
    selection: int | None,
) -> None:
    run = summary.id
    with st.container(horizontal=True, vertical_alignment="center", key="explore_tabs"):
        tab = st.segmented_control(
            "View",
            _TABS,
            default=_TABS[0],
            required=True,
            key="tab",
            bind="query-params",
            label_visibility="collapsed",
        )
    if tab == "Parallel coordinates":
        parallel_view(
            run,
            columns,
            names,
            filter_result.expression_mask[:n],
            filter_result.ranges,
            selection,
            history.budget,
        )
    elif tab == "Importance":
        importance_view(run, columns.first(n), names)
    elif tab in VIEWS:
        mask = filter_result.mask[:n]
        VIEWS[tab](
            AnalysisData(
                run, history, columns, names, mask, lambda number: select_and_show_row(run, number)
            )
        )
    elif tab == "Predictors":
        predictor_chart(
            summary, history, selection, lambda number: select_and_show_row(run, number), 320
        )
    else:
        evaluations_table(
            history,
            columns,
            names,
            filter_result.mask[:n],
            selection,
            lambda number: select(run, number),
            lambda: _csv_button(summary, history, filter_result, n),
        )


def _csv_button(
    summary: RunSummary, history: RunHistory, filter_result: FilterResult, n: int
) -> None:
    mask = filter_result.mask[:n]
    st.download_button(
        "Matching rows as CSV" if filter_result.is_active else "All rows as CSV",
        lambda: run_csv(history, frozenset((np.flatnonzero(mask) + 1).tolist())),
        file_name(summary.name, "csv"),
        "text/csv",
        key="explore_csv",
        icon=":material/download:",
        on_click="ignore",
    )
