"""Explore: one run in many linked views; the address holds all of what is looked at."""

import numpy as np
import streamlit as st

from app import url_parameters
from app.display_names import file_name
from app.explore.axes import view_choice
from app.explore.charts import AT, front, hypervolume, replay_bar, selected_panel
from app.explore.columns import frozen_columns
from app.explore.filter import filter_box
from app.explore.head import head
from app.explore.importance import importance_view
from app.explore.parallel import parallel_view
from app.explore.selection import pick_and_find
from app.explore.table import evaluations_table
from app.live.charts import predictors
from app.replay.component import Moment
from app.run_picker import empty_run_panel, no_measurements_text, run_to_show, show_run_errors
from app.selection import select, selected_number
from app.session import service
from engine.analysis.filtering import FilterResult
from engine.analysis.metric_names import run_metrics
from engine.export.table import run_csv
from engine.runs.columns import RunColumns
from engine.runs.history import RunHistory
from engine.runs.run_summary import RunSummary

_TABS = ["Evaluations", "Parallel coordinates", "Importance", "Predictors"]


def render() -> None:
    """Draw the page."""
    summaries = service().list()
    sentence = "Set up a search; what it measures can be explored here."
    run = run_to_show("explore", "Explore", sentence, summaries)
    if run is None:
        return
    with show_run_errors("explore", run):
        history = service().history(run)
        columns = frozen_columns(run, history)
        head(list(summaries), run)
        if not columns.ok.any():
            empty_run_panel("explore", no_measurements_text(history.summary().state), run)
            return
        _page(history.summary(), history, columns)


def _page(summary: RunSummary, history: RunHistory, columns: RunColumns) -> None:
    run, total = summary.id, len(columns)
    n = url_parameters.int_parameter(AT, 1, total) or total
    chosen = selected_number(run, total)
    names = run_metrics(columns, history)
    view = view_choice(columns, names)
    main, side = st.columns([0.67, 0.33], gap="small")
    place = main.container(gap="small")
    with side:
        hypervolume(run, history, total)
        selected_panel(run, history, chosen)
    found = filter_box(columns, n)
    with place:
        front(run, history, columns, view)
        replay_bar(run, history, columns, view, Moment(n, chosen, None, None), found)
    _tabs(summary, history, columns, names, found, n, chosen)


def _tabs(
    summary: RunSummary,
    history: RunHistory,
    columns: RunColumns,
    names: list[str],
    found: FilterResult,
    n: int,
    chosen: int | None,
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
        if tab == "Evaluations":
            mask = found.mask[:n]
            st.download_button(
                "Matching rows as CSV" if found.is_active else "All rows as CSV",
                lambda: run_csv(history, frozenset((np.flatnonzero(mask) + 1).tolist())),
                file_name(summary.name, "csv"),
                "text/csv",
                key="explore_csv",
                icon=":material/download:",
                on_click="ignore",
            )
    if tab == "Parallel coordinates":
        parallel_view(
            run, columns, names, found.expression_mask[:n], found.ranges, chosen, summary.budget
        )
    elif tab == "Importance":
        importance_view(run, columns.first(n), names)
    elif tab == "Predictors":
        predictors(summary, history, chosen, lambda number: pick_and_find(run, number), 320)
    else:
        evaluations_table(
            history, columns, names, found.mask[:n], chosen, lambda number: select(run, number)
        )
