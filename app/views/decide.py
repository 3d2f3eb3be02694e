"""Decide: choose from the front of a run; the address holds how it is looked at."""

from collections.abc import Sequence

import streamlit as st

from app.decide import panels, side_by_side
from app.decide.downloads import downloads
from app.decide.held_out import held_out_results, measure_panel
from app.decide.preferences import preferences
from app.decide.url_parameters import COMPARED, LIMITS, WEIGHTS
from app.run_links import run_links
from app.run_picker import (
    empty_run_panel,
    no_measurements_text,
    rerun_if_deleted,
    run_picker,
    run_to_show,
    show_run_errors,
)
from app.session import LIVE_STATES, service
from app.url_parameters import set_parameter
from engine.analysis.metric_names import front_metrics
from engine.analysis.suggestions import suggest
from engine.evaluation.record import Evaluation
from engine.runs.history import RunHistory
from engine.runs.run_summary import RunSummary

_POLL = 3.0  # seconds


def render() -> None:
    """Draw the page."""
    summaries = list(service().list())
    sentence = "Set up a search; its front is what you choose from here."
    run = run_to_show("decide", "Decide", sentence, summaries)
    if run is None:
        return
    with show_run_errors("decide", run):
        history = service().history(run)
        front = history.front()
        _head(summaries, run, history, front)
        if not front:
            measured = any(evaluation.ok for evaluation in history.evaluations)
            sentence = (
                "**No sub-network keeps to the constraints of this run yet,** so there is no front "
                "to choose from."
                if measured
                else no_measurements_text(history.summary().state)
            )
            empty_run_panel("decide", sentence, run)
            return
        _page(run, history, front)


def _head(
    summaries: list[RunSummary], run: str, history: RunHistory, front: Sequence[Evaluation]
) -> None:
    by_id = {summary.id: summary for summary in summaries}
    with st.container(horizontal=True, vertical_alignment="center", key="decide_head"):
        st.title("Decide", anchor=False, width="content")
        run_picker("decide", by_id, run, _forget)
        drawn = frozenset(evaluation.number for evaluation in front)
        live = by_id[run].state in LIVE_STATES
        st.fragment(_newer, run_every=_POLL)(run, drawn, service().labels(run).shortlist, live)
        run_links("decide", run)


def _newer(run: str, drawn: frozenset[int], shortlist: tuple[int, ...], live: bool) -> None:
    """Follow what others do with the shortlist; offer a front that has grown, but do not move."""
    rerun_if_deleted(run)
    history = service().history(run)
    if service().labels(run).shortlist != shortlist:
        st.rerun()
    changed = live and history.front_numbers != drawn
    if changed and st.button(
        "Show the newer front",
        key="decide_newer",
        icon=":material/refresh:",
        type="primary",
        help="The run has found better sub-networks since this was drawn.",
    ):
        st.rerun()


def _forget() -> None:
    for name in (LIMITS, WEIGHTS, COMPARED):
        set_parameter(name, None)


def _page(run: str, history: RunHistory, front: Sequence[Evaluation]) -> None:
    names, objectives = front_metrics(history, front), history.objectives
    shortlist = service().labels(run).shortlist
    picked = [history.evaluations[number - 1] for number in shortlist]
    compared = side_by_side.compared_numbers(history, shortlist)
    test = held_out_results(run, history, list(dict.fromkeys([*shortlist, *compared])))
    left, middle, right = st.columns([0.22, 0.51, 0.27], gap="medium")
    with left:
        preferred = preferences(run, front, [history.metric(name) for name in names], objectives)
    found = suggest(preferred.remaining, objectives, preferred.weights)
    with middle:
        shown = panels.axes(history, names, [objective.name for objective in objectives])
        panels.front_chart(run, history, front, picked, preferred, found, shown)
        panels.suggestions(run, history, found, shortlist)
    with right:
        panels.shortlist_panel(run, history, picked, preferred.remaining, test.quality_by_number)
        if picked:
            measure_panel(run, shortlist, test)
            downloads(history, picked, test.quality_by_number)
    with st.container(border=True, key="decide_comparison"):
        side_by_side.comparison_choice(run, shortlist, compared)
        if len(compared) > 1:
            chosen = [history.evaluations[number - 1] for number in compared]
            side_by_side.comparison(history, chosen, names, test.quality_by_number)
        else:
            st.caption("Put two sub-networks or more on the shortlist to see them side by side.")
