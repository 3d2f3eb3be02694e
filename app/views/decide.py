"""Decide: a choice from the front of a run; its settings are kept in the address."""

from collections.abc import Sequence

import streamlit as st

from app.baselines import baselines_switch
from app.decide import panels, side_by_side
from app.decide.answer import answer_panel
from app.decide.downloads import downloads
from app.decide.goal_fields import goal_fields
from app.decide.held_out import held_out_results, measure_panel
from app.decide.preferences import address_weights, weight_sliders
from app.decide.url_parameters import BEST, COMPARED, LIMITS, WEIGHTS
from app.fine_tuning import can_be_fine_tuned, fine_tuning_panel
from app.formatting import escape_markdown
from app.run_links import run_links
from app.run_picker import (
    empty_run_panel,
    no_measurements_text,
    rerun_if_deleted,
    run_picker,
    run_to_show,
    show_run_errors,
)
from app.session import LIVE_STATES, opened_run, service, show_errors
from app.url_parameters import set_parameter
from engine.analysis.goal import Answer, Goal, answer, nothing_fits_text
from engine.analysis.goal_text import marks_with_answer
from engine.analysis.metric_names import front_metrics, goal_metrics
from engine.analysis.suggestions import suggest
from engine.evaluation.record import Evaluation
from engine.pareto.limits import is_within_limits
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
    with show_run_errors("decide", run), opened_run(run) as history:
        front = history.front()
        _header(summaries, run, history, front)
        if not front:
            has_measurements = any(evaluation.ok for evaluation in history.evaluations)
            sentence = (
                "**No sub-network keeps to the constraints of this run yet,** so there is no front "
                f"to choose from. {_nearest_text(history)}"
                if has_measurements
                else no_measurements_text(history.summary().state)
            )
            empty_run_panel("decide", sentence, run)
            return
        _page(run, history, front)


def _nearest_text(history: RunHistory) -> str:
    result = answer(history, Goal(history.objectives[0]))
    return escape_markdown(nothing_fits_text(history, result))


def _header(
    summaries: list[RunSummary], run: str, history: RunHistory, front: Sequence[Evaluation]
) -> None:
    by_id = {summary.id: summary for summary in summaries}
    with st.container(horizontal=True, vertical_alignment="center", key="decide_head"):
        st.title("Decide", anchor=False, width="content")
        run_picker("decide", by_id, run, _clear_parameters)
        drawn_numbers = frozenset(evaluation.number for evaluation in front)
        is_live = by_id[run].state in LIVE_STATES
        st.fragment(_newer_front_button, run_every=_POLL)(
            run, drawn_numbers, service().labels(run).shortlist, is_live
        )
        run_links("decide", run)


def _newer_front_button(
    run: str, drawn_numbers: frozenset[int], shortlist: tuple[int, ...], is_live: bool
) -> None:
    """Redraw if the shortlist has changed; offer a newer front, but do not draw it by itself."""
    rerun_if_deleted(run)
    history = service().history(run)
    if service().labels(run).shortlist != shortlist:
        st.rerun()
    has_changed = is_live and history.front_numbers != drawn_numbers
    if has_changed and st.button(
        "Show the newer front",
        key="decide_newer",
        icon=":material/refresh:",
        type="primary",
        help="The run has found better sub-networks since this was drawn.",
    ):
        st.rerun()


def _clear_parameters() -> None:
    for name in (BEST, LIMITS, WEIGHTS, COMPARED):
        set_parameter(name, None)


def _page(run: str, history: RunHistory, front: Sequence[Evaluation]) -> None:
    names, objectives = front_metrics(history, front), history.objectives
    shortlist = service().labels(run).shortlist
    shortlisted = [history.evaluations[number - 1] for number in shortlist]
    compared = side_by_side.compared_numbers(history, shortlist)
    test = held_out_results(run, history, list(dict.fromkeys([*shortlist, *compared])))
    metrics = [history.metric(name) for name in goal_metrics(history, front)]
    goal = goal_fields(run, front, metrics, objectives)
    is_within = is_within_limits(front, goal.limits)
    remaining = [e for e, within in zip(front, is_within, strict=True) if within]
    main, side = st.columns([0.73, 0.27], gap="medium")
    with main:
        result = answer(history, goal)
        answer_panel(run, history, result, shortlist)
        _front_and_choices(run, history, front, result, remaining, shortlisted)
    with side:
        panels.shortlist_panel(run, history, shortlisted, remaining, test.quality_by_number)
        if shortlisted:
            measure_panel(run, shortlist, test)
            if can_be_fine_tuned(history):
                with st.container(border=True, key="decide_fine_tuning"), show_errors():
                    fine_tuning_panel(run, shortlisted, "decide_finetune")
            downloads(history, shortlisted, test.quality_by_number)
    with st.container(border=True, key="decide_comparison"):
        side_by_side.comparison_choice(run, shortlist, compared)
        if len(compared) > 1:
            evaluations = [history.evaluations[number - 1] for number in compared]
            side_by_side.comparison(history, evaluations, names, test.quality_by_number)
        else:
            st.caption("Put two sub-networks or more on the shortlist to see them side by side.")


def _front_and_choices(
    run: str,
    history: RunHistory,
    front: Sequence[Evaluation],
    result: Answer,
    remaining: Sequence[Evaluation],
    shortlisted: Sequence[Evaluation],
) -> None:
    """The chart, then suggestions that need no limit but weights."""
    objectives = history.objectives
    weights = address_weights(objectives)
    suggestions = suggest(remaining, objectives, weights)
    st.markdown(f"**{len(remaining)} of {len(front)} remain** on the front")
    if len(objectives) > 1:
        names = [objective.name for objective in objectives]
        with st.container(horizontal=True, vertical_alignment="center"):
            axes = panels.axes(history, front_metrics(history, front), names)
            shows_baselines = baselines_switch()
            shows_errors = panels.errors_switch(front)
    if len(objectives) > 1:
        limits = {limit.metric.name: limit.limit for limit in result.goal.limits}
        marks = marks_with_answer(result, suggestions.marks)
        panels.front_chart(
            run, history, front, shortlisted, remaining, limits, marks, axes,
            shows_baselines, shows_errors,
        )  # fmt: skip
    else:
        st.caption(
            ":material/info: With one objective the front is the best that was measured, and there "
            "is nothing to weigh. *Explore* draws all evaluations."
        )
    with st.container(border=True, key="decide_more"):
        st.subheader("More ways to choose", anchor=False)
        if len(objectives) > 1:
            weight_sliders(run, objectives, weights)
        panels.suggestions(run, history, suggestions, [e.number for e in shortlisted])
