"""The estimated duration of a search, from earlier runs or from timing sub-networks."""

from html import escape

import streamlit as st

from app.background import Job
from app.formatting import escape_markdown
from app.forms import option_state
from app.forms.cluster_look import last_look
from app.progress import progress_panel
from app.session import jobs, service
from engine.config import NASConfig
from engine.count_text import count_text
from engine.errors import DynasError
from engine.metrics import metric
from engine.runs.side_measurements import Timed
from engine.runs.times.time_range import TimeRange
from engine.runs.whole_space import planned_evaluations
from engine.search_methods import APPROACHES
from engine.supernets import registry

_POLL_SECONDS = 1.0
_UNKNOWN = "First run here: how long it takes is not known yet. It depends on {place}."


def _key(config: NASConfig) -> tuple[object, ...]:
    dynas = config.dynas
    metrics = tuple(name for name in config.all_metrics if not metric(name).computable)
    place = (dynas.cluster, dynas.worker_limit) if dynas.cluster else (None, dynas.workers)
    return ("estimate", dynas.supernet, metrics, place, config.settings)


def _evaluations(config: NASConfig) -> int:
    """How many evaluations the search makes; its budget if that is not known."""
    try:
        return planned_evaluations(config, registry.load(config.dynas.supernet))
    except DynasError:
        return config.dynas.num_evals


def planned_workers(config: NASConfig) -> int:
    """How many measurements a search makes at a time; 0 on a cluster of which that is not known."""
    dynas = config.dynas
    if not dynas.cluster:
        return dynas.workers
    look = last_look(dynas.cluster, option_state.cluster_options())
    slots = look.state.slots if look is not None and look.state is not None else 0
    return min(slots, dynas.worker_limit or slots)


def estimate_text(config: NASConfig, workers: int) -> str:
    """What is estimated, such as `250 evaluations on 2 workers`."""
    if APPROACHES[config.approach].computes:
        return count_text(config.dynas.num_evals, "sub-network")
    evaluations = count_text(_evaluations(config), "evaluation")
    return f"{evaluations} on {count_text(workers, 'worker')}"


def _start_timing(config: NASConfig) -> Job:
    side_measurements = service().side_measurements
    return jobs().submit_with_progress(
        _key(config), lambda job: side_measurements.timed(config, job.cancelled)
    )


def estimate_panel(config: NASConfig) -> None:
    """Draw the estimate: from earlier runs, else from timing sub-networks on request."""
    st.markdown("**Estimate**")
    config = config.with_absolute_paths()  # as runs have them
    job = jobs().get(_key(config))
    is_running = job is not None and not job.done()
    st.fragment(_panel, run_every=_POLL_SECONDS if is_running else None)(config, is_running)


def _panel(config: NASConfig, was_running: bool) -> None:
    job = jobs().get(_key(config))
    if job is not None and not job.done():
        progress_panel(_key(config), "new_estimate")
        return
    if was_running:
        st.rerun()
    error = None if job is None else job.exception()
    timed: Timed | None = job.result() if job is not None and error is None else None
    workers = planned_workers(config) or (timed.workers if timed is not None else 0)
    found = service().durations.forecast(config, workers, timed.times if timed else None)
    if found is not None:
        _show(found, estimate_text(config, workers))
    if error is not None:
        text = str(error) if isinstance(error, DynasError) else "The timing failed."
        st.caption(f":material/warning: {escape_markdown(text)}")
        _time_button("Time again", config)
    elif found is None:
        place = "the workers of the cluster" if config.dynas.cluster else "this machine"
        st.caption(_UNKNOWN.format(place=place))
        if workers or not config.dynas.cluster:
            _time_button("Time two sub-networks", config)


def _time_button(label: str, config: NASConfig) -> None:
    if st.button(label, key="new_estimate", icon=":material/timer:"):
        jobs().discard(_key(config))
        _start_timing(config)
        st.rerun()


def _show(found: TimeRange, text: str) -> None:
    st.html(
        f'<div class="dynas-facts" data-testid="estimate"><span><b>{escape(str(found))}</b></span>'
        f"<span>{escape(text)}</span></div>"
        f'<div class="dynas-small" data-testid="estimate-basis">{escape(found.basis)}</div>'
    )
