"""The estimated duration of a search, from earlier runs or from timing one evaluation."""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from statistics import median

import streamlit as st

from app.background import Job
from app.formatting import duration, escape_markdown
from app.forms import option_state
from app.forms.cluster_look import last_look
from app.progress import progress_panel
from app.session import jobs, readable_histories, service
from engine.config import NASConfig
from engine.count_text import count_text
from engine.errors import DynasError
from engine.metrics import metric
from engine.runs.history import RunHistory
from engine.runs.side_measurements import STARTUP_SECONDS, Estimate
from engine.runs.whole_space import planned_evaluations
from engine.search_methods import APPROACHES
from engine.supernets import registry

_POLL_SECONDS = 1.0
_MILLISECONDS_BELOW = 0.1  # seconds: shorter times are given in ms
_DECIMALS_BELOW = 10.0  # seconds: shorter times have one decimal
_MIN_EVALUATIONS = 3  # measured evaluations that a run needs for an estimate


SECONDS_PER_SUB_NETWORK = 1e-4
"""Of a search that measures nothing, on one core, with a published predictor."""


@dataclass(frozen=True)
class EstimateInfo:
    """Plain data of the panel. `seconds` is the time of one evaluation."""

    evaluations: int
    workers: int
    seconds: float
    total: float

    @property
    def text(self) -> str:
        """Such as `250 evaluations × 0.9 s on 2 workers`."""
        seconds = duration(self.seconds)
        if self.seconds < _MILLISECONDS_BELOW:
            seconds = f"{max(1, round(1000 * self.seconds))} ms"
        elif self.seconds < _DECIMALS_BELOW:
            seconds = f"{self.seconds:.1f} s"
        evaluations = count_text(self.evaluations, "evaluation")
        return f"{evaluations} × {seconds} on {count_text(self.workers, 'worker')}"


def estimate_info(config: NASConfig, estimate: Estimate, timed_evaluations: int) -> EstimateInfo:
    """The estimate for `config`, whose budget may differ from `timed_evaluations`."""
    evaluations = _evaluations(config)
    additional_seconds = (
        (evaluations - timed_evaluations) * estimate.seconds_per_evaluation / estimate.workers
    )
    total = estimate.total_seconds + additional_seconds
    return EstimateInfo(evaluations, estimate.workers, estimate.seconds_per_evaluation, total)


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


def _start_timing(config: NASConfig) -> Job:
    engine = service()
    return jobs().submit_with_progress(
        _key(config),
        lambda job: (
            engine.side_measurements.estimate(config, job.cancelled),
            _evaluations(config),
        ),
    )


def estimate_from_runs(
    config: NASConfig, histories: Iterable[RunHistory], workers: int
) -> EstimateInfo | None:
    """The estimate for `config` on `workers` from the first run with the same measurements.

    None if no one of `histories` has enough evaluations, or without workers.
    """
    for history in histories if workers else ():
        if _key(history.config) == _key(config):
            seconds = [e.seconds for e in history.evaluations if e.ok and not e.reused]
            if len(seconds) >= _MIN_EVALUATIONS:
                median_seconds = median(seconds)
                evaluations = _evaluations(config)
                total = STARTUP_SECONDS + evaluations * median_seconds / workers
                return EstimateInfo(evaluations, workers, median_seconds, total)
    return None


def estimate_panel(config: NASConfig) -> None:
    """Draw the estimate: from a similar run, else from timing one evaluation on request."""
    st.markdown("**Estimate**")
    if APPROACHES[config.approach].computes:
        total = config.dynas.num_evals * SECONDS_PER_SUB_NETWORK
        _show(total, count_text(config.dynas.num_evals, "sub-network"), "computed by one core")
        return
    config = config.with_absolute_paths()  # as runs have them
    job = jobs().get(_key(config))
    is_running = job is not None and not job.done()
    st.fragment(_panel, run_every=_POLL_SECONDS if is_running else None)(config, is_running)


def _panel(config: NASConfig, was_running: bool) -> None:
    job = jobs().get(_key(config))
    if job is None:
        engine = service()
        similar_runs = [run.id for run in engine.list() if _key(run.config) == _key(config)]
        workers = planned_workers(config)
        info = estimate_from_runs(config, readable_histories(similar_runs), workers)
        if info is not None:
            _show_estimate(info, "from the times of an earlier run")
        else:
            place = "the workers of the cluster" if config.dynas.cluster else "this machine"
            st.caption(f"How long it takes depends on {place}.")
            if workers:
                _time_button("Time one evaluation", config)
        return
    if not job.done():
        progress_panel(_key(config), "new_estimate")
        return
    if was_running:
        st.rerun()
    error = job.exception()
    if error is None:
        _show_estimate(estimate_info(config, *job.result()), "one evaluation was timed")
        return
    st.caption(
        ":material/warning: "
        + (escape_markdown(str(error)) if isinstance(error, DynasError) else "The timing failed.")
    )
    _time_button("Time again", config)


def _time_button(label: str, config: NASConfig) -> None:
    if st.button(label, key="new_estimate", icon=":material/timer:"):
        _start_timing(config)
        st.rerun()


def _show_estimate(info: EstimateInfo, basis: str) -> None:
    _show(info.total, info.text, basis)


def _show(seconds: float, text: str, basis: str) -> None:
    st.html(
        f'<div class="dynas-facts" data-testid="estimate"><span><b>about {duration(seconds)}'
        f"</b></span><span>{escape(text)}</span></div>"
        f'<div class="dynas-small">{escape(basis)}</div>'
    )
