"""How long a search will take: one evaluation is timed in the background."""

from concurrent.futures import Future
from dataclasses import dataclass

import streamlit as st

from app.formatting import duration
from app.forms import search_form as form
from app.session import LIVE_STATES, jobs, service
from engine.config import NASConfig
from engine.errors import DynasError
from engine.runs.service import Estimate

_POLL = 1.0


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
        each = f"{self.seconds:.1f} s" if self.seconds < 10 else duration(self.seconds)
        hands = "1 worker" if self.workers == 1 else f"{self.workers} workers"
        return f"{self.evaluations} evaluations × {each} on {hands}"


def estimate_info(config: NASConfig, timed: Estimate, timed_evaluations: int) -> EstimateInfo:
    """What a timing says of `config`, which may have another budget than the timed one."""
    evaluations = config.dynas.num_evals
    more = (evaluations - timed_evaluations) * timed.seconds_per_evaluation / timed.workers
    total = timed.total_seconds + more
    return EstimateInfo(evaluations, timed.workers, timed.seconds_per_evaluation, total)


def _key(config: NASConfig) -> tuple[object, ...]:
    dynas = config.dynas
    timed = tuple(form.measured(config.all_metrics))
    return ("estimate", dynas.supernet, timed, dynas.workers, dynas.batch_size, dynas.dataset_path)


def _time(config: NASConfig) -> "Future[tuple[Estimate, int]]":
    engine = service()
    return jobs().submit(_key(config), lambda: (engine.estimate(config), config.dynas.num_evals))


def estimate_panel(config: NASConfig) -> None:
    """Draw the estimate; time an evaluation unless runs are busy, which would disturb it."""
    st.markdown("**Estimate**")
    job = jobs().get(_key(config))
    idle = not any(summary.state in LIVE_STATES for summary in service().list())
    if job is None and idle:
        job = _time(config)
    waiting = job is not None and not job.done()
    st.fragment(_panel, run_every=_POLL if waiting else None)(config, waiting)


def _panel(config: NASConfig, waiting: bool) -> None:
    job = jobs().get(_key(config))
    if job is None:
        st.caption("A search is running, which makes a timing less sure.")
        if st.button("Time one evaluation", key="new_estimate", icon=":material/timer:"):
            _time(config)
            st.rerun()
        return
    if not job.done():
        st.progress(0.5, text="Timing one evaluation")
        return
    if waiting:
        st.rerun()
    error = job.exception()
    if error is not None:
        known = isinstance(error, DynasError)
        st.caption(f":material/warning: {error if known else 'The timing failed.'}")
        if st.button("Time again", key="new_estimate", icon=":material/timer:"):
            _time(config)
            st.rerun()
        return
    info = estimate_info(config, *job.result())
    st.html(
        f'<div class="dynas-facts" data-testid="estimate"><span><b>about {duration(info.total)}'
        f"</b></span><span>{info.text}</span></div>"
    )
