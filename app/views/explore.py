"""Explore: one run in many linked views; the address holds all of what is looked at."""

import numpy as np
import streamlit as st

from app import navigation, subnetwork_panel
from app.charts.component import chart
from app.charts.front import FrontInfo, FrontView, front_info, newest_cycles
from app.charts.front_figure import front_figure
from app.charts.layout import Figure
from app.charts.replayed_hypervolume import steps_figure, steps_info
from app.explore import address
from app.explore.axes import view_choice
from app.explore.columns import frozen_columns, metric_names, take_newer
from app.explore.filter import Matches, filter_box
from app.explore.importance import importance_view
from app.explore.parallel import parallel_view
from app.explore.table import evaluations_table
from app.live.charts import predictors
from app.live.selection import select
from app.replay.component import Moment, replay, steps
from app.run_header import state_html
from app.session import LIVE_STATES, chosen_run, remember_run, service, told_to_user
from engine.export.table import run_csv
from engine.pareto.lifetimes import front_sizes
from engine.runs.columns import RunColumns
from engine.runs.history import RunHistory, RunSummary

_AT, _SELECTED = "at", "selected"
_FRONT_HEIGHT = 424
_SIDE_HEIGHT = 170
_TABS = ["Evaluations", "Parallel coordinates", "Importance", "Predictors"]
_POLL = 2.0  # seconds


def render() -> None:
    """Draw the page."""
    summaries = service().list()
    run = chosen_run(summaries)
    if run is None:
        _empty("**No run yet.** Set up a search; what it measures can be explored here.", "new")
        return
    remember_run(run)
    with told_to_user():
        history = service().history(run)
        columns, newer = frozen_columns(run, history)
        _head(list(summaries), run, newer)
        if not columns.ok.any():
            _empty("**Nothing measured yet.** The first sub-networks appear on Live.", "live", run)
            return
        _page(history.summary(), history, columns)


def _page(summary: RunSummary, history: RunHistory, columns: RunColumns) -> None:
    run, total = summary.id, len(columns)
    n = address.whole(_AT, 1, total) or total
    selected = address.whole(_SELECTED, 1, total)
    names = metric_names(columns, history)
    main, side = st.columns([0.72, 0.28], gap="small")
    with main:
        view = view_choice(columns, names)
        place = st.container(gap="small")
    with side:
        _hypervolume(run, history, total)
        _selected(run, history, selected)
    found = filter_box(columns, n)
    with place:
        _front(summary, history, columns, view)
        _replay(run, history, columns, view, Moment(n, selected, None, None), found)
    _tabs(summary, history, columns, names, found, n, selected)


def _pick(run: str, number: int) -> None:
    """Select a sub-network everywhere."""
    select(run, number)
    address.put(_SELECTED, number)


def _pick_and_find(run: str, number: int) -> None:
    """Select, and show the page of the table where it is."""
    _pick(run, number)
    st.session_state[f"explore_find_{run}"] = number


def _link(run: str) -> str:
    return f"explore-{run}"


@st.cache_resource(show_spinner=False, max_entries=32)
def _drawn(
    run: str,
    total: int,
    view: FrontView,
    objectives: tuple[str, ...],
    limits: tuple[tuple[str, float], ...],
    budget: int,
    _columns: RunColumns,
) -> tuple[FrontInfo, Figure]:
    info = front_info(run, _columns, view, objectives, dict(limits), budget)
    return info, front_figure(info)


def _shown(
    run: str, history: RunHistory, columns: RunColumns, view: FrontView
) -> tuple[FrontInfo, Figure]:
    limits = tuple((c.metric.name, c.limit) for c in history.config.constraints)
    objectives = tuple(objective.name for objective in history.objectives)
    budget = history.summary().budget
    return _drawn(run, len(columns), view, objectives, limits, budget, columns)


def _front(summary: RunSummary, history: RunHistory, columns: RunColumns, view: FrontView) -> None:
    run = summary.id
    info, figure = _shown(run, history, columns, view)
    chart(
        figure,
        name="front",
        title="Pareto front",
        description=info.description,
        height=_FRONT_HEIGHT,
        key=f"explore_front_{run}_{len(view.metrics)}",
        empty="" if len(info.number) else "No sub-network has both metrics.",
        note=info.note,
        link=_link(run),
        on_pick=lambda number: _pick_and_find(run, number),
    )


def _replay(
    run: str,
    history: RunHistory,
    columns: RunColumns,
    view: FrontView,
    moment: Moment,
    found: Matches,
) -> None:
    info, _ = _shown(run, history, columns, view)
    at = None
    if moment.selected is not None:
        values = [
            columns.metrics[axis.axis.metric.name][moment.selected - 1] / axis.axis.scale.divisor
            for axis in info.axes
        ]
        at = tuple(float(value) for value in values) if np.isfinite(values).all() else None
    mask = found.mask if found.active else None

    def moved(n: int) -> None:
        address.put(_AT, n if n < len(columns) else None)

    replay(
        Moment(moment.n, moment.selected, at, mask),
        len(columns),
        hypervolume=steps_info(run, history.hypervolume[: len(columns)]).steps,
        front=steps(front_sizes(columns.ends)),
        cycles=newest_cycles(columns.cycle),
        link=_link(run),
        key=f"explore_replay_{run}",
        on_move=moved,
    )


def _hypervolume(run: str, history: RunHistory, total: int) -> None:
    info = steps_info(run, history.hypervolume[:total])
    chart(
        steps_figure(info),
        name="hypervolume",
        title="Hypervolume",
        description=info.description,
        height=_SIDE_HEIGHT,
        key=f"explore_hypervolume_{run}",
        empty="" if info.steps else info.description,
        link=_link(run),
    )


def _selected(run: str, history: RunHistory, number: int | None) -> None:
    with st.container(border=True, key="explore_selected", gap="small"):
        if number is None:
            st.markdown("**Selected sub-network**")
            st.caption("Click a point in a chart or a row of the table.")
            return
        evaluation = history.evaluations[number - 1]
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**#{number}**", width="stretch")
            if st.button("Open", key="explore_open", icon=":material/open_in_new:"):
                navigation.open_subnetwork(run, number)
            st.button(
                "",
                key="explore_unselect",
                icon=":material/close:",
                help="Select nothing",
                on_click=lambda: address.put(_SELECTED, None),
            )
        if not evaluation.ok:
            st.caption(f":red[:material/close: Failed:] {evaluation.reason}")
        rows = subnetwork_panel.metric_rows(evaluation, history.config.constraints)
        st.html(subnetwork_panel.metrics_html(rows))


def _tabs(
    summary: RunSummary,
    history: RunHistory,
    columns: RunColumns,
    names: list[str],
    found: Matches,
    n: int,
    selected: int | None,
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
                "Matching rows as CSV" if found.active else "All rows as CSV",
                lambda: run_csv(history, frozenset((np.flatnonzero(mask) + 1).tolist())),
                f"{summary.name}.csv",
                "text/csv",
                key="explore_csv",
                icon=":material/download:",
                on_click="ignore",
            )
    if tab == "Parallel coordinates":
        parallel_view(
            run, columns, names, found.by_text[:n], found.ranges, selected, summary.budget
        )
    elif tab == "Importance":
        importance_view(run, columns.first(n), names)
    elif tab == "Predictors":
        predictors(summary, history, selected, lambda number: _pick_and_find(run, number), 320)
    else:
        evaluations_table(
            run, columns, names, found.mask[:n], selected, lambda number: _pick(run, number)
        )


def _head(summaries: list[RunSummary], run: str, newer: int) -> None:
    by_id = {summary.id: summary for summary in summaries}
    with st.container(horizontal=True, vertical_alignment="center", key="explore_head"):
        st.title("Explore", anchor=False, width="content")
        st.selectbox(
            "Run",
            list(by_id),
            index=list(by_id).index(run),
            format_func=lambda other: by_id[other].name if other in by_id else other,
            key=f"explore_run_{run}",
            on_change=lambda: _change_run(st.session_state[f"explore_run_{run}"]),
            label_visibility="collapsed",
            width=280,
        )
        st.html(state_html(by_id[run].state), width="content")
        live = by_id[run].state in LIVE_STATES
        st.fragment(_newer, run_every=_POLL if live else None)(run, newer)
        if st.button("Live", key="explore_live", icon=":material/show_chart:"):
            navigation.open_live(run)


def _newer(run: str, newer: int) -> None:
    """How many evaluations have come since the visitor began to look; nothing moves by itself."""
    history = service().history(run)
    taken = st.session_state.get(f"explore_taken_{run}", len(history.evaluations))
    newer = len(history.evaluations) - taken
    if newer > 0 and st.button(
        f"Show {newer:,} newer",
        key="explore_newer",
        icon=":material/refresh:",
        type="primary",
        help="The run has measured more since you opened this page.",
    ):
        take_newer(run)
        st.rerun()


def _change_run(run: str) -> None:
    st.session_state["current_run"] = run
    st.query_params["run"] = run
    for name in (_AT, _SELECTED, "brush", "page"):
        address.put(name, None)


def _empty(sentence: str, next_step: str, run: str = "") -> None:
    if next_step == "new":
        st.title("Explore", anchor=False)
    with st.container(border=True, key="explore_empty"):
        st.markdown(sentence)
        if next_step == "new":
            if st.button(
                "New search", key="explore_new", type="primary", icon=":material/add_circle:"
            ):
                navigation.open_new_search()
        elif st.button("Open Live", key="explore_open_live", type="primary"):
            navigation.open_live(run)
