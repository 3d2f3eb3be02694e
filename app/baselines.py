"""Baselines beside a front: the switch that shows them, and how they are measured on request."""

import streamlit as st

from app.formatting import escape_markdown
from app.progress import failure_message, progress_panel
from app.session import jobs, service
from engine.analysis.charts.axes import Axis
from engine.analysis.charts.baselines import BaselinesInfo, baselines_info
from engine.runs.baselines.finding import (
    BASELINE_COUNT,
    baselines_refusal,
    estimated_time,
    find_baselines,
)
from engine.runs.history import RunHistory

_POLL_SECONDS = 0.7
_SWITCH = "baselines"
_KIND = "baselines"


def baselines_switch() -> bool:
    """Draw the switch, which the address keeps; returns whether baselines are to be shown."""
    return st.toggle(
        "Baselines",
        key=_SWITCH,
        bind="query-params",
        help="Beside the front: uniform scaling, which makes all parts of the network smaller "
        "alike, without a search; and the original network. They are no evaluations of the run.",
    )


def overlay(history: RunHistory, x: Axis, y: Axis, name: str = "") -> BaselinesInfo | None:
    """The baselines of a run on these axes; None if they are not measured."""
    baselines = find_baselines(history)
    return None if baselines is None else baselines_info(history, baselines, x, y, name)


def is_measuring(run: str) -> bool:
    """Whether the baselines of a run are being measured."""
    job = jobs().get((_KIND, run))
    return job is not None and not job.done()


def baselines_panel(run: str, history: RunHistory, info: BaselinesInfo | None) -> None:
    """Draw what belongs below a chart with baselines, as a fragment that follows the measurement.

    That is the comparison with the front, or the button that measures, or its progress.
    """
    measuring = is_measuring(run)
    seconds = _POLL_SECONDS if measuring else None
    st.fragment(_followed_panel, run_every=seconds)(run, history, info, measuring)


def _followed_panel(
    run: str, history: RunHistory, info: BaselinesInfo | None, was_measuring: bool
) -> None:
    if was_measuring and not is_measuring(run):
        st.rerun()  # to draw what was measured
    panel(run, history, info)


def panel(run: str, history: RunHistory, info: BaselinesInfo | None) -> None:
    """That panel inside a fragment which is redrawn by itself."""
    with st.container(key="baselines_panel", gap="small"):
        if is_measuring(run):
            progress_panel((_KIND, run), "baselines")
            return
        if text := failure_message((_KIND, run)):
            st.error(escape_markdown(text), icon=":material/error:")
        baselines = find_baselines(history)
        if info is not None and baselines is not None:
            sentence = info.sentence if baselines.networks else baselines_refusal(history)
            if sentence:
                st.caption(escape_markdown(sentence))
            if not baselines.failed:
                return
            st.caption(
                f":material/warning: {len(baselines.failed)} of {len(baselines.networks)} could "
                f"not be measured: {escape_markdown(baselines.failed[0].reason)}"
            )
        elif refusal := baselines_refusal(history):
            st.caption(f":material/info: There are no baselines. {escape_markdown(refusal)}")
            return
        _measure_button(run, history)


def _measure_button(run: str, history: RunHistory) -> None:
    estimate = estimated_time(history)
    about = "" if estimate is None else f", {estimate}"
    if st.button(
        f"Measure baselines ({BASELINE_COUNT} measurements{about})",
        key="baselines_measure",
        icon=":material/straighten:",
        help="In the background, with the metrics and settings of this run, whose budget is not "
        "touched. Other runs of the supernet show them too.",
    ):
        key, measurements = (_KIND, run), service().baselines
        jobs().discard(key)
        jobs().submit_with_progress(
            key, lambda job: measurements.measure(history, job.cancelled, job.report)
        )
        st.rerun()
